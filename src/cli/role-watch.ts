import type { HealthConfig } from '../config/health-config.ts'
import type { Emit } from '../runtime/events.ts'
import type { Seams } from '../runtime/seams.ts'
import { readVersion } from '../runtime/version.ts'
import type { HealthServer } from '../vitals/health-server.ts'
import { Health, type Need } from '../vitals/health.ts'
import type { VitalPart } from '../vitals/vital-table.ts'
import { tellAll, Vitals } from '../vitals/vitals.ts'

/** What is watched of a role, and where it may be asked. */
export interface RoleWatchOptions {
  readonly role: 'produce' | 'consume' | 'up'
  readonly parts: readonly VitalPart[]
  readonly needs: readonly Need[]
  /** Of a role that measures. */
  readonly intervalMs?: number
  /** `--health-port`; goes before the configuration's. */
  readonly port: number | undefined
  readonly listen: HealthConfig | undefined
}

/** A role's vitals and health, which hear the same events as its log, and the port where they are told. */
export class RoleWatch implements AsyncDisposable {
  readonly vitals: Vitals
  /** The role's seams, whose events are heard here too. */
  readonly seams: Seams
  /** Told only here, not in the log. */
  readonly notice: Emit
  readonly #server: HealthServer | undefined

  private constructor(vitals: Vitals, seams: Seams, notice: Emit, server: HealthServer | undefined) {
    this.vitals = vitals
    this.seams = seams
    this.notice = notice
    this.#server = server
  }

  /** Begins to watch, and to listen where that is asked for. Throws FailureError where the port is taken. */
  static async begin(options: RoleWatchOptions, seams: Seams): Promise<RoleWatch> {
    const { role, parts, needs, intervalMs, port, listen } = options
    const { clock } = seams
    const vitals = new Vitals({ startedAtMs: Math.round(clock.now()), parts })
    const health = new Health({ needs, clock, ...(intervalMs === undefined ? {} : { intervalMs }) })
    const watched = { ...seams, emit: tellAll(vitals.observe, health.observe, seams.emit) }
    const place = port === undefined ? listen : { host: listen?.host ?? '127.0.0.1', port }
    if (place === undefined) return new RoleWatch(vitals, watched, health.observe, undefined)
    const facts = { role, version: readVersion() }
    // Imported only where it is wanted: Node's web server is 6 MB that most agents never need.
    const told = await import('../vitals/health-server.ts')
    const server = await told.HealthServer.listen({ ...place, facts, vitals, health, clock })
    seams.emit('health.listening', { url: server.url })
    return new RoleWatch(vitals, watched, health.observe, server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }
}
