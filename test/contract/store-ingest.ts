import { it } from 'vitest'
import type { StoreHarness } from './store.ts'

export function describeIngest(_harness: StoreHarness): void {
  it.todo('comes')
}
