// /cdrs, for admins: the calls of the whole company as pages and as a table, how long they are kept, and
// which of them must stay.
import type { Cdr } from '@rufwerk/calls'
import {
  directionOf,
  type Hold as HeldRecords,
  type NumberKey,
  outcomeOf,
  type RecordFilter,
  type RetentionRules,
  readNumberKey,
  trunksOf,
} from '@rufwerk/calls/records'
import {
  type CompanyRecord,
  CompanyRecordDetail,
  CompanyRecords,
  Hold,
  Holds,
  NewHold,
  RecordsQuery,
  RecordsTableQuery,
  Retention,
} from '@rufwerk/contract/records'
import { type CallId, fail, ok, type PersonId, type Result, randomId, wallTime } from '@rufwerk/core'
import { recordView, stepView } from '../call-views.ts'
import type { Refusal } from '../error.ts'
import { Exports, encoded } from '../exports.ts'
import { LIMITS } from '../limits.ts'
import type { ApiPorts, RecordsPort } from '../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../route.ts'

const BYTE_ORDER_MARK = '\uFEFF'
const CSV_TYPE = 'text/csv; charset=utf-8; header=present'

export function recordsRoutes(ports: ApiPorts): readonly Route[] {
  const { records } = ports
  if (records === undefined) return []
  return [
    ...readingRoutes(ports, records),
    ...retentionRoutes(ports, records),
    ...holdRoutes(ports, records),
    // Last: its path would hide the others.
    detailRoute(ports),
  ]
}

function readingRoutes({ accounts }: ApiPorts, records: RecordsPort): readonly Route[] {
  const exports = new Exports()
  return [
    signedInRoute({
      name: 'companyRecords',
      noted: 'access',
      method: 'get',
      path: '/cdrs',
      summary: 'The calls of the company that have ended, newest first.',
      access: 'admin',
      query: RecordsQuery,
      status: 200,
      answer: CompanyRecords,
      run: async ({ who, query }) => {
        const filter = filterOf(query, who)
        if (!filter.ok) return filter
        const limit = Number(query.limit)
        const cursor = query.cursor === undefined ? {} : { cursor: query.cursor }
        const page = await records.page(who.person.tenant, filter.value, { limit, ...cursor })
        if (page === undefined) return fail({ code: 'bad-request', field: 'cursor' })
        const shown = page.calls.map((cdr) => companyView(cdr, who))
        return ok({ records: shown, ...(page.next !== undefined && { nextCursor: page.next }) })
      },
    }),
    signedInRoute({
      name: 'companyRecordsTable',
      method: 'get',
      path: '/cdrs/csv',
      summary: 'The same as comma-separated values; formulas in them are made harmless.',
      access: 'admin',
      act: 'export',
      query: RecordsTableQuery,
      status: 200,
      file: CSV_TYPE,
      run: async ({ who, query }) => {
        const filter = filterOf(query, who)
        if (!filter.ok) return filter
        if (exports.isFull()) return fail({ code: 'unavailable' })
        // Who takes along the calls of everybody is written down before.
        const noted = await accounts.note(who.session, 'records-exported', '')
        if (!noted.ok) return fail({ code: 'unavailable' })
        const isGerman = query.separator === 'semicolon'
        const table = records.table(who.person.tenant, filter.value, isGerman ? ';' : ',')
        const content = encoded(table, isGerman ? BYTE_ORDER_MARK : '')
        return ok({ name: `calls-${dateOf(records)}.csv`, content: exports.counted(content) })
      },
    }),
  ]
}

function detailRoute({ history }: ApiPorts): Route {
  return signedInRoute({
    name: 'companyRecord',
    noted: 'access',
    method: 'get',
    path: '/cdrs/{id}',
    summary: 'One call of the company with its steps.',
    access: 'admin',
    status: 200,
    answer: CompanyRecordDetail,
    run: async ({ who, id }) => {
      const found = await history.call(who.person.tenant, id as CallId)
      if (found === undefined) return fail({ code: 'not-found' })
      return ok({ record: companyView(found.cdr, who), events: found.events.map(stepView) })
    },
  })
}

function retentionRoutes({ accounts }: ApiPorts, records: RecordsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'retention',
      method: 'get',
      path: '/cdrs/retention',
      summary: 'How long the records of calls are kept.',
      access: 'admin',
      status: 200,
      answer: Retention,
      run: async ({ who }) => ok(retentionView(await records.retention(who.person.tenant))),
    }),
    signedInRoute({
      name: 'changeRetention',
      noted: 'by-itself',
      method: 'put',
      path: '/cdrs/retention',
      summary: 'Says how long; what is older goes within the hour, and does not come back.',
      access: 'admin',
      body: Retention,
      status: 200,
      answer: Retention,
      run: async ({ who, body }) => {
        const { keepDays, emergencyKeepDays, shortenAfterDays } = body
        const rules: RetentionRules = {
          keepDays,
          ...(emergencyKeepDays !== undefined && { emergencyKeepDays }),
          ...(shortenAfterDays !== undefined && { shortenAfterDays }),
        }
        const detail = Object.fromEntries(Object.entries(rules).map(([name, days]) => [name, String(days)]))
        const noted = await accounts.note(who.session, 'retention-changed', '', detail)
        if (!noted.ok || !(await records.setRetention(who.person.tenant, rules)))
          return fail({ code: 'unavailable' })
        return ok(retentionView(rules))
      },
    }),
  ]
}

