import { startKafkaBroker, type KafkaBroker } from '../support/kafka-broker.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

/** A broker that agents and consumers reach over two lines, each of which can be cut or frozen alone. */
export interface BrokerUnderTest extends AsyncDisposable {
  readonly broker: KafkaBroker
  /** For the agents. */
  readonly agents: Line
  /** For the consumers. */
  readonly consumers: Line
}

/** A line to the broker, and its address, which is also what the broker tells its clients. */
export interface Line {
  readonly proxy: TcpProxy
  readonly address: string
}

const partitions = 4
/** On a machine that has much else to do a start takes its time, and says nothing of the promise. */
const readyWithinMs = 300_000

/** Starts a broker of its own. */
export async function startBroker(): Promise<BrokerUnderTest> {
  const lines = new Map<string, Line>()
  const broker = await startKafkaBroker({
    listeners: { AGENTS: 'PLAINTEXT', CONSUMERS: 'PLAINTEXT' },
    readyWithinMs,
    properties: [`num.partitions=${partitions}`],
    advertise: async (name, address) => {
      const proxy = await TcpProxy.to(`kafka://${address}`)
      const line = { proxy, address: new URL(proxy.through(`kafka://${address}`)).host }
      lines.set(name, line)
      return line.address
    },
  })
  const [agents, consumers] = [lines.get('AGENTS'), lines.get('CONSUMERS')]
  if (agents === undefined || consumers === undefined) throw new Error('the broker has no lines')
  return {
    broker,
    agents,
    consumers,
    [Symbol.asyncDispose]: async () => {
      await agents.proxy[Symbol.asyncDispose]()
      await consumers.proxy[Symbol.asyncDispose]()
      await broker.stop()
    },
  }
}
