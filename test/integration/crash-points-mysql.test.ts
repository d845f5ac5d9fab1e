import { join } from 'node:path'
import { inject } from 'vitest'
import { describeMysqlCrashPoints } from '../contract/mysql-crash-points.ts'

const golden = join(import.meta.dirname, '../../src/store/mysql/schema.golden.mysql.sql')

describeMysqlCrashPoints('MySQL', inject('mysqlUrl'), golden)
