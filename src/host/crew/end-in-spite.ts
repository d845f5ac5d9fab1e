import { accessSync, constants } from 'node:fs'
import { inspect } from 'node:util'
import { isMainThread } from 'node:worker_threads'

/**
 * Has the process end though one more thread may stand still in the kernel: Node waits for its threads when it ends, and would
 * for as long as the server of a mount is away. Called in another thread than the first it changes nothing: that a part of a
 * program ends is not the end of the program.
 */
export function endInSpite(): void {
  if (!isMainThread) return
  if (process.listeners('exit').every((listener) => listener !== end)) process.on('uncaughtExceptionMonitor', sayWhy)
  process.on('exit', end)
}

/** One thread less. */
export function endAsUsual(): void {
  process.off('exit', end)
  if (process.listeners('exit').every((listener) => listener !== end)) process.off('uncaughtExceptionMonitor', sayWhy)
}

/** Node says what an application died of only after its end, which it will not come to. */
function sayWhy(error: Error): void {
  if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return
  process.stderr.write(`${inspect(error)}\n\nNode.js ${process.version}\n`)
}

/**
 * Another program in this process's place ends its threads, unless not even SIGKILL would, and its exit code is ours. What an
 * application does at its end comes before, and decides on the code as ever.
 */
function end(exitCode: number): void {
  // An application's listener may itself call process.exit, which would wait for the thread.
  Object.assign(process, { reallyExit: takePlace })
  const listeners = process.rawListeners('exit')
  const later = listeners.slice(listeners.indexOf(end)).filter((listener) => listener !== end)
  try {
    for (const listener of later) Reflect.apply(listener, process, [exitCode])
  } catch (error) {
    // As Node does with what is thrown there.
    process.stderr.write(`${inspect(error)}\n`)
    takePlace(1)
  }
  takePlace(Number(process.exitCode ?? exitCode))
}

function takePlace(code: number): void {
  const exitCode = code & 255
  // Where it cannot be started Node aborts, so we look before.
  if (canRun('/bin/sh')) process.execve?.('/bin/sh', ['sh', '-c', `exit ${exitCode}`], {})
  else process.execve?.(process.execPath, ['node', '-e', `process.exit(${exitCode})`], {})
  // Where there is no such call the code is lost, and the process at least ends.
  process.kill(process.pid, 'SIGKILL')
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // A container's image of one program may have no shell.
    return false
  }
}
