import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../test/support/virtual-clock.ts'
import { Crew, type CrewFindings } from './crew.ts'
import type { CrewThread } from './crew-thread.ts'

const never = new AbortController().signal

interface Question {
  readonly path: string
}

/** How long each mount takes to answer, ms; those that are not named hang until `free`. */
class Servers {
  readonly clock = new VirtualClock()
  readonly log: string[] = []
  readonly crew: Crew<Question, string>
  #free = Promise.withResolvers<void>()
  #started = 0
  #ready: Promise<void> | undefined
  #startError: Error | undefined

  constructor(answersAfterMs: Readonly<Record<string, number>>, limits = { mostFree: 3, mostThreads: 3 }) {
    this.crew = new Crew({ clock: this.clock, startThread: () => this.#thread(answersAfterMs), ...limits })
  }

  get started(): number {
    return this.#started
  }

  /** Threads take so long to start. */
  startAfter(ms: number): void {
    this.#ready = this.clock.sleep(ms)
  }

  /** No thread can be started for this reason, until it is called with none. */
  refuseStart(error?: Error): void {
    this.#startError = error
  }

  /** The servers that were away are back. */
  free(): void {
    this.#free.resolve()
    this.#free = Promise.withResolvers()
  }

  /** What a round over these mounts finds, and how long it takes. */
  async round(...paths: readonly string[]): Promise<{ readonly found: CrewFindings<string>; readonly ms: number }> {
    const begunMs = this.clock.monotonic()
    const round: { found?: CrewFindings<string>; endedMs: number } = { endedMs: 0 }
    const asked = this.crew.ask(
      paths.map((path) => ({ path })),
      never,
    )
    const ended = asked.then((found) => {
      round.found = found
      round.endedMs = this.clock.monotonic()
      return found
    })
    for (let turn = 0; turn < 200 && round.found === undefined; turn++) await this.clock.advance(10)
    return { found: await ended, ms: round.endedMs - begunMs }
  }

  #thread(answersAfterMs: Readonly<Record<string, number>>): CrewThread<Question, string> {
    if (this.#startError !== undefined) throw this.#startError
    const name = `thread ${++this.#started}`
    return {
      ready: this.#ready ?? Promise.resolve(),
      ask: async ({ path }) => {
        this.log.push(`${name} asks ${path}`)
        const ms = answersAfterMs[path]
        if (ms === -1) throw new Error('out of memory')
        await this.#ready
        await (ms === undefined ? this.#free.promise : this.clock.sleep(ms))
        return `${path}!`
      },
      end: () => void this.log.push(`${name} ended`),
    }
  }
}

describe('a crew', () => {
  it('asks all with one thread where they answer', async () => {
    const servers = new Servers({ a: 1, b: 1, c: 1 })
    const { found } = await servers.round('a', 'b', 'c')
    expect([...found.answers]).toEqual(['a', 'b', 'c'].map((path) => [path, `${path}!`]))
    expect(servers.started).toBe(1)
  })

  it('takes no thread that is slow to start for a mount that hangs', async () => {
    const servers = new Servers({ a: 1 })
    servers.startAfter(1500)
    const { found, ms } = await servers.round('a')
    expect([...found.answers.keys()]).toEqual(['a'])
    expect([...found.hung]).toEqual([])
    expect(ms).toBeGreaterThanOrEqual(1500)
  })

  it('starts none before one is needed', () => {
    expect(new Servers({}).started).toBe(0)
  })

  it('lets a mount that hangs cost half a second once, and nobody else’s numbers', async () => {
    const servers = new Servers({ a: 1, b: 1 })
    const first = await servers.round('away', 'a', 'b')
    expect([...first.found.answers.keys()]).toEqual(['a', 'b'])
    expect([...first.found.hung]).toEqual(['away'])
    expect(first.ms).toBeLessThanOrEqual(510)
    const second = await servers.round('away', 'a', 'b')
    expect([...second.found.answers.keys()]).toEqual(['a', 'b'])
    expect([...second.found.hung]).toEqual(['away'])
    expect(second.ms).toBeLessThanOrEqual(10)
    expect(servers.log.filter((line) => line.endsWith('asks away'))).toHaveLength(1)
  })

  it('calls another thread where the last of a round hangs', async () => {
    const servers = new Servers({ a: 1, b: 1 })
    await servers.round('a', 'b', 'away')
    const { found } = await servers.round('a', 'b', 'away')
    expect([...found.answers.keys()]).toEqual(['a', 'b'])
    expect([...found.hung]).toEqual(['away'])
    expect(servers.started).toBe(2)
  })

  it('asks again after the answer came, with the same thread', async () => {
    const servers = new Servers({ a: 1 })
    await servers.round('away', 'a')
    servers.free()
    await servers.clock.advance(0)
    const asked = servers.round('away', 'a')
    await servers.clock.advance(0)
    servers.free()
    const { found } = await asked
    expect([...found.answers.keys()]).toEqual(['away', 'a'])
    expect([...found.hung]).toEqual([])
    expect(servers.started).toBe(2)
  })

  it('asks nobody else where all threads stand still, says so, and does not wait', async () => {
    const servers = new Servers({ a: 1 })
    const { found, ms } = await servers.round('w', 'x', 'y', 'z', 'a')
    expect([...found.hung]).toEqual(['w', 'x', 'y'])
    expect([...found.answers.keys()]).toEqual([])
    expect([...found.unasked]).toEqual(['z', 'a'].map((path) => [path, 'all 3 threads wait for others']))
    expect(ms).toBeLessThanOrEqual(610)
    expect(servers.started).toBe(3)
    const second = await servers.round('w', 'x', 'y', 'z', 'a')
    expect([...second.found.unasked.keys()]).toEqual(['z', 'a'])
    expect(second.ms).toBe(0)
    servers.free()
    await servers.clock.advance(0)
    const later = await servers.round('a')
    expect([...later.found.answers.keys()]).toEqual(['a'])
    expect([...later.found.unasked]).toEqual([])
  })

  it('has threads beside those that stand still, as long as there are not too many in all', async () => {
    const servers = new Servers({ a: 1, b: 1 }, { mostFree: 2, mostThreads: 4 })
    await servers.round('w', 'x', 'a', 'b')
    const { found, ms } = await servers.round('w', 'x', 'a', 'b')
    expect([...found.hung]).toEqual(['w', 'x'])
    expect([...found.answers.keys()]).toEqual(['a', 'b'])
    expect(ms).toBeLessThanOrEqual(10)
    expect(servers.started).toBe(3)
  })

  it('has no more free ones than it may, however slow they are', async () => {
    const slow = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`s${index}`, 400]))
    const servers = new Servers(slow, { mostFree: 2, mostThreads: 8 })
    await servers.round(...Object.keys(slow))
    expect(servers.started).toBe(2)
  })

  it('says who was not asked where no thread can be started, and tries again in the next round', async () => {
    const servers = new Servers({ a: 1, b: 1 })
    servers.refuseStart(new Error('EAGAIN'))
    const { found, ms } = await servers.round('a', 'b')
    expect([...found.answers]).toEqual([])
    expect([...found.unasked]).toEqual(['a', 'b'].map((path) => [path, 'no thread could be started: EAGAIN']))
    expect(ms).toBe(0)
    servers.refuseStart()
    const later = await servers.round('a', 'b')
    expect([...later.found.answers.keys()]).toEqual(['a', 'b'])
    expect([...later.found.unasked]).toEqual([])
  })

  it('does with the threads that it has where no further one can be started', async () => {
    const servers = new Servers({ slow: 300, a: 1 })
    const asked = servers.round('slow', 'a', 'away', 'b')
    servers.refuseStart(new Error('EAGAIN'))
    const { found } = await asked
    expect([...found.answers.keys()]).toEqual(['slow', 'a'])
    expect([...found.unasked.keys()]).toEqual(['away', 'b'])
    const second = await servers.round('away', 'b')
    expect([...second.found.hung]).toEqual(['away'])
    expect([...second.found.unasked]).toEqual([['b', 'no thread could be started: EAGAIN']])
  })

  it('takes slow ones as they come, and waits for no round longer than its time', async () => {
    const slow = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`s${index}`, 400]))
    const servers = new Servers(slow)
    const { found, ms } = await servers.round(...Object.keys(slow))
    expect([...found.hung]).toEqual([])
    expect(found.answers.size).toBeGreaterThanOrEqual(3)
    expect(found.answers.size + found.unasked.size).toBe(12)
    expect(ms).toBeLessThanOrEqual(810)
  })

  it('does without a thread that died, and starts another', async () => {
    const servers = new Servers({ bad: -1, a: 1 })
    const { found } = await servers.round('bad', 'a')
    expect([...found.answers.keys()]).toEqual(['a'])
    expect([...found.unasked]).toEqual([['bad', 'the thread that asked it died: out of memory']])
    expect(servers.started).toBe(2)
  })

  it('ends its threads, and starts new ones for a later question', async () => {
    const servers = new Servers({ a: 1 })
    await servers.round('a')
    servers.crew.close()
    expect(servers.log).toEqual(['thread 1 asks a', 'thread 1 ended'])
    const { found } = await servers.round('a')
    expect([...found.answers.keys()]).toEqual(['a'])
    expect(servers.started).toBe(2)
  })

  it('ends a round with its signal', async () => {
    const servers = new Servers({})
    const found = await servers.crew.ask([{ path: 'away' }], AbortSignal.abort(new Error('enough')))
    expect(found).toEqual({ answers: new Map(), hung: new Set(), unasked: new Map() })
  })
})
