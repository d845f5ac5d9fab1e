import { DatabaseSync } from 'node:sqlite'
import { StoreUnavailableError } from '../../src/runtime/errors.ts'
import { toStoreError } from '../../src/store/sqlite/sqlite-error.ts'
import { failureOf, SqliteFile } from '../../src/store/sqlite/sqlite-file.ts'
import type { SqliteAnswer, SqliteConnection, SqliteRequest } from '../../src/store/sqlite/sqlite-message.ts'
import { sqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { never, type SimProcess } from './process.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What is done to one request: the connection ends before it, or, at a COMMIT, before or after it. */
export type DatabaseFault = 'connection-lost' | 'commit-lost' | 'committed-and-lost' | 'busy'

const lockTimeoutMs = 5000
const newIds = /^insert into "(?:host|agent_run|layout)"/

interface Waiting {
  readonly go: (isFree: boolean) => void
}

/**
 * One database that many processes use: real SQLite in memory, with the real statements. A transaction has it alone, as
 * with BEGIN IMMEDIATE; whoever waits too long is told that it is busy. It can be away, lose connections, and go back to
 * an older state.
 */
export class SimDatabase {
  readonly #time: VirtualTime
  readonly #sqlite = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  #file: SqliteFile
  #owner: symbol | undefined
  #waiting: Waiting[] = []
  /** Clients that are gone; what they still waited for is not done. */
  readonly #ended = new Set<symbol>()
  isAway = false
  connectionsLost = 0
  faults: DatabaseFault[] = []
  /** The state before the next new ids is what comes back between them and the transaction that they are for. */
  idRace: { snapshot?: Uint8Array; readonly restore: (snapshot: Uint8Array) => void } | undefined
  /** How long until one that is away is told to be. */
  timeoutMs = 0

  constructor(time: VirtualTime, template: Uint8Array | undefined) {
    this.#time = time
    if (template !== undefined) this.#sqlite.deserialize(template)
    this.#file = new SqliteFile(this.#sqlite)
  }

  /** All of it, as a backup takes it; not inside of somebody's transaction. */
  snapshot(): Uint8Array {
    return this.#sqlite.serialize()
  }

  /** Another state takes its place; all connections end. */
  restore(snapshot: Uint8Array): void {
    this.loseConnections()
    this.#sqlite.deserialize(snapshot)
    this.#file = new SqliteFile(this.#sqlite)
  }

  loseConnections(): void {
    this.connectionsLost++
    if (this.#owner !== undefined) this.#release(this.#owner)
  }

  /** What one statement gives, for those who stand outside: no fault meets it. */
  ask(sql: string, parameters: readonly (string | number)[] = []): SqliteAnswer['rows'] {
    return this.#file.answer({ kind: 'query', sql, parameters }).rows
  }

  /** A client of its own; `end` is what its server does when its process is gone. */
  client(process: SimProcess): { readonly store: MetricStore; readonly end: () => void } {
    const own = Symbol('writer')
    const [writer, reader] = [this.#connection(process, own), this.#connection(process, Symbol('reader'))]
    const base = sqliteStore('simulated database', { writer, reader: async () => reader }, async () => undefined)
    const lostOf = (): number => this.connectionsLost
    const store = {
      ...base,
      get connectionsLost() {
        return lostOf()
      },
    }
    return {
      store,
      end: () => {
        this.#ended.add(own)
        this.#release(own)
      },
    }
  }

  /** Does something as soon as nobody is in a transaction. */
  whenFree(run: () => void): void {
    if (this.#owner === undefined) run()
    else this.#waiting.push({ go: () => this.whenFree(run) })
  }

  #connection(process: SimProcess, owner: symbol): SqliteConnection {
    const connection = { lostAt: -1 }
    return { ask: (request) => process.step(() => this.#ask(request, owner, connection)) }
  }

  async #ask(request: SqliteRequest, owner: symbol, connection: { lostAt: number }): Promise<SqliteAnswer> {
    if (request.kind === 'rollback') {
      connection.lostAt = -1
      this.#release(owner)
      return { rows: [] }
    }
    const text = request.kind === 'query' ? request.sql : ''
    if (text === 'BEGIN IMMEDIATE') connection.lostAt = -1
    if (this.isAway) {
      if (this.timeoutMs > 0) await new Promise<void>((resolve) => void this.#time.after(this.timeoutMs, resolve))
      if (this.isAway) throw lost('the database is away')
    }
    if (connection.lostAt >= 0 && connection.lostAt !== this.connectionsLost) {
      // The transaction went with its connection; Kysely rolls back what is left of it.
      throw lost('the connection has ended')
    }
    const fault = this.#faultFor(text)
    if (fault === 'busy') throw toStoreError({ code: 5, message: 'database is locked' }, 'simulated')
    if (fault === 'connection-lost' || fault === 'commit-lost') {
      this.#release(owner)
      throw lost('the connection was lost')
    }
    // Looked at again at once: another one may have been woken before.
    while (this.#owner !== owner && this.#owner !== undefined) {
      if (!(await this.#free())) throw toStoreError({ code: 5, message: 'database is locked' }, 'simulated')
    }
    if (this.#ended.has(owner)) return never()
    this.#raceForIds(text)
    const answer = this.#answer(request)
    if (text === 'BEGIN IMMEDIATE') {
      this.#owner = owner
      connection.lostAt = this.connectionsLost
    }
    if (text === 'COMMIT') {
      connection.lostAt = -1
      this.#handOn()
    }
    if (fault === 'committed-and-lost') throw lost('the answer to COMMIT was lost')
    return answer
  }

  /** Rolls back what this connection has under way, as a server does when it ends. */
  #release(owner: symbol): void {
    if (this.#owner !== owner) return
    this.#file.answer({ kind: 'rollback' })
    this.#handOn()
  }

  #raceForIds(text: string): void {
    const race = this.idRace
    if (race === undefined || this.#owner !== undefined) return
    if (race.snapshot === undefined) {
      if (newIds.test(text)) race.snapshot = this.snapshot()
    } else if (text === 'BEGIN IMMEDIATE') {
      this.idRace = undefined
      race.restore(race.snapshot)
    }
  }

  #answer(request: SqliteRequest): SqliteAnswer {
    try {
      return this.#file.answer(request)
    } catch (error) {
      throw toStoreError(failureOf(error), 'simulated')
    }
  }

  #faultFor(text: string): DatabaseFault | undefined {
    const [next] = this.faults
    const isOfCommit = next === 'commit-lost' || next === 'committed-and-lost'
    if (next === undefined || (isOfCommit && text !== 'COMMIT')) return undefined
    this.faults = this.faults.slice(1)
    return next
  }

  /** Waits until nobody has the database; false where that takes too long. */
  async #free(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const waiting = { go: resolve }
    this.#waiting.push(waiting)
    const cancel = this.#time.after(lockTimeoutMs, () => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting)
      resolve(false)
    })
    const isFree = await promise
    cancel()
    return isFree
  }

  #handOn(): void {
    this.#owner = undefined
    const waiting = this.#waiting
    this.#waiting = []
    for (const { go } of waiting) go(true)
  }
}

function lost(text: string): StoreUnavailableError {
  return new StoreUnavailableError(text)
}
