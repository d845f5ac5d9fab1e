import { inject } from 'vitest'
import { describeShortForm } from '../chaos/short-form.ts'

describeShortForm('mysql', { kafkaJars: inject('kafkaJars'), database: inject('mysqlUrl') })
