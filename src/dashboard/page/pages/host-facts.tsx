import type { JSX } from 'preact'
import type { HostAnswer } from '../../api.ts'
import { formatAge, formatMoment } from '../format/time.ts'

/** The attributes of a machine that people ask for, with their words. The others stand behind `more`. */
const first: readonly (readonly [key: string, words: string])[] = [
  ['os.description', 'system'],
  ['os.version', 'version'],
  ['host.arch', 'architecture'],
  ['host.cpu.count', 'cores'],
  ['service.version', 'agent'],
]

/** What a host is: the facts that its agent tells, its age, and why it is late where it is. */
export function HostFacts({ answer }: { readonly answer: HostAnswer }): JSX.Element {
  const { host, resource, firstSeenMs, lastSeenMs } = answer
  const known = first.filter(([key]) => resource[key] !== undefined && resource[key] !== null)
  const others = Object.entries(resource).filter(([key]) => !known.some(([name]) => name === key))
  return (
    <>
      {host.cause !== null && <p class="host-cause">{host.cause}</p>}
      <dl class="facts">
        {known.map(([key, words]) => (
          <Fact key={key} name={words} value={textOf(resource[key])} />
        ))}
        <Fact name="last sample" value={`${formatAge(host.ageMs)} ago`} title={formatMoment(lastSeenMs)} />
        {host.intervalMs !== null && <Fact name="interval" value={formatAge(host.intervalMs)} />}
        <Fact name="first seen" value={formatMoment(firstSeenMs)} />
        {Object.entries(host.labels).map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      <details class="more-facts">
        <summary>all {others.length + known.length} attributes</summary>
        <dl class="facts">
          <Fact name="host uid" value={host.uid} />
          {others.map(([key, value]) => (
            <Fact key={key} name={key} value={textOf(value)} />
          ))}
        </dl>
      </details>
    </>
  )
}

function Fact({
  name,
  value,
  title,
}: {
  readonly name: string
  readonly value: string
  readonly title?: string
}): JSX.Element {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
