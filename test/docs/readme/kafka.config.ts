// kafka.config.ts, on both sides
import { defineKafka } from 'hostvitals'
export default defineKafka({ brokers: ['localhost:9092'] })
