/** What firmware and images say where nobody gave the machine an id of its own. */
const defaults: ReadonlySet<string> = new Set([
  '03000200-0400-0500-0006-000700080009',
  '00020003-0004-0005-0006-000700080009',
  '12345678-1234-5678-90ab-cddeefaabbcc',
  'uninitialized',
  'default string',
  'to be filled by o.e.m.',
  'system serial number',
  'not specified',
  'not settable',
  'not present',
  'not applicable',
  'none',
  'unknown',
  // cloud-init, where it found no cloud, and what its documentation has people write.
  'iid-datasource-none',
  'iid-local01',
  'iid-local02',
  'iid-abcdefg',
  'nocloud',
  'i-87018aed',
])

/**
 * The id as it is compared, trimmed and in lower case; undefined where it is one that many machines have: empty, a vendor's
 * default, or made of one or two digits only (all zero, all f).
 */
export function knownId(text: string | undefined): string | undefined {
  const id = text?.trim().toLowerCase() ?? ''
  const digits = new Set(id.replaceAll(/[^\da-z]/g, ''))
  const isOneDigit = id.length > 2 && digits.size <= 2 && /^[\da-f:.-]+$/.test(id)
  return id === '' || isOneDigit || defaults.has(id) ? undefined : id
}
