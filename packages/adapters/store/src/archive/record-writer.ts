// Changes of records through the store's one writer, and the care that what was erased is not left behind in
// the files: freed parts are zeroed at once, copies that SQLite left in unused parts of pages go at the next
// end.
import type { Log } from '@rufwerk/core'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter, Statement } from '../group-writer.ts'
import type { Cell } from '../worker/messages.ts'
import { REMNANTS } from '../worker/remnants.ts'
import type { RecordWriter } from './call-archive.ts'
import type { RecordChange } from './messages.ts'

/** Tries to empty the log of changes, while somebody still reads it, and the ms between them. */
const CHECKPOINT_TRIES = 5
const CHECKPOINT_PAUSE_MS = 200

interface Asking {
  readonly writer: GroupWriter
  query(sql: string, parameters: readonly Cell[]): Promise<readonly unknown[]>
}

export function createRecordWriter(database: Database, asking: Asking, log: Log): RecordWriter {
  const { writer } = asking
  const query = (sql: string) => asking.query(sql, [])
  let working = 0
  return {
    async changeRecords(changes) {
      const statements = changes.flatMap((change) => statementsOf(database, change))
      return (await writer.transaction(statements)) === 'written'
    },
    async forgetting(work) {
      const flag = database.insertInto('settings').values({ name: REMNANTS, value: 'left' })
      await writer.transaction([statement(flag.onConflict((clash) => clash.column('name').doNothing()))])
      working += 1
      await query('PRAGMA secure_delete = ON')
      try {
        return await work()
      } finally {
        working -= 1
        // Somebody else may still be forgetting something.
        if (working === 0) await query('PRAGMA secure_delete = OFF')
        if (!(await emptyLog(query))) log.warn('store.log-not-emptied')
      }
    },
  }
}

function statementsOf(database: Database, change: RecordChange): Statement[] {
  switch (change.type) {
    case 'remove':
      return [
        statement(database.deleteFrom('call_events').where('number', '=', change.call)),
        statement(database.deleteFrom('cdrs').where('number', '=', change.call)),
      ]
    case 'record': {
      const { call, record } = change
      return [statement(database.updateTable('cdrs').set({ record }).where('number', '=', call))]
    }
    case 'events': {
      const { id, events } = change
      return [statement(database.updateTable('call_events').set({ events }).where('id', '=', id))]
    }
  }
}

/** Puts the log back into the database and cuts it. Never waits for readers: commits would wait with it. */
async function emptyLog(query: (sql: string) => Promise<readonly unknown[]>): Promise<boolean> {
  for (let tries = 1; tries <= CHECKPOINT_TRIES; tries += 1) {
    await query('PRAGMA busy_timeout = 0')
    try {
      const [row] = await query('PRAGMA wal_checkpoint(TRUNCATE)')
      if ((row as { busy?: number } | undefined)?.busy === 0) return true
    } finally {
      await query('PRAGMA busy_timeout = 2000')
    }
    await new Promise((resolve) => setTimeout(resolve, CHECKPOINT_PAUSE_MS))
  }
  return false
}
