interface NamedHost {
  readonly name: string
  readonly agentUid: string
}

/** How to call each host: by its name, followed by as much of its uid as tells it from others of that name. By uid. */
export function hostLabels(hosts: readonly NamedHost[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const [name, same] of Map.groupBy(hosts, (host) => host.name)) {
    const uids = [...new Set(same.map((host) => host.agentUid))]
    for (const uid of uids) labels.set(uid, uids.length === 1 ? name : `${name} (${shortest(uid, uids)})`)
  }
  return labels
}

function shortest(uid: string, uids: readonly string[]): string {
  for (let length = 8; length < uid.length; length++) {
    const begin = uid.slice(0, length)
    if (!uids.some((other) => other !== uid && other.startsWith(begin))) return begin
  }
  return uid
}
