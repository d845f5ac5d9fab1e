/** A safeguard of the product, and the small change of the source that takes it away. */
export interface Safeguard {
  /** Below the repository's folder. */
  readonly file: string
  /** Stands exactly once in the file. */
  readonly text: string
  readonly without: string
  /** What its removal means, in a sentence. */
  readonly means: string
}

/** Every safeguard that is proven needed, by the name that `--without` takes. */
export const safeguards: ReadonlyMap<string, Safeguard> = new Map([
  [
    'row-key',
    {
      file: 'src/store/sqlite/migrations/0001-foundation.ts',
      text: `  readings TEXT NOT NULL,
  UNIQUE (host_id, time, run_id, seq, layout_id)
) STRICT`,
      without: `  readings TEXT NOT NULL
) STRICT`,
      means: 'a row is inserted whether or not its key is there',
    },
  ],
  [
    'batch-begins-at-position',
    {
      file: 'src/store/ingest/ingest-batch.ts',
      text: 'if (position.fromOffset > nextOffset || position.nextOffset <= nextOffset)',
      without: 'if (position.nextOffset <= nextOffset)',
      means: 'a batch that begins after the position is accepted',
    },
  ],
  [
    'position-with-rows',
    {
      file: 'src/store/ingest/ingest-batch.ts',
      text: `  return store.transaction(async (transaction) => {
    const { position } = batch
`,
      without: `  const ahead = batch.position
  if (ahead !== undefined) {
    const stale = await store.transaction(async (transaction) => {
      const { nextOffset } = await lockOrMakePosition(store, transaction, ahead, nowMs)
      if (ahead.fromOffset > nextOffset || ahead.nextOffset <= nextOffset) return nextOffset
      await movePosition(store, transaction, ahead, ahead.nextOffset, nowMs)
    })
    if (stale !== undefined) return { outcome: 'stale', nextOffset: stale }
  }
  return store.transaction(async (transaction) => {
    const position = undefined
`,
      means: 'the position is committed before the rows',
    },
  ],
  [
    'sync-before-accept',
    {
      file: 'src/spool/segment-writer.ts',
      text: `    await this.#file.write(this.#segment.endBytes, bytes)
    await this.#file.sync()`,
      without: '    await this.#file.write(this.#segment.endBytes, bytes)',
      means: 'a record is accepted before it is synced',
    },
  ],
  [
    'folder-synced',
    {
      file: 'src/spool/segment-writer.ts',
      text: '      await disk.syncFolder(folder)\n',
      without: '',
      means: 'the name of a new segment is not synced',
    },
  ],
  [
    'torn-tail-cut',
    {
      file: 'src/spool/recovery.ts',
      text: 'endBytes: isNewest ? endOfRotten(bytes, endBytes, lastSeq) : bytes.length,',
      without: 'endBytes: bytes.length,',
      means: 'a torn tail is kept as if it had been accepted',
    },
  ],
  [
    'failed-sync-not-believed',
    {
      file: 'src/spool/segment-writer.ts',
      text: `    await this.#file.sync()
    this.#segment = {`,
      without: `    await this.#file.sync().catch(() => this.#file.sync())
    this.#segment = {`,
      means: 'a sync that failed is tried again on the same file and believed',
    },
  ],
  [
    'gaps-shrink',
    {
      file: 'src/store/ingest/seq-history.ts',
      text: '    if (this.hasArrived(seq)) return\n',
      without: '    return\n',
      means: 'a late record does not shrink the gap that it lay in',
    },
  ],
  [
    'tombstone-in-part',
    {
      file: 'src/store/ingest/seq-history.ts',
      text: '  miss(fromSeq: number, toSeq: number, state: GapState, reason?: string): void {\n',
      without: `  miss(fromSeq: number, toSeq: number, state: GapState, reason?: string): void {
    if (state === 'lost')
      this.#gaps = [
        ...this.#gaps.flatMap((gap) => [
          ...part(gap, gap.fromSeq, Math.min(gap.toSeq, fromSeq - 1)),
          ...part(gap, Math.max(gap.fromSeq, toSeq + 1), gap.toSeq),
        ]),
        { fromSeq, toSeq: Math.min(toSeq, this.#high), state, reason, notedAtMs: this.#nowMs },
      ].filter((gap) => gap.fromSeq <= gap.toSeq).toSorted((a, b) => a.fromSeq - b.fromSeq)
`,
      means: 'a tombstone is taken whole, also for what has arrived',
    },
  ],
  [
    'tombstone-before-removal',
    {
      file: 'src/spool/appender.ts',
      text: '    await this.#noteBeforeRemoval(mergeNotes(notes))\n',
      without: '',
      means: 'a full spool drops a segment without a note',
    },
  ],
  [
    'failed-appends-noted',
    {
      file: 'src/spool/appender.ts',
      text: '        this.#owe(notes, firstSeq)\n',
      without: '',
      means: 'seqs that were given and could not be written are not told',
    },
  ],
  [
    'run-ended-notes',
    {
      file: 'src/spool/spool.ts',
      text: '    if (ends.size + lost.length > 0) await this.#note([...lost, ...ends.values()])',
      without: '    if (lost.length > 0) await this.#note(lost)',
      means: 'a start does not tell where former runs ended',
    },
  ],
  [
    'duplicates-compared',
    {
      file: 'src/store/ingest/stored-rows.ts',
      text: "    if (conflicts) return 'conflict'\n",
      without: '',
      means: 'a second arrival under a stored key is taken for equal without a look',
    },
  ],
  [
    'ids-forgotten',
    {
      file: 'src/store/ingest/ingest.ts',
      text: '    this.#catalog.forget()\n    this.#sightings.forget()\n',
      without: '',
      means: 'cached ids are kept over a restore of the database',
    },
  ],
  [
    'ids-of-one-database',
    {
      file: 'src/store/ingest/ingest.ts',
      text: '      if (store.connectionsLost !== before)\n',
      without: '      if (store.connectionsLost < before)\n',
      means: 'a database may be restored between the reading of ids and the transaction',
    },
  ],
  [
    'raw-floor',
    {
      file: 'src/store/ingest/ingest-batch.ts',
      text: '(await readRawFloor({ database: transaction.sql, codec: store.codec })) ?? 0',
      without: '(await readRawFloor({ database: transaction.sql, codec: store.codec })) === undefined ? 0 : 0',
      means: 'rows are written before the raw floor',
    },
  ],
  [
    'too-old-is-told',
    {
      file: 'src/store/ingest/decide.ts',
      text: "    history?.miss(seq, seq, 'expired', 'older than the raw retention')\n",
      without: '    history?.arrive(seq)\n',
      means: 'what comes too old to be stored is taken for arrived, and no gap tells it',
    },
  ],
  [
    'letters-not-stored',
    {
      file: 'src/store/ingest/decide.ts',
      text: "  if (isKnownLetter) return 'duplicate'\n",
      without: '',
      means: 'a dead letter that is read again when its clock is right is stored beside itself',
    },
  ],
  [
    'letters-are-no-gap',
    {
      file: 'src/store/ingest/ingest-batch.ts',
      text: '  await closeOverDeadLetters(store, transaction, { histories, runs, letters })\n',
      without: '',
      means: 'a dead letter that came before its run was known is told as missing',
    },
  ],
  [
    'stored-is-not-ahead',
    {
      file: 'src/store/ingest/decide.ts',
      text: "    if (input.stored.holds(rows)) return 'duplicate'\n",
      without: '',
      means: 'what is stored is set aside too when the own clock goes back',
    },
  ],
  [
    'end-listed-twice',
    {
      file: 'src/store/ingest/positions.ts',
      text: '    if (isBeyond && !(knownOffset !== undefined && knownOffset > at.endOffset)) return stored.nextOffset\n',
      without: '',
      means: 'a log whose end was listed before others stored more is read from its begin',
    },
  ],
  [
    'topic-id',
    {
      file: 'src/store/ingest/positions.ts',
      text: '  return stored === undefined || told === undefined || stored === told\n',
      without: '  return stored === undefined || told !== stored || stored === told\n',
      means: 'a topic that was made anew is read on at the old position',
    },
  ],
  [
    'old-gaps-given-up',
    {
      file: 'src/store/daily-upkeep.ts',
      text: 'await giveUpOldGaps(store, days.nowMs - rawRetentionMs)',
      without: 'await giveUpOldGaps(store, Math.min(0, days.nowMs - rawRetentionMs))',
      means: 'a gap that nothing can close stays open for ever',
    },
  ],
])