function holdRoutes({ accounts, randomBytes }: ApiPorts, records: RecordsPort): readonly Route[] {
  const { holds } = records
  return [
    signedInRoute({
      name: 'holds',
      method: 'get',
      path: '/cdrs/holds',
      summary: 'Which records neither time nor a request removes or shortens, and why.',
      access: 'admin',
      status: 200,
      answer: Holds,
      run: async ({ who }) =>
        ok({ holds: (await holds.list(who.person.tenant)).map((hold) => holdView(hold, who)) }),
    }),
    signedInRoute({
      name: 'addHold',
      noted: 'by-itself',
      method: 'post',
      path: '/cdrs/holds',
      summary: 'Keeps the records of a call, of a number or of a time as they are.',
      access: 'admin',
      body: NewHold,
      status: 201,
      answer: Hold,
      refusals: ['limit-reached'],
      run: async ({ who, body }) => {
        const { tenant } = who.person
        const narrowed = narrowedBy(body, who)
        if (!narrowed.ok) return narrowed
        if ((await holds.list(tenant)).length >= LIMITS.holdsMax) return fail({ code: 'limit-reached' })
        const id = randomId(randomBytes)
        const at = records.wallTime()
        const hold = { id, tenant, at, by: who.person.id, reason: body.reason, ...narrowed.value }
        const noted = await accounts.note(who.session, 'hold-added', id, { reason: body.reason })
        if (!noted.ok || !(await holds.add(hold))) return fail({ code: 'unavailable' })
        return ok(holdView(hold, who))
      },
    }),
    signedInRoute({
      name: 'removeHold',
      noted: 'by-itself',
      method: 'delete',
      path: '/cdrs/holds/{id}',
      summary: 'Lets records go again.',
      access: 'admin',
      status: 204,
      run: async ({ who, id }) => {
        const { tenant } = who.person
        if (!(await holds.list(tenant)).some((hold) => hold.id === id)) return fail({ code: 'not-found' })
        const noted = await accounts.note(who.session, 'hold-removed', id)
        if (!noted.ok) return fail({ code: 'unavailable' })
        const outcome = await holds.remove(tenant, id)
        if (outcome === 'not-stored') return fail({ code: 'unavailable' })
        return outcome === 'removed' ? ok(undefined) : fail({ code: 'not-found' })
      },
    }),
  ]
}

/** Of a number as the visitor's country writes it. */
export function soughtNumber(text: string, { directory }: Visitor): Result<NumberKey, Refusal> {
  const read = readNumberKey(text, directory.tenant.country)
  return read.ok ? read : fail({ code: 'bad-request', field: 'number', message: 'This is not a number.' })
}

interface WireFilter {
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly person?: string | undefined
  readonly number?: string | undefined
  readonly trunk?: string | undefined
  readonly outcome?: RecordFilter['outcome'] | undefined
}

function filterOf(query: WireFilter, who: Visitor): Result<RecordFilter, Refusal> {
  const { since, until, person, trunk, outcome } = query
  const number = query.number === undefined ? undefined : soughtNumber(query.number, who)
  if (number !== undefined && !number.ok) return number
  return ok({
    ...(since !== undefined && { since: timeOf(since) }),
    ...(until !== undefined && { until: timeOf(until) }),
    ...(person !== undefined && { person: person as PersonId }),
    ...(number !== undefined && { number: number.value }),
    ...(trunk !== undefined && { trunk }),
    ...(outcome !== undefined && { outcome }),
  })
}

function timeOf(text: string) {
  return wallTime(/^\d+$/.test(text) ? Number(text) : Date.parse(text))
}

function narrowedBy(body: NewHold, who: Visitor): Result<Partial<HeldRecords>, Refusal> {
  const { call, since, until } = body
  const number = body.number === undefined ? undefined : soughtNumber(body.number, who)
  if (number !== undefined && !number.ok) return number
  const narrowed = {
    ...(call !== undefined && { call: call as CallId }),
    ...(number !== undefined && { number: number.value }),
    ...(since !== undefined && { since: wallTime(since) }),
    ...(until !== undefined && { until: wallTime(until) }),
  }
  if (Object.keys(narrowed).length > 0) return ok(narrowed)
  return fail({ code: 'bad-request', message: 'Say a call, a number or a time that is held.' })
}

function holdView(hold: HeldRecords, { directory }: Visitor): Hold {
  const { id, at, by, reason, call, number, since, until } = hold
  return {
    ...{ id, at, reason, by: { person: by, name: directory.byPerson.get(by)?.name ?? '' } },
    ...(call !== undefined && { call }),
    ...(number !== undefined && { number: number.kind === 'e164' ? number.number : number.digits }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  }
}

function retentionView({ keepDays, emergencyKeepDays, shortenAfterDays }: RetentionRules): Retention {
  return {
    keepDays,
    ...(emergencyKeepDays !== undefined && { emergencyKeepDays }),
    ...(shortenAfterDays !== undefined && { shortenAfterDays }),
  }
}

function companyView(cdr: Cdr, { person, directory }: Visitor): CompanyRecord {
  return {
    ...recordView(cdr, person.id, directory),
    direction: directionOf(cdr),
    outcome: outcomeOf(cdr),
    trunks: [...trunksOf(cdr)],
  }
}

export function dateOf(records: Pick<RecordsPort, 'wallTime'>): string {
  return new Date(records.wallTime()).toISOString().slice(0, 10)
}
