import type * as z from './zod.ts'
import { ConfigurationError } from '../runtime/errors.ts'
import { kafkaSchema, type KafkaConfig } from './kafka-config.ts'
import type { Place } from './place.ts'
import { producerSchema, type ProducerConfig } from './producer-config.ts'
import { schemaFaults } from './schema-faults.ts'

/** What an application wrote for a producer of its own, as checked and completed. */
export interface ApplicationConfig {
  readonly kafka: KafkaConfig
  readonly producer: ProducerConfig
  /** Absolute. */
  readonly stateFolder: string
}

/** What is to be checked: not yet trusted. */
export interface ApplicationInput {
  readonly kafka: unknown
  readonly producer: Readonly<Record<string, unknown>>
}

interface ToldFault {
  readonly problem: string
  readonly nextStep: string
}

/**
 * Checks by the very schemas of `kafka.config.ts` and `producer.config.ts`. Throws ConfigurationError with every fault of
 * both; `definedAt` is the line of the application that it names.
 */
export async function checkApplication(
  given: ApplicationInput,
  place: Place,
  definedAt: string | undefined,
): Promise<ApplicationConfig> {
  const kafka = await checkPart(kafkaSchema(place), given.kafka, 'kafka.')
  const producer = await checkPart(producerSchema(place), given.producer, '')
  const stateFolder = producer.config?.stateFolder
  // The agent of this machine has the default folder, and one folder has one agent.
  const homeless = producer.config !== undefined && stateFolder === undefined ? [noFolder] : []
  const faults = [...kafka.faults, ...producer.faults, ...homeless]
  if (kafka.config === undefined || producer.config === undefined || stateFolder === undefined) {
    const where = definedAt === undefined ? '' : `${definedAt}: `
    throw new ConfigurationError(`${where}${faults.map(({ problem }) => problem).join('; ')}`, {
      nextStep: faults.map(({ nextStep }) => nextStep).join(' '),
    })
  }
  return { kafka: kafka.config, producer: producer.config, stateFolder }
}

const noFolder: ToldFault = {
  problem: 'stateFolder: is missing',
  nextStep: "Write stateFolder: 'state', a folder of this application's own.",
}

async function checkPart<Config>(
  schema: z.ZodType<Config>,
  given: unknown,
  prefix: string,
): Promise<{ readonly config?: Config; readonly faults: readonly ToldFault[] }> {
  const result = await schema.safeParseAsync(given)
  if (result.success) return { config: result.data, faults: [] }
  return { faults: schemaFaults(schema, given, result.error.issues).map((fault) => prefixed(fault, prefix)) }
}

/** The keys of Kafka stand one level deeper in an application than in their own file. */
function prefixed({ problem, nextStep }: ToldFault, prefix: string): ToldFault {
  if (prefix === '') return { problem, nextStep }
  if (problem.startsWith('unknown key '))
    return { problem: problem.replace('unknown key ', `unknown key ${prefix}`), nextStep }
  // The whole part is missing or no object.
  const isWhole = !/^[\w.[\]]+: /.test(problem)
  return { problem: isWhole ? `${prefix.slice(0, -1)}: ${problem}` : `${prefix}${problem}`, nextStep }
}
