/**
 * What a producer needs of the Kafka client, and nothing else: where the program is built, this file is bundled without the
 * rest of it (`tools/bundle.mjs`), since an agent would pay for all of it in memory.
 */
export { Producer } from '@platformatic/kafka'
