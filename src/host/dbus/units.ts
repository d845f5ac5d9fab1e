import { busError, type DbusMessage } from './message.ts'

/** A unit of systemd. */
export interface Unit {
  readonly name: string
  /** `active`, `reloading`, `inactive`, `failed`, `activating`, `deactivating`, `maintenance`, `refreshing`. */
  readonly activeState: string
}

/** The call that lists all units in memory. Source: org.freedesktop.systemd1(5), ListUnits. */
export const listUnits = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
  member: 'ListUnits',
} as const

const signature = 'a(ssssssouso)'

/** What it answers. Throws FormatError for an answer in another form. */
export function unitsIn({ signature: found, body }: DbusMessage): readonly Unit[] {
  if (found !== signature) throw busError(`ListUnits gives '${found.slice(0, 40)}', not '${signature}'`)
  const length = body.uint32()
  body.align(8)
  const end = body.at + length
  const units: Unit[] = []
  while (body.at < end) {
    body.align(8)
    const name = body.string()
    // Description, and whether it could be loaded.
    body.string()
    body.string()
    const activeState = body.string()
    // State in its kind's own words, the unit that it follows, its path, its job's number, kind and path.
    body.string()
    body.string()
    body.string()
    body.uint32()
    body.string()
    body.string()
    units.push({ name, activeState })
  }
  return units
}
