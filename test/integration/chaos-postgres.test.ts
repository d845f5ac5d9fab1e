import { inject } from 'vitest'
import { describeShortForm } from '../chaos/short-form.ts'

describeShortForm('postgres', { kafkaJars: inject('kafkaJars'), database: inject('postgresUrl') })
