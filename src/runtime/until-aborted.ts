/** What the work gives, or the signal's reason, thrown, as soon as it aborts; the work itself goes on. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve: tell } = Promise.withResolvers<void>()
  const listening = new AbortController()
  signal.addEventListener('abort', () => tell(), { signal: listening.signal })
  try {
    return await Promise.race([
      work,
      promise.then(() => {
        throw signal.reason
      }),
    ])
  } finally {
    listening.abort()
  }
}
