import { describe } from 'vitest'
import type { StoreHarness } from './store.ts'
import { describeClocks } from './store-clocks.ts'
import { describeDeadLetters } from './store-dead-letters.ts'
import { describeGaps } from './store-gaps.ts'
import { describePoison } from './store-poison.ts'
import { describePositions } from './store-positions.ts'
import { describeStoring } from './store-storing.ts'
import { describeTrouble } from './store-trouble.ts'

/** Nothing lost, nothing twice: docs/delivery.md §5, one scenario after the other. */
export function describeIngest(harness: StoreHarness): void {
  describe('storing', () => {
    describeStoring(harness)
  })
  describe('gaps', () => {
    describeGaps(harness)
  })
  describe('clocks', () => {
    describeClocks(harness)
  })
  describe('dead letters', () => {
    describeDeadLetters(harness)
  })
  describe('poison', () => {
    describePoison(harness)
  })
  describe('positions', () => {
    describePositions(harness)
  })
  describe('trouble', () => {
    describeTrouble(harness)
  })
}
