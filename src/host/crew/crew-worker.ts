// Asks what may hang, in a thread that may stand still: see Crew.
import { parentPort } from 'node:worker_threads'
import { mountSpace, type MountQuestion } from '../filesystem/mount-space.ts'
import { type DeviceQuestion, readDevice } from './device-answer.ts'

/** What the thread says: that it can be asked, and then an answer to each question. */
export type WorkerMessage<Answer> = 'ready' | { readonly answer: Answer | undefined }

const port = parentPort
if (port !== null) {
  port.on('message', (question: MountQuestion | DeviceQuestion) =>
    port.postMessage({ answer: 'files' in question ? readDevice(question) : mountSpace(question) }),
  )
  port.postMessage('ready')
}
