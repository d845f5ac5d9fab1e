import type { Note } from '../metric/record.ts'
import type { AddressedNote } from './addressed-note.ts'
import type { SegmentFolder } from './segment-folder.ts'
import { SegmentWriter } from './segment-writer.ts'

/**
 * Notes about records that another agent_uid left in this spool. They are that agent's records, or they would speak of
 * a run that the consumer knows under another host; seqs count from 1 under this process's run.
 */
export class StrangerNotes {
  readonly #folder: SegmentFolder
  readonly #run: bigint
  readonly #lastSeqs = new Map<string, number>()
  readonly #unwritten = new Map<string, readonly Note[]>()

  constructor(folder: SegmentFolder, run: bigint) {
    this.#folder = folder
    this.#run = run
  }

  /**
   * Writes the notes into one new segment for each identity, synced. A seq is given once: one whose write fails is told
   * with the next that succeeds.
   */
  async write(notes: readonly AddressedNote[]): Promise<void> {
    for (const [agentUid, of] of Map.groupBy(notes, (each) => each.agentUid)) {
      const firstSeq = (this.#lastSeqs.get(agentUid) ?? 0) + 1
      const told = [...(this.#unwritten.get(agentUid) ?? []), ...of.map(({ note }) => note)]
      const toSeq = firstSeq + told.length - 1
      this.#lastSeqs.set(agentUid, toSeq)
      try {
        await this.#writeSegment(agentUid, firstSeq, told)
        this.#unwritten.delete(agentUid)
      } catch (error) {
        const lost: Note = { run: this.#run, fromSeq: firstSeq, toSeq, reason: 'full' }
        this.#unwritten.set(agentUid, [...(this.#unwritten.get(agentUid) ?? []), lost])
        throw error
      }
    }
  }

  async #writeSegment(agentUid: string, firstSeq: number, notes: readonly Note[]): Promise<void> {
    const { disk, path } = this.#folder
    const header = { agentUid, run: this.#run, firstSeq }
    const writer = await SegmentWriter.create(disk, path, this.#folder.takeNumber(), header)
    try {
      await writer.append(notes.map((note, at) => ({ seq: firstSeq + at, value: new Uint8Array(0), note })))
      this.#folder.put(writer.segment)
    } catch (error) {
      // Or a later start takes the torn notes in it for damage.
      await this.#folder.remove(writer.segment)
      throw error
    } finally {
      await writer.close()
    }
  }
}
