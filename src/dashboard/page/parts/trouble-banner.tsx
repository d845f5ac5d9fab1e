import type { JSX } from 'preact'
import { useApp } from '../app.ts'
import { NextStep } from './notice.tsx'

/** While the newest cannot be had: why, what helps, and that what is seen is the last that came. */
export function TroubleBanner(): JSX.Element {
  const trouble = useApp().trouble.value
  return (
    <div class="trouble-place" role="alert">
      {trouble !== undefined && (
        <div class="trouble">
          <p>
            <b>{trouble.problem}.</b> What you see is the last that came; asked again every few seconds.
          </p>
          <NextStep text={trouble.nextStep} />
          {!trouble.nextStep.includes('hostvitals doctor') && (
            <p>
              Which hop it is: <code>hostvitals doctor</code>
            </p>
          )}
        </div>
      )}
    </div>
  )
}
