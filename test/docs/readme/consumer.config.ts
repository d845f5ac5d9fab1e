// consumer.config.ts, where the database is
import { defineConsumer, postgres, secret } from 'hostvitals'
export default defineConsumer({
  store: postgres({ url: secret('DATABASE_URL') }), // or mysql({ url: … }), MariaDB too, or sqlite('metrics.db')
})
