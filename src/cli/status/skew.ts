import { formatAge } from '../text/age.ts'

/** A clock's difference: `+40s` is behind ours, or on its way for that long. */
export function formatSkew(ms: number): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)}ms`
  return `${ms < 0 ? '-' : '+'}${formatAge(Math.abs(ms))}`
}
