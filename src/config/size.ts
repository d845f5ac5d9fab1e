const factors: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** Bytes of `1GiB`, `500 MB`, `64MiB`; `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim()) ?? []
  const factor = Object.hasOwn(factors, unit ?? '') ? factors[unit ?? ''] : undefined
  const bytes = Math.round(Number(number) * (factor ?? NaN))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** The ratio of `5%`; `undefined` for anything else, or outside of 0 to 99 percent. */
export function parsePercent(text: string): number | undefined {
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1])
  return percent <= 99 ? percent / 100 : undefined
}
