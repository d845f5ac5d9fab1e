import type { GapState } from '../store/ingest/seq-history.ts'

const reasons: Readonly<Record<string, string>> = {
  full: 'the spool was full, and its oldest records had to go',
  corrupt: 'their bytes were damaged on the host’s disk',
  refused: 'Kafka refused them for themselves, as too large or malformed',
  kafka: 'Kafka no longer had them when they were to be read; `hostvitals replay` on the host may bring them back',
  'never arrived': 'they did not come for as long as raw rows are kept',
}

/** What a gap means for a person, in one sentence. */
export function gapMeaning(state: GapState, reason: string | null): string {
  switch (state) {
    case 'open':
      return 'not arrived yet: they wait in the spool or in Kafka, or are gone; the gap closes when they come'
    case 'lost':
      return `will not come: ${reason === null ? 'the host said so' : (reasons[reason] ?? reason)}`
    case 'expired':
      return 'came after all, but are older than what is kept, and were not stored'
  }
}
