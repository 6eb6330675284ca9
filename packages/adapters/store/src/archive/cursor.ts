// The place of a page as text for clients. It is good for the company and the filter that it was made for:
// with another one it is refused, although it says nothing but a time and a number.
import { createHash } from 'node:crypto'
import type { RecordFilter } from '@rufwerk/calls/records'
import type { TenantId } from '@rufwerk/core'
import type { Place } from './messages.ts'

const MARK_CHARS = 16
const CURSOR = /^(\d{1,16})\.(\d{1,16})\.([0-9a-f]{16})$/

export function writeCursor(tenant: TenantId, filter: RecordFilter, { startedAt, number }: Place): string {
  return Buffer.from(`${startedAt}.${number}.${markOf(tenant, filter)}`).toString('base64url')
}

/** Undefined for one that was not made for this. */
export function readCursor(tenant: TenantId, filter: RecordFilter, cursor: string): Place | undefined {
  if (cursor.length > 80) return undefined
  const match = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (match === null || match[3] !== markOf(tenant, filter)) return undefined
  return { startedAt: Number(match[1]), number: Number(match[2]) }
}

function markOf(tenant: TenantId, filter: RecordFilter): string {
  const { since, until, person, number, trunk, outcome } = filter
  const asked = JSON.stringify([tenant, since, until, person, number, trunk, outcome])
  return createHash('sha256').update(asked).digest('hex').slice(0, MARK_CHARS)
}
