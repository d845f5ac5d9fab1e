// Asks mounts that may hang, in a thread that may stand still: see MountCrew.
import { parentPort } from 'node:worker_threads'
import { mountSpace, type MountQuestion } from './mount-space.ts'

const port = parentPort
if (port !== null) port.on('message', (question: MountQuestion) => port.postMessage(mountSpace(question)))
