import { describePages } from '../support/page-views.ts'

describePages(1440, 900)
