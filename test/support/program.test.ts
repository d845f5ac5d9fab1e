import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'
import { Program } from './program.ts'

function script(code: string): Program {
  return new Program('script', spawn(process.execPath, ['-e', code]))
}

it('finds a line whether it was said before or comes later, on either stream', async () => {
  await using program = script(
    `console.log('first'); console.error('second'); setInterval(() => console.log('tick'), 5)`,
  )
  expect(await program.line(/^sec/)).toBe('second')
  expect(await program.line(/first/)).toBe('first')
  expect(await program.line(/tick/)).toBe('tick')
})

it('tells what was said when the line never came', async () => {
  await using program = script(`process.stdout.write('only this\\n')`)
  await expect(program.line(/that/)).rejects.toThrow('only this')
})

it('gives up after the timeout', async () => {
  await using program = script(`console.log('begun'); setInterval(() => {}, 1000)`)
  await program.line(/begun/)
  await expect(program.line(/never/, 20)).rejects.toThrow('no line')
  await expect(program.ending(20)).rejects.toThrow('has not ended')
})

it('stops by Ctrl-C and tells the exit code', async () => {
  await using program = script(
    `process.on('SIGINT', () => process.exit(130)); console.log('ready'); setInterval(() => {}, 1000)`,
  )
  await program.line(/ready/)
  expect(await program.stop()).toEqual({ stdout: 'ready\n', stderr: '', code: 130, signal: null })
})

it('kills without a chance', async () => {
  await using program = script(`console.log('ready'); setInterval(() => {}, 1000)`)
  await program.line(/ready/)
  expect(await program.stop('SIGKILL')).toMatchObject({ code: null, signal: 'SIGKILL' })
})
