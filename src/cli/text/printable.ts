/** C0, DEL, C1, and what turns or hides text: none of it may reach a terminal from a record that anybody may have sent. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The text with everything that a terminal would act upon written as `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, escaped)
}

/** A document on one line of JSON, in which the same is escaped: still JSON, and of the same value. */
export function printableJson(document: unknown): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  ).replaceAll(unprintable, escaped)
}

/** UTF-16 units, as JSON writes them. */
function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  )
}
