// One database file in a thread of its own, so that a long query or an fsync never holds up the measuring.
import { parentPort, workerData } from 'node:worker_threads'
import { failureOf, openSqliteFile, type SqliteFile } from './sqlite-file.ts'
import type { SqliteAnswer, SqliteEnvelope, SqliteFileOptions, SqliteReply } from './sqlite-message.ts'

function attempt(id: number, work: () => SqliteAnswer): SqliteReply {
  try {
    return { id, answer: work() }
  } catch (error) {
    return { id, failure: failureOf(error) }
  }
}

const port = parentPort
if (port !== null) {
  let database: SqliteFile | undefined
  const opened = attempt(0, () => {
    // Written by the thread that started this one; see SqliteThread.
    database = openSqliteFile(workerData as SqliteFileOptions)
    return { rows: [] }
  })
  port.postMessage(opened)
  port.on('message', ({ id, request }: SqliteEnvelope) => {
    if (database === undefined) return
    const file = database
    port.postMessage(attempt(id, () => file.answer(request)))
    if (request.kind === 'close') port.close()
  })
  if (database === undefined) port.close()
}
