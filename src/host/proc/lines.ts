import { FormatError } from '../../runtime/errors.ts'

/** The error of a kernel file that does not have its documented form. */
export function formatError(file: string, what: string): FormatError {
  return new FormatError(`${file}: ${what}`, {
    nextStep: 'the kernel or the container gives another form: please report it with the file',
  })
}

/** A whole non-negative number of a kernel file; throws FormatError for anything else. */
export function wholeNumber(file: string, text: string | undefined): number {
  const value = Number(text)
  if (text === undefined || !/^\d+$/.test(text) || !Number.isFinite(value)) {
    throw formatError(file, `'${(text ?? '').slice(0, 20)}' is no whole number`)
  }
  return value
}

/** Lines split at white space, empty ones left out. */
export function fieldsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/))
}
