import { inject } from 'vitest'
import { describeShortForm } from '../chaos/short-form.ts'

describeShortForm('mariadb', { kafkaJars: inject('kafkaJars'), database: inject('mariadbUrl') })
