// VoicemailStore over SQLite. What is in a box is counted by the database; what may be set of a box is JSON,
// its PIN is a hash in a column of its own, so that setting one never touches the other.
import { ms, type RecordingId, type TenantId, type WallTime } from '@rufwerk/core'
import type {
  Box,
  BoxId,
  Filling,
  Message,
  MessageId,
  Stored,
  Take,
  TenantBox,
  VoicemailStore,
} from '@rufwerk/messaging'
import type { Selectable } from 'kysely'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter, Statement } from '../group-writer.ts'
import type { Tables } from '../schema.ts'

export function createVoicemailStore(database: Database, writer: GroupWriter): VoicemailStore {
  const write = async (...statements: readonly Statement[]): Promise<Stored> => {
    const outcome = await writer.transaction(statements)
    if (outcome === 'written') return 'committed'
    return outcome === 'conflict' ? 'conflict' : 'not-stored'
  }
  return { ...boxes(database, write), ...messages(database, write), ...takes(database, write) }
}

type Write = (...statements: readonly Statement[]) => Promise<Stored>
type Boxes = Pick<
  VoicemailStore,
  'boxes' | 'fillings' | 'fillingOf' | 'putBox' | 'removeBox' | 'pinOf' | 'setPin'
>
type Messages = Pick<
  VoicemailStore,
  'messagesOf' | 'message' | 'addMessage' | 'markRead' | 'removeMessages' | 'mailsDue' | 'endMail'
>
type Takes = Pick<VoicemailStore, 'addTake' | 'removeTake' | 'takes'>

function boxes(database: Database, write: Write): Boxes {
  const filling = () =>
    database
      .selectFrom('voicemail_messages')
      .select((of) => [
        of.fn.countAll<number>().as('messages'),
        of.fn.sum<number | null>('length').as('length'),
        of.fn.count<number>('read_at').as('heard'),
        of.fn.sum<number | null>('is_urgent').as('urgent'),
        of.fn.count<number>('read_at').filterWhere('is_urgent', '=', 1).as('urgent_heard'),
      ])
  return {
    async boxes() {
      const rows = await database.selectFrom('voicemail_boxes').selectAll().execute()
      return rows.map(readBox)
    },
    async fillings() {
      const rows = await filling().select(['tenant', 'box']).groupBy(['tenant', 'box']).execute()
      return rows.map((row) => ({
        tenant: row.tenant as TenantId,
        box: row.box as BoxId,
        filling: readFilling(row),
      }))
    },
    async fillingOf(tenant, box) {
      const of = filling().where('tenant', '=', tenant).where('box', '=', box)
      return readFilling(await of.executeTakeFirstOrThrow())
    },
    putBox({ tenant, box }, { kept, gone } = {}) {
      const { id, hasPin: _, name, kind, ...settings } = box
      const values = { name, kind, settings: JSON.stringify(settings) }
      const insert = database.insertInto('voicemail_boxes').values({ tenant, box: id, pin: null, ...values })
      const put = insert.onConflict((clash) => clash.columns(['tenant', 'box']).doUpdateSet(values))
      return write(
        statement(put),
        ...(kept === undefined ? [] : [endOfTake(database, kept)]),
        ...(gone === undefined ? [] : [goneSound(database, tenant, box.id, gone)]),
      )
    },
    async removeBox(tenant, box) {
      const query = database.selectFrom('voicemail_boxes').selectAll().where('tenant', '=', tenant)
      const row = await query.where('box', '=', box).executeTakeFirst()
      const greetings = row ? Object.values(readBox(row).box.greetings) : []
      const remove = database.deleteFrom('voicemail_boxes').where('tenant', '=', tenant)
      return write(
        ...greetings.map((recording) => goneSound(database, tenant, box, recording)),
        goneMessages(database, tenant, { box }),
        statement(remove.where('box', '=', box)),
      )
    },
    async pinOf(tenant, box) {
      const query = database.selectFrom('voicemail_boxes').select('pin').where('tenant', '=', tenant)
      return (await query.where('box', '=', box).executeTakeFirst())?.pin ?? undefined
    },
    setPin(tenant, box, hash) {
      const update = database.updateTable('voicemail_boxes').set({ pin: hash ?? null })
      return write(statement(update.where('tenant', '=', tenant).where('box', '=', box), true))
    },
  }
}

