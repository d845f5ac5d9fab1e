import type { ReadContext } from '../metric/metric.ts'
import type { Attributes } from '../metric/sample.ts'
import { ignoreEvents } from '../runtime/events.ts'
import type { CrewFindings } from './crew/crew.ts'
import type { DeviceAnswer, DeviceQuestion } from './crew/device-answer.ts'
import type { Definition } from './definition.ts'
import type { Folder, HostFiles } from './host-files.ts'
import type { OtherMachine } from './identity/other-machine.ts'
import { parseBootTime } from './proc/boot-time.ts'
import type { Recorder, Subject } from './recorder.ts'
import type { Trouble, Troubles } from './troubles.ts'

/** What a round is made from. */
export interface HostRoundOptions {
  readonly signal: AbortSignal
  readonly context: ReadContext
  readonly files: HostFiles
  readonly recorder: Recorder
  readonly troubles: Troubles
  /** Set where there is no Linux. */
  readonly other?: OtherMachine | undefined
}

const nothing: Attributes = {}

/** What a group is given each round: the machine's files, and where to put what it found. */
export class HostRound {
  /** Aborts at the timeout. */
  readonly signal: AbortSignal
  readonly timeMs: number
  readonly monotonicMs: number
  readonly #context: ReadContext
  readonly #files: HostFiles
  readonly #recorder: Recorder
  readonly #troubles: Troubles
  readonly #other: OtherMachine | undefined

  constructor({ signal, context, files, recorder, troubles, other }: HostRoundOptions) {
    this.signal = signal
    this.timeMs = context.timeMs
    this.monotonicMs = context.monotonicMs
    this.#context = context
    this.#files = files
    this.#recorder = recorder
    this.#troubles = troubles
    this.#other = other
    recorder.begin({ timeMs: context.timeMs, bootedAtMs: () => this.bootedAtMs })
  }

  /** When the host started, Unix milliseconds. Throws where /proc/stat does not say. */
  get bootedAtMs(): number {
    if (this.#other === undefined) return parseBootTime(this.proc('stat'))
    return this.timeMs - Math.round(this.#other.uptimeSeconds() * 1000)
  }

  /**
   * A file under /proc, whole. One that several groups read is read once a round. The bytes are good until the next `await`.
   * Throws what the system throws, also where there is none.
   */
  proc(path: string): Buffer {
    return this.#files.kept(this.#context, `${this.#context.proc}/${path}`)
  }

  /** The same, or undefined where this kernel has no such file or does not show it to us. */
  optionalProc(path: string): Buffer | undefined {
    return this.#files.optionalKept(this.#context, `${this.#context.proc}/${path}`)
  }

  /** The same for a file that the kernel itself waits for: others have their turn meanwhile. */
  slowProc(path: string): Promise<Buffer | undefined> {
    return this.#files.slow(`${this.#context.proc}/${path}`)
  }

  /** What a question gives, or undefined where whom it asks is not there or not shown to us. */
  optionalAsync<T>(ask: () => Promise<T>): Promise<T | undefined> {
    return this.#files.optionalAsync(ask)
  }

  /** The begin of a file under /proc that is read once, good until the next. Throws what the system throws. */
  procHead(path: string): Buffer {
    return this.#files.head(`${this.#context.proc}/${path}`)
  }

  /** A long file under /proc in pieces, each good until the next; others have their turn between them. */
  procPieces(path: string): AsyncGenerator<Buffer> {
    return this.#files.pieces(`${this.#context.proc}/${path}`)
  }

  /** A small file under /sys as trimmed text; undefined where there is none or the device has no answer. */
  sys(path: string): string | undefined {
    return this.#files.text(`${this.#context.sys}/${path}`)
  }

  /** The same for a file that the kernel itself waits for. What asks a device that may never answer: see `askDevices`. */
  slowSys(path: string): Promise<string | undefined> {
    return this.#files.slowText(`${this.#context.sys}/${path}`)
  }

  /** Asks devices under /sys for their files, and never waits longer than a second. Paths of the findings are the questions'. */
  async askDevices(questions: readonly DeviceQuestion[]): Promise<CrewFindings<DeviceAnswer>> {
    const base = `${this.#context.sys}/`
    const absolute = questions.map(({ path, files }) => ({ path: `${base}${path}`, files }))
    const { answers, hung, unasked } = await this.#files.devices.ask(absolute, this.signal)
    return {
      answers: new Map([...answers].map(([path, answer]) => [path.slice(base.length), answer])),
      hung: new Set([...hung].map((path) => path.slice(base.length))),
      unasked: new Map([...unasked].map(([path, why]) => [path.slice(base.length), why])),
    }
  }

  /** Says that a mount or a device is a gap, or that it is none. */
  tell(what: string, trouble: Trouble | undefined): void {
    this.#troubles.tell(what, trouble, this.#context.emit ?? ignoreEvents)
  }

  /** The same of a file under /sys of something that comes and goes, as a control group does. */
  briefSys(path: string): Buffer | undefined {
    return this.#files.brief(`${this.#context.sys}/${path}`)
  }

  /** What a folder under /sys is; undefined where there is none. */
  folderSys(path: string): Folder | undefined {
    return this.#files.folder(`${this.#context.sys}/${path}`)
  }

  /** Names of the folders in a folder under /sys, sorted; none where there is no such folder. */
  foldersSys(path: string): readonly string[] {
    return this.#files.folders(`${this.#context.sys}/${path}`)
  }

  /** The last name of what a link under /proc points to; undefined where there is none, or it is not shown to us. */
  linkProc(path: string): string | undefined {
    return this.#files.link(`${this.#context.proc}/${path}`)
  }

  /** The last name of what a link under /sys points to; undefined where there is none. */
  linkSys(path: string): string | undefined {
    return this.#files.link(`${this.#context.sys}/${path}`)
  }

  /** Names in a folder under /sys, sorted; none where there is no such folder. */
  listSys(path: string): readonly string[] {
    return this.#files.list(`${this.#context.sys}/${path}`)
  }

  /** Names in a folder under /proc, sorted; none where there is no such folder. */
  listProc(path: string): readonly string[] {
    return this.#files.list(`${this.#context.proc}/${path}`)
  }

  /**
   * The first 64 KiB of a file under /proc that is a process's; undefined where the process is gone or not shown to us. The
   * bytes are good until the next call.
   */
  briefProc(path: string): Buffer | undefined {
    return this.#files.brief(`${this.#context.proc}/${path}`)
  }

  /** Where a path of the host is for us: `/host/data` for `/data` inside a container that has the host under `/host`. */
  path(path: string): string {
    return this.#context.root === '/' ? path : `${this.#context.root}${path}`
  }

  /**
   * The process whose view of mounts and network is meant: under a mounted `/host/proc` it is the host's process 1, since
   * `self` would be this container's.
   */
  get viewer(): '1' | 'self' {
    return this.#context.proc === '/proc' ? 'self' : '1'
  }

  /** False where nobody wants the metric, so that what costs something need not be read. */
  wants(metric: Definition): boolean {
    return this.#recorder.wants(metric)
  }

  /** Where what we found of one device, mount, mode … goes; `key` names it within the group. */
  subject(key: string, attributes: () => Attributes): Subject {
    return this.#recorder.subject(key, attributes)
  }

  /** A number of the host as a whole. */
  put(metric: Definition, value: number | undefined, startMs?: number | 'boot'): void {
    this.#recorder.subject('', () => nothing).put(metric, value, startMs)
  }
}
