import { cpuPercent, defineProducer, diskUsage, gauge } from 'hostvitals'

// A metric is a name and a function.
export default defineProducer({
  metrics: [gauge('cpu.percent', cpuPercent), gauge('disk.usage.percent', () => diskUsage('/').percent)],
})
