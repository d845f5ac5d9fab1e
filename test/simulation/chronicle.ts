import type { ArrivedRecord, TopicOrigin } from '../../src/metric/record.ts'
import { crc32c } from '../../src/runtime/crc32c.ts'
import { runKey } from '../oracle/findings.ts'
import { type ForeignEntry, type Journal, JournalReader, type OwnEntry } from '../oracle/journal.ts'

/** A record on its way into a spool. */
export interface Intention {
  readonly agentUid: string
  readonly run: bigint
  readonly value: Uint8Array
  readonly isFresh: boolean
  /** Given when the spool has accepted it. */
  seq: number | undefined
}

/** What the agents' side knows: what was given to a spool, and what it accepted. */
export class Chronicle {
  readonly #reader = new JournalReader()
  readonly #intentions: Intention[] = []
  readonly #foreign: ForeignEntry[] = []
  /** Which machines' disks an agent's records have lain on, by agent_uid. */
  readonly lineages = new Map<string, number>()
  /** Runs, as `runKey` says them, of which the disk refused an append: its seqs were given for nothing. */
  readonly failedRuns = new Set<string>()
  /** Lineages on whose disk a start could neither cut nor sync what a killed process had left half written. */
  readonly unsettledLineages = new Set<number>()
  /** Roles that ended by themselves, which none ever may. */
  readonly ended: string[] = []

  intend(intention: Omit<Intention, 'seq'>): Intention {
    const noted = { ...intention, seq: undefined }
    this.#intentions.push(noted)
    return noted
  }

  sawForeign(record: ArrivedRecord, origin: TopicOrigin): void {
    this.#foreign.push(this.#reader.foreign(record, origin))
  }

  /**
   * The journal. What was not accepted may have been written all the same: where it was sent it is known by its bytes;
   * `seqOf` finds the seq of bytes that were sent.
   */
  journal(seqOf: (run: string, crc: number) => number | undefined): Journal {
    const own = this.#intentions.flatMap((intention): readonly OwnEntry[] => {
      const { agentUid, run, value, isFresh } = intention
      const seq = intention.seq ?? seqOf(runKey(intention), crc32c(value))
      if (seq === undefined) return []
      const certainty = intention.seq === undefined ? 'maybe' : 'accepted'
      return [this.#reader.own({ agentUid, run, seq, value, certainty, isFresh })]
    })
    return { own, foreign: this.#foreign }
  }
}
