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

it('today writes what the newest version wrote, byte by byte', () => {
  expect(goldenMessages()).toEqual(goldenOf('v1.json'))
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
    expect(plainly(decoder.decode(record))).toEqual(decoded)
    // Once more, since the decoder knows the agent now.
    expect(plainly(decoder.decode(record))).toEqual(decoded)
  },
)
