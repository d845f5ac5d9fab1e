import type { KafkaConfig } from '../config/kafka-config.ts'
import type { AskWay } from '../dashboard/way-watch.ts'
import { askKafka, overdueMs, toLags } from './status/lag.ts'

/** What `serve` knows of the way: what Kafka says where it is configured, else what consumers told, as in `status`. */
export function askWayBy(kafka: KafkaConfig | undefined): AskWay {
  return async ({ positions, toldLags }, nowMs) => {
    const asked = await askKafka(kafka, nowMs)
    const { partitions } = toLags(positions ?? [], asked, toldLags)
    const problem = 'problem' in asked ? (asked.problem ?? null) : null
    if (partitions.length === 0 && problem === null) return {}
    const known = partitions.flatMap(({ lagRecords }) => lagRecords ?? [])
    const stuck = partitions.filter(({ lagRecords, overdueRecords, updatedAt }) => {
      const movedMs = updatedAt === null ? 0 : Date.parse(updatedAt)
      return (overdueRecords ?? lagRecords ?? 0) > 0 && nowMs - movedMs > overdueMs
    })
    const lagRecords = known.length === 0 ? null : known.reduce((sum, lag) => sum + lag, 0)
    return { kafka: { lagRecords, partitions: partitions.length, stuckPartitions: stuck.length, problem } }
  }
}
