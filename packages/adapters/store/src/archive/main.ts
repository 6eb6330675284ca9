// The archive's thread: answers one question after the other.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromArchive, ToArchive } from './messages.ts'
import { ArchiveReader } from './reader.ts'

/** How long a read waits for the moment at which the log of changes is put back, in ms. */
const BUSY_MS = 2_000

if (parentPort === null) throw new TypeError('to be started as a worker')
const port = parentPort
const file = join(String(workerData), 'rufwerk.db')
const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS })
const reader = new ArchiveReader(database)

port.on('message', (message: ToArchive) => {
  if (message === 'close') {
    database.close()
    port.close()
    return
  }
  port.postMessage(answer(message))
})

function answer({ id, question }: Exclude<ToArchive, 'close'>): FromArchive {
  try {
    return { id, answer: reader.answer(question) }
  } catch (error) {
    return { id, why: error instanceof Error ? error.message : String(error) }
  }
}
