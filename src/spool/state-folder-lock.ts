import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describeError, StateFolderError } from '../runtime/errors.ts'

/**
 * One agent per state folder: an exclusive transaction on `agent.lock`, which the system releases when the process ends,
 * however it ends. Node has no flock.
 */
export class StateFolderLock implements Disposable {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Takes the lock at once or throws StateFolderError: another agent holds it, or the folder cannot be written. */
  static acquire(folder: string): StateFolderLock {
    let database: DatabaseSync | undefined
    try {
      // Made here, since SQLite would let everybody read it.
      closeSync(openSync(`${folder}/agent.lock`, 'a', 0o600))
      database = new DatabaseSync(`${folder}/agent.lock`)
      database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
      return new StateFolderLock(database)
    } catch (error) {
      database?.close()
      const isHeld = describeError(error).includes('locked')
      throw new StateFolderError(
        isHeld
          ? `another hostvitals agent already uses ${folder}`
          : `the state folder ${folder} cannot be used: ${describeError(error)}`,
        {
          cause: error,
          nextStep: isHeld
            ? 'stop the other agent, or give this one a state folder of its own (--data, or STATE_DIRECTORY)'
            : 'make the folder writable for this user, or choose another one',
        },
      )
    }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
