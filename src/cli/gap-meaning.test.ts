import { expect, it } from 'vitest'
import { gapMeaning } from './gap-meaning.ts'

it.each(['full', 'corrupt', 'refused', 'kafka', 'never arrived'])('says what a loss by the reason %s is', (reason) => {
  expect(gapMeaning('lost', reason)).toMatch(/^will not come: (?:\S+ ){5}/)
})
