import type { JSX } from 'preact'
import type { Hop, PipelineAnswer } from '../../api.ts'
import { useAnswer } from '../data/use-answer.ts'
import { formatValue } from '../format/unit.ts'
import { Failure, Loading } from '../parts/failure.tsx'
import { NextStep } from '../parts/notice.tsx'
import { StatusMark } from '../parts/status-mark.tsx'

/** The way from a sample to its row, hop by hop, and which of them is the cause where something is wrong. */
export function PipelinePage(): JSX.Element {
  const { answer, error } = useAnswer<PipelineAnswer>('./api/pipeline', 5000)
  if (answer === undefined) return error === undefined ? <Loading /> : <Failure error={error} />
  const cause = answer.hops.find(({ id }) => id === answer.cause)
  return (
    <>
      <div class="bar">
        <h1>Pipeline</h1>
        <p class="bar-words">
          {answer.latency === null
            ? 'from sample to row: not known yet'
            : `from sample to row: half within ${formatValue(answer.latency.p50Seconds, 's')}, 99 of 100 within ${formatValue(answer.latency.p99Seconds, 's')}`}
        </p>
      </div>
      <Verdict cause={cause} hops={answer.hops} />
      <ol class="hops">
        {answer.hops.map((hop) => (
          <li key={hop.id} class={`hop hop-${hop.level}${hop.id === answer.cause ? ' hop-cause' : ''}`}>
            <div class="hop-head">
              <h2>{hop.title}</h2>
              <StatusMark state={hop.level} />
            </div>
            {hop.id === answer.cause && <p class="hop-tag">this is the cause</p>}
            <dl>
              {hop.facts.map(({ name, value, unit }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value === null ? 'unknown' : formatValue(value, unit)}</dd>
                </div>
              ))}
            </dl>
            {hop.problem !== null && (
              <p class={hop.level === 'unknown' ? 'hop-untold' : 'hop-problem'}>{hop.problem}</p>
            )}
            {hop.nextStep !== null && <NextStep text={hop.nextStep} />}
          </li>
        ))}
      </ol>
    </>
  )
}

function Verdict({ cause, hops }: { readonly cause: Hop | undefined; readonly hops: readonly Hop[] }): JSX.Element {
  if (cause !== undefined) {
    return (
      <p class={`verdict verdict-${cause.level}`} role="status">
        <StatusMark state={cause.level} />
        <span>
          The cause is <b>{cause.title}</b>
          {cause.problem === null ? '.' : `: ${cause.problem}`}
        </span>
      </p>
    )
  }
  const unknown = hops.filter(({ level }) => level === 'unknown').map(({ title }) => title)
  return (
    <p class="verdict verdict-ok" role="status">
      <StatusMark state="ok" />
      <span>
        Nothing is wrong on the way from a sample to its row
        {unknown.length > 0 && `, as far as can be seen from here (not seen: ${unknown.join(', ')})`}.
      </span>
    </p>
  )
}
