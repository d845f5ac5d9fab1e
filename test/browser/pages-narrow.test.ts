import { describePages } from '../support/page-views.ts'

describePages(360, 780)
