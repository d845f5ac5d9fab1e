import { join } from 'node:path'
import { isRootLayer } from '../container/container-storage.ts'
import { readOptional } from './read-optional.ts'

/** The container that this process runs in. */
export interface Container {
  /** `application`: made from an image for one program, and gone with it. `system`: kept, as a machine is. */
  readonly kind: 'application' | 'system'
  /** As its runtime calls it, where that can be seen. Never evidence of who a host is: each restart has another. */
  readonly id?: string
  /** /proc/self/mountinfo. */
  readonly mountinfo: string
}

/** What a container is recognised by; absent is what could not be read. */
export interface ContainerEvidence {
  /** Of `/.dockerenv` and `/run/.containerenv`, whether one is there. */
  readonly hasMarkerFile: boolean
  /** `container` in the environment of process 1, else in our own, as container managers set it. */
  readonly containerVariable?: string
  readonly isInKubernetes: boolean
  /** /proc/1/cgroup and /proc/self/cgroup. */
  readonly cgroups: readonly string[]
  readonly mountinfo: string
}

const systemManagers = /^(?:lxc|lxc-libvirt|systemd-nspawn|openvz|wsl|proot)$/
const systemCgroup = /\/lxc(?:\.payload)?[./]|\/machine\.slice\//
const applicationCgroup = /\/(?:docker|kubepods|ecs|garden|buildkit)\b|(?:docker|containerd|crio|libpod)-/
const longId = /(?<![\da-f])([\da-f]{64}|[\da-f]{32}-\d{6,})(?![\da-f])/g
/** Where runtimes keep the files that they mount as /etc/hostname and the like; a sandbox is the pod's, not the container's. */
const idInMount = /\/(?:containers|overlay-containers)\/([\da-f]{64})\//

/**
 * Recognises a container. A marker file counts only where `/` is a layer of one: a virtual machine that was made from a
 * container's image has the file and is none.
 */
export function recogniseContainer(evidence: ContainerEvidence): Container | undefined {
  const kind = kindOf(evidence)
  if (kind === undefined) return undefined
  const { cgroups, mountinfo } = evidence
  // Nested ones stand in one path: the innermost is ours.
  const id = [...cgroups.join('\n').matchAll(longId)].at(-1)?.[1] ?? idInMount.exec(mountinfo)?.[1]
  return { kind, mountinfo, ...(id === undefined ? {} : { id }) }
}

function kindOf(evidence: ContainerEvidence): Container['kind'] | undefined {
  const { containerVariable: manager = '', cgroups, isInKubernetes, hasMarkerFile, mountinfo } = evidence
  const isSystem = systemManagers.test(manager) || (manager === '' && cgroups.some((text) => systemCgroup.test(text)))
  const isApplication =
    manager !== '' ||
    isInKubernetes ||
    cgroups.some((text) => applicationCgroup.test(text)) ||
    (hasMarkerFile && isRootLayer(mountinfo))
  // A program's container may run inside a system's: the inner one is what keeps or loses the state.
  if (isSystem && !(hasMarkerFile && isRootLayer(mountinfo))) return 'system'
  return isApplication || isSystem ? 'application' : undefined
}

/** Looks at this very process, whatever host it measures; `root` is where its own `/` is, `/` but in tests. */
export async function findContainer(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Container | undefined> {
  const read = (path: string): Promise<string | undefined> => readOptional(join(root, path))
  const [ofInit, own, initEnvironment, mountinfo, ...markers] = await Promise.all([
    read('proc/1/cgroup'),
    read('proc/self/cgroup'),
    read('proc/1/environ'),
    read('proc/self/mountinfo'),
    read('.dockerenv'),
    read('run/.containerenv'),
  ])
  const ofProcess1 = initEnvironment?.split('\0').find((each) => each.startsWith('container='))
  const containerVariable = ofProcess1?.slice('container='.length) ?? env['container']
  return recogniseContainer({
    hasMarkerFile: markers.some((text) => text !== undefined),
    isInKubernetes: env['KUBERNETES_SERVICE_HOST'] !== undefined,
    cgroups: [ofInit, own].flatMap((text) => text ?? []),
    mountinfo: mountinfo ?? '',
    ...(containerVariable === undefined ? {} : { containerVariable }),
  })
}
