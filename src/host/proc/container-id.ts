/** A container, as the name of its control group tells. */
export interface ContainerName {
  readonly id: string
  /** `docker`, `containerd`, `cri-o`, `podman`, `lxc`, `systemd-nspawn`; absent where the name does not tell. */
  readonly runtime?: string
  /** Of Kubernetes. */
  readonly podUid?: string
}

const runtimes: Readonly<Record<string, string>> = {
  docker: 'docker',
  'cri-containerd': 'containerd',
  containerd: 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
  libpod: 'podman',
}
// docker-<id>.scope, libpod-<id>.scope, kubepods-….slice:cri-containerd:<id>, <id>; Fargate's are of 32 digits and a number.
const longId = /^(?:(?<prefix>.+)[-:])?(?<id>[0-9a-f]{64}|[0-9a-f]{32}-\d{6,})(?:\.scope|\.service)?$/
const lxc = /^lxc\.payload\.(?<id>.+)$/
const nspawn = /^(?:systemd-nspawn@(?<service>.+)\.service|machine-(?<scope>.+)\.scope)$/
const pod = /pod(?<uid>[0-9a-f]{8}[-_][0-9a-f_-]{27}|[0-9a-f]{32})(?:\.slice)?(?::|$)/

/**
 * The container that a control group is, by the last names of its path; undefined where it is none: a service, a session,
 * what watches over a container (conmon, lxc.monitor), a virtual machine.
 */
export function containerOf(path: string): ContainerName | undefined {
  const names = path.split('/').filter((name) => name !== '')
  const [name = '', parent = ''] = names.toReversed()
  const long = longId.exec(name)?.groups
  if (long?.['id'] !== undefined) {
    const prefix = long['prefix']?.split(':').at(-1)
    if (prefix?.includes('conmon') === true) return undefined
    const runtime = prefix === undefined ? runtimes[parent] : runtimes[prefix]
    const podUid = podOf(name) ?? podOf(parent)
    return {
      id: long['id'],
      ...(runtime === undefined ? {} : { runtime }),
      ...(podUid === undefined ? {} : { podUid }),
    }
  }
  const id = lxc.exec(name)?.groups?.['id'] ?? (parent === 'lxc' || parent === 'lxc.payload' ? name : undefined)
  if (id !== undefined) return { id, runtime: 'lxc' }
  const machine = nspawn.exec(name)?.groups
  const own = machine?.['service'] ?? machine?.['scope']
  // Libvirt names its virtual machines so too: machine-qemu-1-name.scope.
  if (own === undefined || (machine?.['scope'] !== undefined && /^(?:qemu|lxc|libvirt)/.test(own))) return undefined
  return { id: unescape(own), runtime: 'systemd-nspawn' }
}

function podOf(name: string): string | undefined {
  return pod.exec(name)?.groups?.['uid']?.replaceAll('_', '-')
}

/** Names of units have `\x2d` for a dash. */
function unescape(name: string): string {
  return name.replaceAll(/\\x([0-9a-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
