import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { DashboardNews, DashboardTask } from './dashboard-process.ts'

/** One answer, as it came. */
export interface DashboardReply {
  /** Until the last byte was there. */
  readonly ms: number
  readonly wireBytes: number
  readonly bytes: number
  readonly text: string
}

/** A dashboard that runs, and is asked as a browser asks. */
export class DashboardUnderTest implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#child = child
  }

  /** Starts it; `nodeFlags` such as `--cpu-prof` go to its Node. */
  static async start(task: DashboardTask, nodeFlags: readonly string[]): Promise<DashboardUnderTest> {
    const script = join(import.meta.dirname, 'dashboard-process.ts')
    const child = fork(script, [JSON.stringify(task)], {
      execArgv: [...nodeFlags],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const news = await newsOf(child)
    if (!('url' in news)) throw new Error('the dashboard said no address')
    return new DashboardUnderTest(news.url, child)
  }

  /** Throws where it answers anything but 200. */
  async ask(path: string): Promise<DashboardReply> {
    const beganMs = performance.now()
    const { status, encoding, body } = await fetched(`${this.url}${path}`)
    const ms = performance.now() - beganMs
    const text = (encoding === 'gzip' ? gunzipSync(body) : body).toString('utf8')
    if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 500)}`)
    return { ms, wireBytes: body.length, bytes: Buffer.byteLength(text), text }
  }

  /** What its process has taken since its start. */
  async taken(): Promise<{ readonly cpuMs: number; readonly peakRssMb: number }> {
    const news = newsOf(this.#child)
    this.#child.send('taken')
    const taken = await news
    if (!('cpuMs' in taken)) throw new Error('the dashboard did not say what it took')
    return taken
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }
}

async function newsOf(child: ChildProcess): Promise<DashboardNews> {
  const heard = new AbortController()
  try {
    const ended = once(child, 'exit', { signal: heard.signal }).then(([code]) => {
      throw new Error(`the dashboard ended with ${String(code)}`)
    })
    const [news] = await Promise.race([once(child, 'message', { signal: heard.signal }), ended])
    // Sent by `dashboard-process.ts` in this folder.
    return news as DashboardNews
  } finally {
    heard.abort()
  }
}

async function fetched(
  url: string,
): Promise<{ readonly status: number | undefined; readonly encoding: string | undefined; readonly body: Buffer }> {
  const asked = request(url, { headers: { 'accept-encoding': 'gzip' } })
  asked.end()
  const [response] = await once(asked, 'response')
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return { status: response.statusCode, encoding: response.headers['content-encoding'], body: Buffer.concat(parts) }
}
