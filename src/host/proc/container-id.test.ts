import { expect, it } from 'vitest'
import { containerOf } from './container-id.ts'

const id = '3f4e'.repeat(16)
const podUid = '8d1c27c5-1f2b-4c3d-9e8f-0a1b2c3d4e5f'
const escapedUid = podUid.replaceAll('-', '_')

it.each([
  [`/system.slice/docker-${id}.scope`, { id, runtime: 'docker' }],
  [`/docker/${id}`, { id, runtime: 'docker' }],
  [`/docker/${'0'.repeat(64)}/docker/${id}`, { id, runtime: 'docker' }],
  [`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`, { id, runtime: 'podman' }],
  [`/machine.slice/libpod-${id}.scope`, { id, runtime: 'podman' }],
  [
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${escapedUid}.slice/cri-containerd-${id}.scope`,
    { id, runtime: 'containerd', podUid },
  ],
  [`/kubepods.slice/kubepods-pod${escapedUid}.slice/crio-${id}.scope`, { id, runtime: 'cri-o', podUid }],
  [`/kubepods/besteffort/pod${podUid}/${id}`, { id, podUid }],
  [
    `/system.slice/containerd.service/kubepods-burstable-pod${escapedUid}.slice:cri-containerd:${id}`,
    { id, runtime: 'containerd', podUid },
  ],
  [`/ecs/0123456789abcdef0123456789abcdef/${id}`, { id }],
  [
    '/ecs/0123456789abcdef0123456789abcdef/0123456789abcdef0123456789abcdef-1234567890',
    { id: '0123456789abcdef0123456789abcdef-1234567890' },
  ],
  ['/lxc/web', { id: 'web', runtime: 'lxc' }],
  ['/lxc.payload.web', { id: 'web', runtime: 'lxc' }],
  ['/lxc.payload/web', { id: 'web', runtime: 'lxc' }],
  ['/machine.slice/machine-debian\\x2dtest.scope', { id: 'debian-test', runtime: 'systemd-nspawn' }],
  ['/machine.slice/systemd-nspawn@web.service', { id: 'web', runtime: 'systemd-nspawn' }],
])('%s is a container', (path, container) => {
  expect(containerOf(path)).toEqual(container)
})

it.each([
  '',
  '/',
  '/system.slice',
  '/system.slice/docker.service',
  `/machine.slice/libpod-conmon-${id}.scope`,
  `/kubepods.slice/crio-conmon-${id}.scope`,
  `/kubepods/besteffort/pod${podUid}`,
  `/docker/${id.slice(1)}`,
  `/docker/${id}/init.scope`,
  `/machine.slice/libpod-${id}.scope/container`,
  '/lxc.monitor.web',
  '/machine.slice/machine-qemu\\x2d1\\x2dvm.scope',
  '/user.slice/user-1000.slice/session-2.scope',
])('%j is none', (path) => {
  expect(containerOf(path)).toBeUndefined()
})
