import { readWholeDeadLetter, type WholeDeadLetter } from '../../query/status/dead-letters.ts'
import { UsageError } from '../../runtime/errors.ts'
import { openStore } from '../../store/open-store.ts'
import { readDeadLetter } from '../../store/dead-letter/read-dead-letter.ts'
import { parseDeadLetterId } from './dead-letters.ts'
import { decodeLetter, type DecodedLetter } from './decoded-letter.ts'
import { hexDump } from './hex-dump.ts'
import type { CommandIo } from '../io.ts'
import { printable, printableJson } from '../text/printable.ts'
import { findExistingStore, type StoreOptions } from '../store-option.ts'
import { attributeText, formatTable } from '../text/table.ts'

/** What `hostvitals dead-letters show` was given. */
export interface ShowDeadLetterOptions extends StoreOptions {
  readonly json?: boolean
  readonly raw?: boolean
}

const mostShownBytes = 512
const mostShownSamples = 50

/** Prints one dead letter with all that was kept of it. Throws UsageError where there is none of that id. */
export async function runDeadLettersShow(id: string, options: ShowDeadLetterOptions, io: CommandIo): Promise<number> {
  if (options.raw === true && io.stdout.isTTY === true) {
    throw new UsageError('--raw writes bytes, which a terminal must not be given', { nextStep: 'add > FILE' })
  }
  const deadLetterId = parseDeadLetterId(id)
  await using store = await openStore(await findExistingStore(options, io), { durable: false })
  const letter = await readWholeDeadLetter(store, deadLetterId)
  const record = await readDeadLetter(store, deadLetterId)
  if (letter === undefined || record === undefined) {
    throw new UsageError(`there is no dead letter ${id}`, {
      nextStep: 'hostvitals dead-letters list tells the ids; a letter that was replayed is gone, or has a new id',
    })
  }
  if (options.raw === true) io.writeBytes(letter.payload)
  else if (options.json === true) io.stdout.write(`${printableJson(toJson(letter, decodeLetter(record)))}\n`)
  else io.stdout.write(formatLetter(letter, decodeLetter(record)))
  return 0
}

function toJson(letter: WholeDeadLetter, decoded: DecodedLetter): object {
  const { key, headers, headerList, payload, ...rest } = letter
  return {
    ...rest,
    keyBase64: key === undefined ? null : base64(key),
    headersBase64: Object.fromEntries([...headers].map(([name, bytes]) => [name, base64(bytes)])),
    ...(headerList === undefined
      ? {}
      : {
          headerListBase64: headerList.map(([name, bytes]) => [
            base64(name),
            bytes === undefined ? null : base64(bytes),
          ]),
        }),
    payloadBase64: base64(payload),
    decoded,
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function formatLetter(letter: WholeDeadLetter, decoded: DecodedLetter): string {
  const { payload, key } = letter
  const facts = [
    ['id', letter.id],
    ['set aside', letter.at],
    ['reason', letter.reason],
    ['error', letter.error],
    ...(letter.agentUid === null
      ? []
      : [['identity', `${letter.agentUid} run ${letter.run ?? '?'} seq ${letter.seq ?? '?'}`]]),
    ...(letter.topic === null ? [] : [['origin', originText(letter)]]),
    ...(decoded.sender === null ? [] : [['sent', decoded.sender.sentAt]]),
    ...(key === undefined ? [] : [['key', Buffer.from(key).toString('hex')]]),
    ...headersOf(letter).map(([name, bytes]) => [
      `header ${name}`,
      bytes === undefined ? 'no value' : headerText(bytes),
    ]),
  ]
  const width = Math.max(...facts.map(([name = '']) => printable(name).length))
  const lines = facts.map(([name = '', text = '']) => `  ${printable(name).padEnd(width)}  ${printable(text)}\n`)
  const rest = payload.length - mostShownBytes
  const more = rest > 0 ? `  … ${rest} bytes more: --raw > FILE writes all\n` : ''
  const dump = `  ${payload.length} bytes:\n${hexDump(payload.subarray(0, mostShownBytes))}${more}`
  return [lines.join(''), contentText(decoded), dump].filter((part) => part !== '').join('\n')
}

function originText({ cluster, topic, partition, offset }: WholeDeadLetter): string {
  return `${topic ?? ''}[${partition ?? '?'}]@${offset ?? '?'}${cluster === null ? '' : `, cluster ${cluster}`}`
}

/** Each as it stood: a name may stand twice, and what of a name is no text is marked. */
function headersOf({ headers, headerList }: WholeDeadLetter): readonly (readonly [string, Uint8Array | undefined])[] {
  return headerList?.map(([name, bytes]) => [Buffer.from(name).toString('utf8'), bytes] as const) ?? [...headers]
}

/** Text where it is nothing but that, else digits. */
function headerText(bytes: Uint8Array): string {
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return isText ? Buffer.from(bytes).toString('latin1') : Buffer.from(bytes).toString('hex')
}

function contentText({ hosts, error }: DecodedLetter): string {
  if (error !== null) return `  cannot be decoded: ${printable(error)}\n`
  return hosts
    .map(({ name, agentUid, samples }) => {
      const rows = samples
        .slice(0, mostShownSamples)
        .map(({ time, metric, attributes, value, unit }) => [
          time,
          metric,
          attributeList(attributes),
          value === null ? '–' : String(value),
          unit,
        ])
      const rest = samples.length - rows.length
      const table =
        rows.length === 0 ? '  no samples\n' : formatTable(['time', 'metric', 'attributes', 'value', 'unit'], rows)
      return `  host ${printable(name)} (${agentUid})\n${table}${rest > 0 ? `  … ${rest} samples more: --json has all\n` : ''}`
    })
    .join('\n')
}

function attributeList(attributes: DecodedLetter['hosts'][number]['samples'][number]['attributes']): string {
  return Object.entries(attributes)
    .map(([key, value]) => `${key}=${attributeText(value)}`)
    .join(' ')
}
