import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { findChromium, toGetChromium } from './chromium.ts'
import { isContinuousIntegration } from './servers.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of the machine's Chromium; empty where it has none (in CI that is a failure). */
    readonly chromium: string
  }
}

/** Builds the page where it is older than its source, and finds the browser that opens it. */
export function setup(project: TestProject): void {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../tools/ensure-page.mjs')], { stdio: 'inherit' })
  const chromium = findChromium()
  if (chromium === undefined) {
    const reason = `the page is not tried in a browser: this machine has no Chromium. Enable it with \`${toGetChromium}\``
    if (isContinuousIntegration()) throw new Error(reason)
    process.stderr.write(`skipped: ${reason}\n`)
  }
  project.provide('chromium', chromium ?? '')
}
