import { expect, it } from 'vitest'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import { openSmallSpool } from '../../test/contract/spool.ts'

it('a segment of an unknown version is on disk under one of its two names, whenever the power goes', async () => {
  const bytes = Buffer.from('HVSPOOL\x02 and what a later version made of it'.padEnd(100, '.'))
  for (let at = 1, isOver = false; !isOver; at++) {
    const files = new Map([['spool/segment-000000000001.spool', { bytes, synced: bytes }]])
    const left = new MemoryDisk((step) => (step >= at ? 'crash' : undefined), files)
    const opened = await openSmallSpool(left, 1n).catch(() => undefined)
    isOver = left.steps < at
    await opened?.[Symbol.asyncDispose]()
    const found = [...left.powerCut(() => 0, undefined, 'synced').contents.values()]
    expect(
      found.some((each) => each.equals(bytes)),
      `crash at step ${at}`,
    ).toBe(true)
  }
})
