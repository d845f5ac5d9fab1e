import { defineKafka } from 'hostvitals'

// How to reach Kafka; shared by hosts and consumers.
export default defineKafka({
  brokers: ['localhost:9092'],
})
