import { describe, expect, it } from 'vitest'
import { recogniseContainer, type ContainerEvidence } from './container.ts'
import { isFolderKept, isMountPoint, isRootLayer } from '../container/container-storage.ts'

const id = '4f5a1c9e2b7d4f5a1c9e2b7d4f5a1c9e2b7d4f5a1c9e2b7d4f5a1c9e2b7d4f5a'
const disk = '26 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n'
const overlay =
  '612 534 0:51 / / rw,relatime master:241 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A,upperdir=/b\n'
const nothing: ContainerEvidence = { hasMarkerFile: false, isInKubernetes: false, cgroups: [], mountinfo: disk }

describe('a container', () => {
  it.each<[string, Partial<ContainerEvidence>, { readonly kind: string; readonly id?: string } | undefined]>([
    ['is no machine', { cgroups: ['0::/init.scope', '0::/system.slice/hostvitals.service'] }, undefined],
    ['is no machine that is made from an image of one', { hasMarkerFile: true }, undefined],
    ['is no live system whose root is an overlay', { mountinfo: overlay }, undefined],
    ['is no machine that runs virtual ones', { cgroups: ['0::/user.slice/user-0.slice/session-1.scope'] }, undefined],
    ['of Docker', { hasMarkerFile: true, mountinfo: overlay, cgroups: ['0::/'] }, { kind: 'application' }],
    [
      'of Docker, cgroup 1',
      { hasMarkerFile: true, mountinfo: overlay, cgroups: [`12:cpu,cpuacct:/docker/${id}\n11:pids:/docker/${id}`] },
      { kind: 'application', id },
    ],
    [
      'of Docker, cgroup 2 of its own, by the files that are mounted into it',
      {
        hasMarkerFile: true,
        cgroups: ['0::/'],
        mountinfo: `${overlay}620 612 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n`,
      },
      { kind: 'application', id },
    ],
    [
      'of Podman without root',
      {
        containerVariable: 'podman',
        mountinfo: `1 0 0:50 / / rw - fuse.fuse-overlayfs fuse-overlayfs rw\n2 1 0:60 /containers/overlay-containers/${id}/userdata/hosts /etc/hosts rw - tmpfs tmpfs rw\n`,
      },
      { kind: 'application', id },
    ],
    [
      'of a pod, containerd',
      {
        isInKubernetes: true,
        mountinfo: overlay,
        cgroups: [
          `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8a1b.slice/cri-containerd-${id}.scope`,
        ],
      },
      { kind: 'application', id },
    ],
    [
      'of a pod, CRI-O',
      { mountinfo: overlay, cgroups: [`0::/kubepods.slice/crio-${id}.scope/container`] },
      { kind: 'application', id },
    ],
    [
      'of Fargate',
      {
        mountinfo: overlay,
        cgroups: [`9:memory:/ecs/0d6f/0123456789abcdef0123456789abcdef-1234567890`],
      },
      { kind: 'application', id: '0123456789abcdef0123456789abcdef-1234567890' },
    ],
    ['of LXC', { containerVariable: 'lxc' }, { kind: 'system' }],
    ['of LXC, by its cgroup', { cgroups: ['0::/lxc.payload.web/init.scope'] }, { kind: 'system' }],
    ['of systemd-nspawn', { containerVariable: 'systemd-nspawn' }, { kind: 'system' }],
    [
      'of Docker inside of LXC',
      { containerVariable: 'lxc', hasMarkerFile: true, mountinfo: overlay },
      { kind: 'application' },
    ],
    ['of something new that says so', { containerVariable: 'crun-vm' }, { kind: 'application' }],
  ])('%s', (_name, evidence, expected) => {
    const found = recogniseContainer({ ...nothing, ...evidence })
    const { mountinfo: _mountinfo, ...rest } = found ?? { mountinfo: '' }
    expect(found === undefined ? undefined : rest).toEqual(expected)
  })
})

describe('a folder in a container', () => {
  const volume = '700 612 8:1 /var/lib/docker/volumes/state/_data /var/lib/hostvitals rw - ext4 /dev/sda1 rw\n'
  const pod =
    '701 612 8:1 /var/lib/kubelet/pods/8a1b/volumes/kubernetes.io~empty-dir/state /var/lib/hostvitals rw - ext4 /dev/sda1 rw\n'
  const hostPath = '702 612 8:1 /var/lib/hostvitals /var/lib/hostvitals rw - ext4 /dev/sda1 rw\n'
  const memory = '703 612 0:70 / /var/lib/hostvitals rw - tmpfs tmpfs rw\n'
  const blank = '704 612 8:1 /v /srv/my\\040state rw - ext4 /dev/sda1 rw\n'
  const btrfs = '1 0 0:30 /@/var/lib/docker/btrfs/subvolumes/4f5a / rw - btrfs /dev/sda1 rw\n'
  const state = '/var/lib/hostvitals'

  it.each([
    ['on its own layer', overlay, state, false, false],
    ['on its own layer, of btrfs', btrfs, state, false, false],
    ['on a volume', overlay + volume, state, false, true],
    ['below a volume', overlay + volume, `${state}/web`, false, true],
    ['beside a volume', overlay + volume, `${state}-2`, false, false],
    ['on a folder of the host', overlay + hostPath, state, false, true],
    ["on a pod's own volume", overlay + pod, state, false, false],
    ['in memory', overlay + memory, state, false, false],
    ['in memory over a volume', overlay + volume + memory, state, false, false],
    ['with a blank in its name', overlay + blank, '/srv/my state', false, true],
    ['on the root of a container that is kept', disk, state, true, true],
    ['on the layer of one that says it is kept', overlay, state, true, false],
    ['where nothing is known', '', state, false, true],
    ['where a line is cut off', `${overlay}700 612 8:1 /v ${state}`, state, false, false],
  ])('%s', (_name, mountinfo, folder, isSystem, expected) => {
    expect(isFolderKept(mountinfo, folder, isSystem)).toBe(expected)
  })

  it('knows a layer from a disk, and what was mounted where', () => {
    expect([overlay, btrfs, disk, ''].map(isRootLayer)).toEqual([true, true, false, false])
    expect(isMountPoint(overlay + volume, state)).toBe(true)
    expect(isMountPoint(overlay + volume, `${state}/web`)).toBe(false)
    expect(isMountPoint(overlay, '/etc/machine-id')).toBe(false)
  })
})
