import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fifo } from '../support/fifo.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const preloaded = join(import.meta.dirname, '../support/standing-thread.ts')

/** How an application ends that has asked what never answers, and then does something. */
async function endOf(code: string) {
  await using folder = await temporaryFolder('end-in-spite')
  fifo(join(folder.path, 'fifo'))
  const child = spawn(process.execPath, ['--input-type=module', '--import', preloaded, '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FOLDER_OF_FIFO: folder.path },
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => (said.stdout += String(text)))
  child.stderr.on('data', (text) => (said.stderr += String(text)))
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await once(child, 'close')
  clearTimeout(timer)
  return { ...said, code: child.exitCode, signal: child.signalCode }
}

const calm = { stdout: 'first last', stderr: '', signal: null }

describe('an application that ends while a thread stands still', () => {
  it.each<[string, string, number]>([
    ['by itself', '', 0],
    ['by itself, with a code', 'process.exitCode = 3', 3],
    ['by process.exit', 'process.exit(4)', 4],
    ['by process.exit, with the greatest code', 'process.exit(255)', 255],
    ['with a code that is set at the very end', "process.on('exit', () => { process.exitCode = 5 })", 5],
    ['with process.exit at the very end', "process.on('exit', () => process.exit(6))", 6],
    ['where something is done but once', "process.once('exit', () => { process.exitCode = 8 })", 8],
  ])('%s', async (_name, code, exitCode) => {
    expect(await endOf(code)).toEqual({ ...calm, code: exitCode })
  })

  it.each([
    ['is not caught', "throw new Error('broken')"],
    ['is not caught at the very end', "process.on('exit', () => { throw new Error('broken') })"],
  ])('with an error that %s', async (_name, code) => {
    expect(await endOf(code)).toMatchObject({ ...calm, stderr: expect.stringContaining('Error: broken'), code: 1 })
  })

  it('with an error that is caught by its own listener, and goes on', async () => {
    const code = `process.on('uncaughtException', () => { process.exitCode = 9 }); throw new Error('broken')`
    expect(await endOf(code)).toEqual({ ...calm, code: 9 })
  })

  it('by a signal', async () => {
    expect(await endOf("process.kill(process.pid, 'SIGTERM')")).toMatchObject({ code: null, signal: 'SIGTERM' })
  })
})
