import { expect, it } from 'vitest'
import { nodeProblem } from './node-version.ts'

it.each(['24.12.0', '24.13.1', '26.10.0'])('runs under Node %s', (version) => {
  expect(nodeProblem(version)).toBeUndefined()
})

it.each(['18.0.0', '20.20.2', '24.11.9'])('says what to do under Node %s', (version) => {
  expect(nodeProblem(version)).toContain(`needs Node 24.12 or newer, this is ${version}`)
})
