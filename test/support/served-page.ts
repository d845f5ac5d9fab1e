import { startProgram, type Program } from './program.ts'

/** A running `hostvitals serve`, or `up`, with the address that it printed. */
export interface ServedPage extends AsyncDisposable {
  readonly url: string
  readonly program: Program
}

/** Starts a program that shows the dashboard on a free port, and waits until it says where. */
export async function servePage(args: readonly string[], options: { readonly cwd?: string } = {}): Promise<ServedPage> {
  const program = startProgram([...args, '--port', '0'], options)
  try {
    const line = await program.line(/dashboard .*https?:\/\//)
    const url = /https?:\/\/[\d.:[\]a-z]+/.exec(line)?.[0]
    if (url === undefined) throw new Error(`no address stands in: ${line}`)
    return { url, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() }
  } catch (error) {
    await program[Symbol.asyncDispose]()
    throw error
  }
}
