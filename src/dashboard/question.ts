import { findHosts, type KnownHost, namedHosts, readHosts } from '../query/host/hosts.ts'
import { UsageError } from '../runtime/errors.ts'
import type { AskedStore } from '../query/asked-store.ts'
import { parseMoment } from './moment.ts'

const uidForm = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** The part of an address behind `?`, where a name may stand several times. */
export type AskedFor = (name: string) => readonly string[]

/** The range of an address; the last hour where it says none. Throws UsageError. */
export function rangeOf(asked: AskedFor, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  return {
    fromMs: parseMoment('from', single(asked, 'from') ?? 'now-1h', nowMs),
    toMs: parseMoment('to', single(asked, 'to') ?? 'now', nowMs),
  }
}

/** The one value of a name; undefined where it does not stand there. Throws UsageError where it stands twice. */
export function single(asked: AskedFor, name: string): string | undefined {
  const [value, second] = asked(name)
  if (second === undefined) return value === '' ? undefined : value
  throw new UsageError(`${name} stands twice`, { nextStep: `give ${name} once` })
}

/** A whole number from 1; undefined where it does not stand there. Throws UsageError. */
export function wholeOf(asked: AskedFor, name: string): number | undefined {
  const text = single(asked, name)
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new UsageError(`${name}=${text} is no whole number from 1`, { nextStep: `write ${name}=300` })
}

/** Names that may stand one by one or with commas between them. */
export function listOf(asked: AskedFor, name: string): readonly string[] {
  return [...new Set(asked(name).flatMap((each) => each.split(',')))].filter((each) => each !== '')
}

/** `attr=KEY=VALUE`, any number of them. Throws UsageError. */
export function attributesOf(asked: AskedFor): Readonly<Record<string, string>> {
  return Object.fromEntries(
    asked('attr').map((pair) => {
      const cut = pair.indexOf('=')
      if (cut < 1) throw new UsageError(`attr=${pair} has no value`, { nextStep: 'write attr=KEY=VALUE' })
      return [pair.slice(0, cut), pair.slice(cut + 1)] as const
    }),
  )
}

/** The hosts that `host=` names, by uid or name; all where it does not stand there. Throws UnknownNameError. */
export async function hostsOf(
  store: AskedStore,
  asked: AskedFor,
): Promise<{ readonly hosts: readonly KnownHost[]; readonly isEveryHost: boolean }> {
  const names = listOf(asked, 'host').filter((name) => name !== 'all')
  if (names.length === 0) return { hosts: await findHosts(store, {}), isEveryHost: true }
  const all = await hostsAmong(store, names)
  const hosts = new Set(names.flatMap((name) => namedHosts(name, all)))
  return { hosts: [...hosts], isEveryHost: false }
}

/** Those that are asked for by uid, as the page does it, without the thousand others; else all. */
async function hostsAmong(store: AskedStore, names: readonly string[]): Promise<readonly KnownHost[]> {
  const uids = new Set(names.map((name) => name.toLowerCase()))
  if (names.every((name) => uidForm.test(name))) {
    const found = await readHosts(store, [...uids])
    if (found.length === uids.size) return found
  }
  return readHosts(store)
}
