// Preloaded into a program of a test: asks a file that never answers, in a thread, before the program begins.
import { startCrewThread } from '../../src/host/crew/crew-thread.ts'
import type { DeviceAnswer, DeviceQuestion } from '../../src/host/crew/device-answer.ts'

const thread = startCrewThread<DeviceQuestion, DeviceAnswer>()
// The thread alone does not keep the program alive.
const patience = setTimeout(() => undefined, 20_000)
await thread.ready
clearTimeout(patience)
process.on('exit', () => process.stdout.write('first '))
void thread.ask({ path: process.env['FOLDER_OF_FIFO'] ?? '', files: ['fifo'] })
process.on('exit', () => process.stdout.write('last'))
