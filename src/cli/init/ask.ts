import { createInterface } from 'node:readline/promises'
import type { CommandIo } from '../io.ts'

/** One question and what an empty answer means. */
export interface Question<T> {
  readonly text: string
  readonly preset: string
  /** `undefined`: asked again. */
  readonly understand: (answer: string) => T | undefined
}

/** Puts questions to the person at the terminal; `end` gives the terminal back. */
export interface Asker {
  readonly ask: <T>(question: Question<T>) => Promise<T | undefined>
  readonly end: () => void
}

/** Asks on stderr, reads from stdin. An answer is `undefined` once the input has ended or the command is interrupted. */
export function openAsker({ stdin, stderr, signal }: CommandIo): Asker {
  const lines = createInterface({ input: stdin, signal })
  // It keeps lines that come before they are asked for, as when several answers are pasted.
  const answers = lines[Symbol.asyncIterator]()
  return {
    ask: async ({ text, preset, understand }) => {
      for (;;) {
        stderr.write(`? ${text} (${preset}) `)
        const line = await answers.next()
        if (line.done === true) return undefined
        const answer = understand(line.value.trim() || preset)
        if (answer !== undefined) return answer
        stderr.write('  not understood, please again\n')
      }
    },
    end: () => lines.close(),
  }
}
