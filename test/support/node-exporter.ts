import { spawn, spawnSync } from 'node:child_process'
import type { Reading } from './bracketed-comparison.ts'
import { Program } from './program.ts'

const command = 'prometheus-node-exporter'

/** Why node_exporter cannot be asked here, with what would help; undefined where it can. */
export function nodeExporterProblem(): string | undefined {
  const { status } = spawnSync(command, ['--version'])
  return status === 0 ? undefined : `there is no ${command}. Enable it with \`apt-get install ${command}\``
}

/** A node_exporter with its default collectors on a free port. */
export class NodeExporter implements AsyncDisposable {
  readonly #program: Program
  readonly #url: string

  private constructor(program: Program, url: string) {
    this.#program = program
    this.#url = url
  }

  static async start(): Promise<NodeExporter> {
    const child = spawn(command, ['--web.listen-address=127.0.0.1:0', '--collector.tcpstat', '--collector.processes'])
    child.stdin.end()
    const program = new Program(command, child)
    const line = await program.line(/Listening on/)
    const [, address = ''] = /address=(\S+)/.exec(line) ?? []
    return new NodeExporter(program, `http://${address}/metrics`)
  }

  /** What it says now: each line of its text format by name and labels, as it writes them. */
  readonly read = async (): Promise<Reading> => {
    const response = await fetch(this.#url)
    const text = await response.text()
    if (!response.ok) throw new Error(`${this.#url} answers ${response.status}: ${text}`)
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(
      lines.map((line): [string, number] => {
        const at = line.lastIndexOf(' ')
        return [line.slice(0, at), Number(line.slice(at + 1))]
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
  }
}
