import { inject } from 'vitest'
import { describeShortForm } from '../chaos/short-form.ts'

describeShortForm('sqlite', { kafkaJars: inject('kafkaJars') })
