// producer.config.ts, on each host
import { cpuPercent, defineProducer, diskUsage, gauge, host } from 'hostvitals'
export default defineProducer({
  metrics: [host(), gauge('cpu.percent', cpuPercent), gauge('disk.usage.percent', () => diskUsage('/').percent)],
})
