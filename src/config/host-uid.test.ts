import { expect, it } from 'vitest'
import { hostUidOf, parseHostUid } from './host-uid.ts'

const uid = '7f3a1c52-0d7e-4b0e-9d6e-2b8a5f0c9e11'

it.each([
  [uid, uid],
  [uid.toUpperCase(), uid],
  [` ${uid}`, undefined],
  [uid.replaceAll('-', ''), undefined],
  [`${uid}0`, undefined],
  ['web-1', undefined],
  ['', undefined],
  ['00000000-0000-0000-0000-000000000000', undefined],
  ['FFFFFFFF-FFFF-FFFF-FFFF-ffffffffffff', undefined],
])('%j as a uid is %j', (text, expected) => {
  expect(parseHostUid(text)).toBe(expected)
})

it('the environment gives one, none, or is wrong and is told so', () => {
  expect(hostUidOf({ HOSTVITALS_HOST_UID: uid.toUpperCase() })).toBe(uid)
  expect(hostUidOf({ HOSTVITALS_HOST_UID: '' })).toBeUndefined()
  expect(hostUidOf({})).toBeUndefined()
  expect(() => hostUidOf({ HOSTVITALS_HOST_UID: 'web-1' })).toThrow("HOSTVITALS_HOST_UID: 'web-1' is no UUID of a host")
})
