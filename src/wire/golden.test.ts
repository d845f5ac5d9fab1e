import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { goldenMessages, plainly, type GoldenMessage } from '../../test/support/golden-wire.ts'
import { RecordDecoder } from './decode.ts'

const folder = new URL('golden/', import.meta.url)
const versions = readdirSync(folder).filter((file) => /^v\d+\.json$/.test(file))

function goldenOf(file: string): readonly GoldenMessage[] {
  // The file's form is goldenMessages' own.
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly GoldenMessage[]
}

/** Without what it says, of which a later version may read more. */
function bytesOf({ what, key, headers, value }: GoldenMessage): unknown {
  return { what, key, headers, value }
}

it('today writes what the newest version wrote, byte by byte', () => {
  expect(goldenMessages().map(bytesOf)).toEqual(goldenOf('v1.json').map(bytesOf))
})

it.each(versions.flatMap((file) => goldenOf(file).map((message) => Object.assign({ file }, message))))(
  '$file: $what is read as it was meant',
  ({ key, headers, value, decoded }) => {
    const record = {
      key: Buffer.from(key, 'hex'),
      headers: new Map(Object.entries(headers).map(([name, bytes]) => [name, Buffer.from(bytes, 'hex')])),
      value: Buffer.from(value, 'hex'),
      timestampMs: 0,
    }
    const decoder = new RecordDecoder()
    // A later version may read more out of them, but nothing else.
    expect(plainly(decoder.decode(record))).toMatchObject(decoded)
    // Once more, since the decoder knows the agent now.
    expect(plainly(decoder.decode(record))).toMatchObject(decoded)
  },
)
