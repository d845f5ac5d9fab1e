import type { OutgoingRecord } from '../../src/runtime/network.ts'
import { RecordEncoder } from '../../src/wire/encode.ts'
import { encodeMessage } from '../../src/wire/topic-message.ts'
import { wireResource } from './wire-samples.ts'

/** Records of a fleet as its agents send them: one sample each, round after round, so that they spread over the partitions. */
export function recordsOfFleet(agents: number, rounds: number): readonly OutgoingRecord[] {
  const nowMs = Date.now()
  const startedAtMs = nowMs - rounds * 1000
  const series = { name: 'answer', unit: '1', kind: 'gauge', attributes: {} } as const
  return Array.from({ length: rounds }, (_, round) =>
    Array.from({ length: agents }, (__, agent) => {
      const agentUid = `00112233-4455-4677-8899-${agent.toString(16).padStart(12, '0')}`
      const encoder = new RecordEncoder({ ...wireResource, agentUid, name: `web-${agent}`, startedAtMs })
      const value = encoder.encode(startedAtMs + round * 1000, [{ series, value: round }])
      return { ...encodeMessage({ agentUid, run: 77n, seq: round + 1, value }, nowMs), timestampMs: nowMs }
    }),
  ).flat()
}
