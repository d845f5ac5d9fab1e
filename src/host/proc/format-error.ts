import { FormatError } from '../../runtime/errors.ts'

/** The error of a kernel file that does not have its documented form. */
export function formatError(file: string, what: string): FormatError {
  return new FormatError(`${file}: ${what}`, {
    nextStep: 'the kernel or the container gives another form: please report it with the file',
  })
}
