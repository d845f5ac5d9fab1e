/** What a message that is no OTLP protobuf looks like; undefined where nothing can be told. */
export function looksLike(value: Uint8Array): string | undefined {
  const text = Buffer.from(value.buffer, value.byteOffset, Math.min(value.length, 512)).toString('utf8').trimStart()
  if (/^\[\s*\{/.test(text) && text.includes('"dstypes"')) return 'JSON of collectd (write_kafka)'
  if (text.startsWith('{') && text.includes('"fields"')) return 'JSON of Telegraf'
  if (text.startsWith('{') && text.includes('"resourceMetrics"')) return 'OTLP as JSON; set the exporter to otlp_proto'
  if (/^[{[]/.test(text)) return 'JSON'
  // Influx line protocol: measurement,tag=value field=value time
  if (/^[A-Za-z_][^\s=]*(?:,[^\s=]+=[^\s]*)?\s+[^\s=]+=\S+/.test(text))
    return 'Influx line protocol (Telegraf’s default)'
  return undefined
}
