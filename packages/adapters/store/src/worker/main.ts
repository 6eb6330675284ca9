// The store's thread: owns the database once it is told which, does one thing after the other. SQLite's calls
// block; here they may.
import { parentPort } from 'node:worker_threads'
import { BatchWriter } from './batch-writer.ts'
import type { FromWorker, Open, Query, ToWorker } from './messages.ts'
import { type OpenDatabase, openDatabase } from './open-database.ts'
import { removeRemnants } from './remnants.ts'

if (parentPort === null) throw new TypeError('to be started as a worker')
const port = parentPort
const say = (message: FromWorker) => port.postMessage(message)
port.once('message', ({ dataDir }: Open) => {
  const opened = openDatabase(dataDir)
  if ('type' in opened) {
    say(opened)
  } else {
    serve(opened)
    say({ type: 'opened', generation: opened.generation })
  }
})

function serve({ database, close }: OpenDatabase): void {
  const writer = new BatchWriter(database)
  port.on('message', (message: ToWorker) => {
    if (message === 'close') {
      removeRemnants(database)
      close()
      say({ type: 'closed' })
      port.close()
    } else if (Array.isArray(message)) {
      say(writer.write(message))
    } else {
      say(query(writer, message as Query))
    }
  })
}

function query(writer: BatchWriter, { id, sql, parameters }: Query): FromWorker {
  try {
    return { type: 'rows', id, rows: writer.prepare(sql).all(...parameters) }
  } catch (error) {
    return { type: 'queryFailed', id, why: error instanceof Error ? error.message : String(error) }
  }
}
