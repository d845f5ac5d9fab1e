import { Admin, ConnectionPool, createAPI, type Reader, Writer } from '@platformatic/kafka'

const produceKey = 0
const version = 9
const allReplicas = -1

/** Writes bytes of our own making as a batch of the log, to the leader of the partition. Throws where the broker refuses them. */
export async function produceRaw(bootstrap: string, topic: string, batch: Buffer, partition = 0): Promise<void> {
  const options = { clientId: 'test', bootstrapBrokers: [bootstrap], retries: false }
  const admin = new Admin(options)
  const pool = new ConnectionPool('test')
  try {
    const { brokers, topics } = await admin.metadata({ topics: [topic] })
    const broker = brokers.get(topics.get(topic)?.partitions[partition]?.leader ?? -1)
    if (broker === undefined) throw new Error(`${topic}[${partition}] has no leader`)
    const produce = createAPI<[string, number, Buffer], number>(produceKey, version, requestOf, errorOf)
    const error = await produce.async(await pool.get(broker), topic, partition, batch)
    if (error !== 0) throw new Error(`the broker refuses the batch with error ${error}`)
  } finally {
    await pool.close()
    await admin.close()
  }
}

/** Source: kafka.apache.org, "Produce API". */
function requestOf(topic: string, partition: number, batch: Buffer): Writer {
  return Writer.create()
    .appendString(null)
    .appendInt16(allReplicas)
    .appendInt32(10_000)
    .appendArray([topic], (w, name) => {
      w.appendString(name).appendArray([partition], (inner, index) => {
        inner.appendInt32(index).appendBytes(batch)
      })
    })
    .appendTaggedFields()
}

/** The error of the one partition. */
function errorOf(_correlationId: number, _apiKey: number, _apiVersion: number, reader: Reader): number {
  const topics = reader.readArray((topic) => {
    topic.readString()
    return topic.readArray((partition) => {
      partition.readInt32()
      const error = partition.readInt16()
      for (let times = 0; times < 3; times++) partition.readInt64()
      partition.readArray((each) => [each.readInt32(), each.readNullableString()])
      partition.readNullableString()
      return error
    })
  })
  return topics.flat()[0] ?? -1
}
