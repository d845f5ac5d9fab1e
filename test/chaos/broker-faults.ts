import type { Fault } from './faults.ts'
import { pause } from './progress.ts'
import { sprung } from './sprung.ts'

/** `kill -9` of the broker; it comes back on the same data. */
export const killBroker: Fault = async ({ broker: { broker } }, { durationMs }, log) => {
  await broker.kill()
  log.killed('broker')
  await pause(durationMs)
  await broker.start()
}

/** Every connection ends, as when a router is restarted. */
export function cutBrokerFrom(side: 'agents' | 'consumers'): Fault {
  return async ({ broker }) => broker[side].proxy.cut()
}

/** Nothing comes through and nobody is told, as when a cable is pulled. */
export function freezeBrokerTo(side: 'agents' | 'consumers'): Fault {
  return async ({ broker }, { durationMs }) => {
    const { proxy } = broker[side]
    proxy.freeze()
    await pause(durationMs)
    proxy.thaw()
  }
}

/** The broker has stored a batch of an agent, and its acknowledgement never comes back: the batch is sent again. */
export const loseAcknowledgement: Fault = async (world) =>
  sprung(world, world.broker.agents.proxy.lose('answer', isProduceRequest))

/** A request begins with its length and the number of what is asked; Produce is 0. */
function isProduceRequest(bytes: Buffer): boolean {
  return bytes.length > 100 && bytes.readInt16BE(4) === 0
}

/** The disk of one agent fills while Kafka cannot be reached, so that records have to go. */
export const fillDisk: Fault = async ({ broker, smallDisk }, { durationMs }) => {
  if (smallDisk === undefined) throw new Error('there is no small disk')
  const { proxy } = broker.agents
  const until = performance.now() + durationMs
  proxy.freeze()
  while (performance.now() < until) {
    await smallDisk.fill()
    await pause(200)
  }
  await smallDisk.free()
  proxy.thaw()
}
