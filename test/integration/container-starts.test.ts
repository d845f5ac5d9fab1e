import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseBootTime } from '../../src/host/proc/boot-time.ts'
import { parsePidStat } from '../../src/host/proc/pid-stat.ts'
import { startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

/** A control group as that of a container with systemd in it, and a process of it in a group below and in a name space of its own. */
class RealContainer implements AsyncDisposable {
  readonly id = randomBytes(32).toString('hex')
  readonly #child = spawn('unshare', ['--pid', '--fork', '--kill-child', 'sleep', '600'], { stdio: 'ignore' })
  readonly #folder = join(root, `docker-${this.id}.scope`)

  /** Throws where this user may not make control groups, or none are mounted. */
  constructor() {
    mkdirSync(join(this.#folder, 'init.scope'), { recursive: true })
    const { pid } = this.#child
    if (pid === undefined) throw new Error('unshare was not started')
    writeFileSync(join(this.#folder, 'init.scope/cgroup.procs'), String(pid))
    // The kernel's own times would be those of the process, to the millisecond.
    const later = Date.now() / 1000 + 3600
    for (const each of ['', 'cgroup.procs']) utimesSync(join(this.#folder, each), later, later)
  }

  /** Unix milliseconds, as the kernel's two files say it. */
  get startedAtMs(): number {
    const { startSeconds } = parsePidStat(readFileSync(`/proc/${this.#child.pid}/stat`))
    return parseBootTime(readFileSync('/proc/stat')) + startSeconds * 1000
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await closed
    const procs = join(this.#folder, 'init.scope/cgroup.procs')
    await until('an empty control group', async () => readFileSync(procs, 'utf8') === '' || undefined)
    rmdirSync(join(this.#folder, 'init.scope'))
    rmdirSync(this.#folder)
  }
}

const root = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory'

async function whyNot(): Promise<string> {
  try {
    await new RealContainer()[Symbol.asyncDispose]()
    return ''
  } catch (error) {
    return `: needs the right to make control groups and name spaces (${String(error)})`
  }
}

const reason = await whyNot()

/** When the container started, as `scrape` says it: within which milliseconds. */
async function startSaid(id: string, within: readonly string[], args: readonly string[]) {
  await using folder = await temporaryFolder('container-starts')
  const config =
    "import { defineProducer, host } from 'hostvitals'\nexport default defineProducer({ metrics: [host({ containers: true })] })\n"
  writeFileSync(join(folder.path, 'producer.config.ts'), config)
  const begunMs = Date.now()
  await using program = startProgram(['scrape', '--json', '--config', folder.path, ...args], { within })
  const { stdout, stderr, code } = await program.ending()
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  const { samples }: { readonly samples: readonly Readonly<Record<string, unknown>>[] } = JSON.parse(stdout)
  const uptime = samples.find(
    ({ name, attributes }) => name === 'container.uptime' && JSON.stringify(attributes).includes(id),
  )
  const aliveMs = Number(uptime?.['value']) * 1000
  return { earliest: begunMs - aliveMs, latest: Date.now() - aliveMs }
}

describe.skipIf(reason !== '')(`a real container, its processes in a control group below${reason}`, () => {
  it('runs since its process does', async () => {
    await using container = new RealContainer()
    const said = await startSaid(container.id, [], [])
    expect(said.earliest).toBeLessThanOrEqual(container.startedAtMs)
    expect(said.latest).toBeGreaterThanOrEqual(container.startedAtMs)
  })

  it('and so it does for one that looks from another name space, where its processes have no number', async () => {
    await using container = new RealContainer()
    await using folder = await temporaryFolder('container-starts')
    const enter = 'mkdir "$0/proc"; mount --bind /proc "$0/proc"; mount -t proc proc /proc; exec "$@"'
    const within = ['unshare', '--mount', '--pid', '--fork', 'sh', '-euc', enter, folder.path]
    const said = await startSaid(container.id, within, ['--procfs', `${folder.path}/proc`])
    expect(said.earliest).toBeLessThanOrEqual(container.startedAtMs)
    expect(said.latest).toBeGreaterThanOrEqual(container.startedAtMs)
  })
})
