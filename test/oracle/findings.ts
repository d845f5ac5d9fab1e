import type { Verdict } from './facts.ts'

/** What the judges of parts write to. */
export type Findings = {
  readonly [Kind in Exclude<keyof Verdict, 'counts'>]: string[]
} & { readonly counts: { stored: number; inGaps: number } }

/** A run as text. */
export function runText({ agentUid, run }: { readonly agentUid: string; readonly run: bigint }): string {
  return `${agentUid.slice(0, 8)}/${run}`
}

/** A run's key in maps. */
export function runKey({ agentUid, run }: { readonly agentUid: string; readonly run: bigint }): string {
  return `${agentUid}/${run}`
}