function messages(database: Database, write: Write): Messages {
  return {
    async messagesOf(tenant, box) {
      const query = database.selectFrom('voicemail_messages').selectAll().where('tenant', '=', tenant)
      const rows = await query.where('box', '=', box).orderBy('received_at').orderBy('id').execute()
      return rows.map(readMessage)
    },
    async message(tenant, id) {
      const query = database.selectFrom('voicemail_messages').selectAll().where('tenant', '=', tenant)
      const row = await query.where('id', '=', id).executeTakeFirst()
      return row && { box: row.box as BoxId, message: readMessage(row) }
    },
    addMessage(tenant, box, message, isMailDue) {
      const row = { ...messageRow(tenant, box, message), is_mail_due: isMailDue ? 1 : 0 }
      const insert = database.insertInto('voicemail_messages').values(row)
      return write(statement(insert), endOfTake(database, message.recording))
    },
    async mailsDue(countMax) {
      const query = database.selectFrom('voicemail_messages').selectAll().where('is_mail_due', '=', 1)
      const rows = await query.orderBy('received_at').orderBy('id').limit(countMax).execute()
      return rows.map((row) => ({
        ...{ tenant: row.tenant as TenantId, box: row.box as BoxId, message: readMessage(row) },
      }))
    },
    endMail(tenant, id) {
      const update = database.updateTable('voicemail_messages').set({ is_mail_due: 0 })
      return write(statement(update.where('tenant', '=', tenant).where('id', '=', id)))
    },
    markRead(tenant, id, at) {
      const update = database.updateTable('voicemail_messages').set({ read_at: at ?? null })
      return write(statement(update.where('tenant', '=', tenant).where('id', '=', id)))
    },
    removeMessages(tenant, ids) {
      const remove = database.deleteFrom('voicemail_messages').where('tenant', '=', tenant)
      return write(
        ...ids.flatMap((id) => [
          goneMessages(database, tenant, { id }),
          statement(remove.where('id', '=', id)),
        ]),
      )
    },
  }
}

function takes(database: Database, write: Write): Takes {
  return {
    addTake({ recording, tenant, box, purpose, startedAt, from, name }) {
      const row = { recording, tenant, box, purpose, started_at: startedAt }
      const caller = { from_number: from ?? null, from_name: name ?? null }
      return write(statement(database.insertInto('voicemail_takes').values({ ...row, ...caller })))
    },
    removeTake: (recording) => write(endOfTake(database, recording)),
    async takes() {
      const rows = await database.selectFrom('voicemail_takes').selectAll().orderBy('started_at').execute()
      return rows.map(readTake)
    },
  }
}

/** In the transaction that removes what named it: a crash before the sound is erased forgets nothing. */
function goneSound(database: Database, tenant: TenantId, box: BoxId, recording: RecordingId): Statement {
  const row = { recording, tenant, box, purpose: 'gone', started_at: 0, from_number: null, from_name: null }
  return statement(database.insertInto('voicemail_takes').values(row))
}

/** Those of a box, or one. */
function goneMessages(
  database: Database,
  tenant: TenantId,
  which: { readonly box: BoxId } | { readonly id: MessageId },
): Statement {
  const messages = database.selectFrom('voicemail_messages').where('tenant', '=', tenant)
  const those = 'box' in which ? messages.where('box', '=', which.box) : messages.where('id', '=', which.id)
  const rows = those.select((of) => [
    ...(['recording', 'tenant', 'box'] as const),
    of.val('gone').as('purpose'),
    'received_at as started_at',
  ])
  const insert = database
    .insertInto('voicemail_takes')
    .columns(['recording', 'tenant', 'box', 'purpose', 'started_at'])
  return statement(insert.expression(rows))
}

function endOfTake(database: Database, recording: RecordingId): Statement {
  return statement(database.deleteFrom('voicemail_takes').where('recording', '=', recording))
}

function readBox(row: Selectable<Tables['voicemail_boxes']>): TenantBox {
  const { tenant, box, name, kind, pin, settings } = row
  const rest = JSON.parse(settings) as Omit<Box, 'id' | 'name' | 'kind' | 'hasPin'>
  const id = box as BoxId
  return {
    tenant: tenant as TenantId,
    box: { id, name, kind: kind as Box['kind'], hasPin: pin !== null, ...rest },
  }
}

function readFilling(row: {
  readonly messages: number
  readonly length: number | null
  readonly heard: number
  readonly urgent: number | null
  readonly urgent_heard: number
}): Filling {
  const { messages, heard, urgent_heard: urgentHeard } = row
  const urgent = { unheard: (row.urgent ?? 0) - urgentHeard, heard: urgentHeard }
  return { counts: { unheard: messages - heard, heard, urgent }, messages, length: ms(row.length ?? 0) }
}

function messageRow(
  tenant: TenantId,
  box: BoxId,
  { id, recording, receivedAt, length, from, name, isUrgent, readAt }: Message,
): Omit<Selectable<Tables['voicemail_messages']>, 'is_mail_due'> {
  return {
    ...{ id, tenant, box, recording, received_at: receivedAt, length },
    ...{ from_number: from ?? null, from_name: name ?? null },
    ...{ is_urgent: isUrgent ? 1 : 0, read_at: readAt ?? null },
  }
}

function readMessage(row: Selectable<Tables['voicemail_messages']>): Message {
  return {
    id: row.id as MessageId,
    recording: row.recording as RecordingId,
    receivedAt: row.received_at as WallTime,
    length: ms(row.length),
    ...callerOf(row),
    isUrgent: row.is_urgent === 1,
    ...(row.read_at !== null && { readAt: row.read_at as WallTime }),
  }
}

function readTake(row: Selectable<Tables['voicemail_takes']>): Take {
  return {
    recording: row.recording as RecordingId,
    tenant: row.tenant as TenantId,
    box: row.box as BoxId,
    purpose: row.purpose as Take['purpose'],
    startedAt: row.started_at as WallTime,
    ...callerOf(row),
  }
}

function callerOf({
  from_number: from,
  from_name: name,
}: {
  from_number: string | null
  from_name: string | null
}) {
  return { ...(from !== null && { from }), ...(name !== null && { name }) }
}
