// QueueStore over SQLite: settings, the state for a restart, events and days. All of it is JSON that the
// store does not look into, but for whose it is.
import type { Log, TenantId, WallTime } from '@rufwerk/core'
import type { QueueConfig, QueueDay, QueueId, QueueStore, StoredEvent } from '@rufwerk/queues'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter, Statement } from '../group-writer.ts'

export function createQueueStore(database: Database, writer: GroupWriter, log: Log): QueueStore {
  const write = async (statements: readonly Statement[]): Promise<boolean> =>
    (await writer.transaction(statements)) === 'written'
  return {
    ...settings(database, write, log),
    async loadState(tenant) {
      const query = database.selectFrom('queue_states').select(['day', 'state']).where('tenant', '=', tenant)
      const row = await query.executeTakeFirst()
      return row && { day: row.day, text: row.state }
    },
    saveState(tenant, { day, text }, events) {
      const insert = database.insertInto('queue_states').values({ tenant, day, state: text })
      const put = insert.onConflict((rows) => rows.column('tenant').doUpdateSet({ day, state: text }))
      return write([
        statement(put),
        ...events.map((event) => statement(insertEvent(database, tenant, event))),
      ])
    },
    ...history(database, write, log),
  }
}

type Write = (statements: readonly Statement[]) => Promise<boolean>

function settings(
  database: Database,
  write: Write,
  log: Log,
): Pick<QueueStore, 'loadQueues' | 'saveQueue' | 'removeQueue'> {
  return {
    async loadQueues(tenant) {
      const query = database.selectFrom('queues').select('config').where('tenant', '=', tenant)
      const rows = await query.orderBy('queue').execute()
      return rows.flatMap(({ config }) => readJson(config, log))
    },
    saveQueue(tenant, given: QueueConfig) {
      const { queue } = given
      const config = JSON.stringify(given)
      const insert = database.insertInto('queues').values({ tenant, queue, config })
      return write([
        statement(insert.onConflict((rows) => rows.columns(['tenant', 'queue']).doUpdateSet({ config }))),
      ])
    },
    removeQueue(tenant, queue) {
      const remove = database.deleteFrom('queues').where('tenant', '=', tenant).where('queue', '=', queue)
      return write([statement(remove)])
    },
  }
}

function history(database: Database, write: Write, log: Log): Pick<QueueStore, 'events' | 'endDay' | 'days'> {
  return {
    async events(tenant, of, { before, limit }) {
      const all = database.selectFrom('queue_events').selectAll().where('tenant', '=', tenant)
      const own =
        'queue' in of
          ? all.where('queue', '=', of.queue)
          : all.where('queue', 'is', null).where('agent', '=', of.agent)
      const older = before === undefined ? own : own.where('id', '<', before)
      const rows = await older
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const events = page.flatMap(({ at, event }) =>
        readJson(event, log).map((read) => ({
          at: at as WallTime,
          event: read as unknown as StoredEvent['event'],
        })),
      )
      return rows.length > limit && last ? { events, next: last.id } : { events }
    },
    endDay(tenant, days, keptSince) {
      const rows = days.map(({ queue, day, counts }) => {
        const text = JSON.stringify(counts)
        const insert = database.insertInto('queue_days').values({ tenant, queue, day, counts: text })
        return insert.onConflict((known) =>
          known.columns(['tenant', 'queue', 'day']).doUpdateSet({ counts: text }),
        )
      })
      const old = database.deleteFrom('queue_events').where('tenant', '=', tenant).where('at', '<', keptSince)
      return write([...rows.map((row) => statement(row)), statement(old)])
    },
    async days(tenant, queue, limit) {
      const query = database.selectFrom('queue_days').selectAll().where('tenant', '=', tenant)
      const rows = await query.where('queue', '=', queue).orderBy('day', 'desc').limit(limit).execute()
      return rows.flatMap(({ day, counts }) =>
        readJson(counts, log).map((read) => ({
          queue: queue as QueueId,
          day,
          counts: read as unknown as QueueDay['counts'],
        })),
      )
    },
  }
}

function insertEvent(database: Database, tenant: TenantId, { at, event }: StoredEvent) {
  const { queue, agent } = event as { readonly queue?: string; readonly agent?: string }
  const row = { tenant, at, queue: queue ?? null, agent: agent ?? null, event: JSON.stringify(event) }
  return database.insertInto('queue_events').values(row)
}

/** None where the row cannot be read, which would be the work of somebody else. */
function readJson(text: string, log: Log): readonly Readonly<Record<string, unknown>>[] {
  try {
    return [JSON.parse(text)]
  } catch (error) {
    log.error('store.queue-unreadable', { why: String(error) })
    return []
  }
}
