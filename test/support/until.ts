const betweenMs = 50

/**
 * Asks again and again until there is an answer, and returns it: for what a server gives no notice of, such as a row.
 * Throws what was awaited, and why the last attempt failed, when `timeoutMs` is over.
 */
export async function until<T>(
  awaited: string | (() => string),
  ask: () => Promise<T | undefined>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    let failure: unknown
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      failure = error
    }
    if (performance.now() > deadline) {
      const what = typeof awaited === 'string' ? awaited : awaited()
      throw new Error(`${timeoutMs} ms are over without ${what}`, failure === undefined ? {} : { cause: failure })
    }
    await new Promise((resolve) => setTimeout(resolve, betweenMs))
  }
}
