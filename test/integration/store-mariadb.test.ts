import { join } from 'node:path'
import { inject } from 'vitest'
import { describeMysql } from '../contract/mysql.ts'

const url = inject('mariadbUrl')

describeMysql('MariaDB', url, join(import.meta.dirname, '../../src/store/mysql/schema.golden.mariadb.sql'))
