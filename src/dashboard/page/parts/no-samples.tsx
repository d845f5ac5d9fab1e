import { useEffect, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { Notice } from './notice.tsx'

/** Before the first sample: how long it takes, counted down, and what to do where none comes. */
export function NoSamples(): JSX.Element {
  const [left, setLeft] = useState(5)
  useEffect(() => {
    const timer = window.setInterval(() => setLeft((seconds) => Math.max(0, seconds - 1)), 1000)
    return () => window.clearInterval(timer)
  }, [])
  return (
    <Notice title="No samples yet" command="hostvitals doctor" isWholePage>
      <p>
        {left > 0
          ? `The first arrives within ${left} s where a producer runs on its defaults. If none does:`
          : 'None has arrived so far. This command says which hop is the cause:'}
      </p>
    </Notice>
  )
}
