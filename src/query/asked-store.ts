import type { MetricStore } from '../store/store.ts'

/** What questions are asked of; who only asks needs to know no more of the store. */
export type AskedStore = MetricStore
