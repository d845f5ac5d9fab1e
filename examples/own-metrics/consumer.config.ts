import { defineConsumer, sqlite } from 'hostvitals'

// Where the metrics are kept. Or postgres({ url: secret('DATABASE_URL') }), or mysql({ url: secret('DATABASE_URL') }).
export default defineConsumer({
  store: sqlite('metrics.db'),
})
