// /recordings: one's own, a supervisor's, and an admin's with a reason. Every look at one is logged before it
// is given; to who may not have it, it does not exist.
import {
  HoldRequest,
  ReasonQuery,
  Recording,
  RecordingAccesses,
  RecordingAct,
  RecordingEvidence,
  RecordingPage,
  RecordingRules,
  RecordingSoundQuery,
  RecordingsQuery,
} from '@rufwerk/contract/recordings'
import { type CallId, fail, ok, type RecordingId, type Result, type WallTime } from '@rufwerk/core'
import {
  type AccessAct,
  type CallRecording,
  mayAccess,
  REASON_CHARS_MIN,
  type RecordingRules as Rules,
  troublesOf,
  visibleTo,
} from '@rufwerk/recordings'
import type { Refusal } from '../error.ts'
import type { ApiPorts, RecordingsPort } from '../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../route.ts'
import { accessView, evidenceView, recordingView } from './views.ts'

type Act = Exclude<AccessAct, 'expire' | 'list'>

const REASON_NEEDED: Refusal = {
  code: 'bad-request',
  field: 'reason',
  message: 'Give a reason: it is logged with your name.',
}

export function recordingsRoutes({ recordings }: ApiPorts): readonly Route[] {
  if (recordings === undefined) return []
  return [
    ...rulesRoutes(recordings),
    ...listRoutes(recordings),
    ...soundRoutes(recordings),
    ...changingRoutes(recordings),
  ]
}

function rulesRoutes(port: RecordingsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'recordingRules',
      method: 'get',
      path: '/recordings/rules',
      summary: 'Whose calls are recorded, for how long, and who may hear them.',
      access: 'admin',
      status: 200,
      answer: RecordingRules,
      run: async ({ who }) => ok(rulesView(port.rulesOf(who.person.tenant))),
    }),
    signedInRoute({
      name: 'changeRecordingRules',
      method: 'put',
      path: '/recordings/rules',
      summary: 'Changes them for calls that are connected from now on.',
      access: 'admin',
      body: RecordingRules,
      status: 200,
      answer: RecordingRules,
      run: async ({ who, body }) => {
        // Ids that people made or that the system made; whether they are there is looked at now.
        const rules = body as unknown as Rules
        const [trouble] = troublesOf(rules, new Set(who.directory.byPerson.keys()))
        if (trouble) {
          const message = `There is something wrong with the rules: ${trouble.what} at ${trouble.place}.`
          return fail({ code: 'bad-request', field: trouble.place, message })
        }
        const isStored = await port.changeRules(who.person.tenant, rules)
        return isStored ? ok(rulesView(rules)) : fail({ code: 'unavailable' })
      },
    }),
  ]
}

function listRoutes(port: RecordingsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'recordings',
      method: 'get',
      path: '/recordings',
      summary: 'Recorded calls of the visitor and of whom the visitor supervises, newest first.',
      access: 'person',
      query: RecordingsQuery,
      status: 200,
      answer: RecordingPage,
      run: async ({ who, query }) => {
        const { scope, number, cursor, reason } = query
        const limit = Number(query.limit ?? 30)
        const filter = await scopeOf(port, who, scope ?? 'mine', reason)
        if (!filter.ok) return filter
        const found = await port.store.list(who.person.tenant, {
          ...filter.value,
          ...(number !== undefined && { number }),
          ...(cursor !== undefined && { before: placeOf(cursor) }),
          limit,
        })
        const last = found.length === limit ? found.at(-1) : undefined
        return ok({
          recordings: found.map((one) => recordingView(one, who.directory)),
          ...(last && { nextCursor: `${last.startedAt}.${last.recording}` }),
        })
      },
    }),
    signedInRoute({
      name: 'recordingAccesses',
      noted: 'access',
      method: 'get',
      path: '/recordings/accesses',
      summary: 'Who heard, downloaded or deleted which recording, newest first.',
      access: 'admin',
      status: 200,
      answer: RecordingAccesses,
      run: async ({ who }) => ok(accessView(await port.store.accesses(who.person.tenant), who.directory)),
    }),
    signedInRoute({
      name: 'recordingEvidence',
      method: 'get',
      path: '/recordings/{id}/evidence',
      summary: 'Who agreed to it when, by which key, to which words.',
      access: 'person',
      query: ReasonQuery,
      status: 200,
      answer: RecordingEvidence,
      run: async ({ who, id, query }) => {
        const found = await look(port, who, id, 'evidence', query.reason)
        return found.ok ? ok(evidenceView(found.value, who.directory)) : found
      },
    }),
  ]
}

function soundRoutes(port: RecordingsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'recordingSound',
      method: 'get',
      path: '/recordings/{id}/sound',
      summary: 'The sound as WAV; pauses are marked by a beep unless told otherwise.',
      access: 'person',
      query: RecordingSoundQuery,
      status: 200,
      file: 'audio/wav',
      run: async ({ who, id, query }) => {
        const { form = 'mixed', pauses = 'beep', act = 'play', reason } = query
        const found = await look(port, who, id, act, reason)
        if (!found.ok) return found
        const opened = await port.open(found.value.recording, { form, pauses })
        if (opened.ok)
          return ok({ name: `recording-${found.value.recording}.wav`, content: opened.value.sound })
        return fail({ code: opened.error === 'busy' ? 'unavailable' : 'not-found' })
      },
    }),
  ]
}

function changingRoutes(port: RecordingsPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'deleteRecording',
      method: 'delete',
      path: '/recordings/{id}',
      summary: 'Deletes sound, key and entry; the log of who heard it stays.',
      access: 'admin',
      query: ReasonQuery,
      status: 204,
      refusals: ['conflict'],
      run: async ({ who, id, query }) => {
        const reason = query.reason
        const found = await find(port, who, id, 'delete', reason)
        if (!found.ok) return found
        const by = who.person.id
        const isGone = await port.erase(found.value, { by, ...(reason !== undefined && { reason }) })
        return isGone ? ok(undefined) : fail({ code: 'unavailable' })
      },
    }),
    signedInRoute({
      name: 'holdRecording',
      method: 'put',
      path: '/recordings/{id}/hold',
      summary: 'It is kept until that is lifted, whatever its purpose says.',
      access: 'admin',
      body: HoldRequest,
      status: 200,
      answer: Recording,
      run: ({ who, id, body }) => hold(port, who, id, 'hold', body.reason),
    }),
    signedInRoute({
      name: 'releaseRecording',
      method: 'delete',
      path: '/recordings/{id}/hold',
      summary: 'It is kept for its time again.',
      access: 'admin',
      query: ReasonQuery,
      status: 200,
      answer: Recording,
      run: ({ who, id, query }) => hold(port, who, id, 'release', query.reason),
    }),
    signedInRoute({
      name: 'recordCall',
      method: 'post',
      path: '/calls/{id}/recording',
      summary: 'Of a call that goes on, by somebody who talks in it. The other side is asked first.',
      access: 'person',
      body: RecordingAct,
      status: 204,
      refusals: ['conflict'],
      run: async ({ who, id, body }) => {
        const [call, by] = [id as CallId, who.person.id]
        if (!port.isIn(call, by)) return fail({ code: 'not-found' })
        const isDone =
          body.act === 'begin'
            ? port.begin(call, by)
            : body.act === 'stop'
              ? port.stop(call)
              : await port.pause(call, body.act === 'pause')
        const message = 'That cannot be done with this call now.'
        return isDone ? ok(undefined) : fail({ code: 'conflict', message })
      },
    }),
  ]
}

/** Everything in a company is listed for an admin with a reason, and that is logged. */
async function scopeOf(
  port: RecordingsPort,
  who: Visitor,
  scope: 'mine' | 'all',
  reason: string | undefined,
): Promise<Result<Partial<ReturnType<typeof visibleTo>>, Refusal>> {
  const { tenant, id: by, role } = who.person
  if (scope === 'mine') return ok(visibleTo({ person: by, isAdmin: role === 'admin' }, port.rulesOf(tenant)))
  if (role !== 'admin') return fail({ code: 'forbidden' })
  if (reason === undefined || reason.trim().length < REASON_CHARS_MIN) return fail(REASON_NEEDED)
  const entry = {
    tenant,
    recording: 'all' as RecordingId,
    at: port.wallTime(),
    by,
    act: 'list',
    reason,
  } as const
  return (await port.store.log(entry)) ? ok({}) : fail({ code: 'unavailable' })
}

async function find(
  port: RecordingsPort,
  { person }: Visitor,
  id: string,
  act: Act,
  reason: string | undefined,
): Promise<Result<CallRecording, Refusal>> {
  const found = await port.store.read(person.tenant, id as RecordingId)
  if (found === undefined) return fail({ code: 'not-found' })
  const viewer = { person: person.id, isAdmin: person.role === 'admin' }
  const verdict = mayAccess(viewer, found, port.rulesOf(person.tenant), act, reason)
  if (verdict.may) return ok(found)
  if (verdict.why === 'reason-needed') return fail(REASON_NEEDED)
  if (verdict.why === 'held') return fail({ code: 'conflict', message: 'It is held.' })
  return verdict.why === 'goes-on'
    ? fail({ code: 'conflict', message: 'The recording still goes on.' })
    : fail({ code: 'not-found' })
}

/** What is not logged is not given. */
async function look(
  port: RecordingsPort,
  who: Visitor,
  id: string,
  act: Act,
  reason: string | undefined,
): Promise<Result<CallRecording, Refusal>> {
  const found = await find(port, who, id, act, reason)
  if (!found.ok) return found
  const { tenant, id: by } = who.person
  const { recording } = found.value
  const given = reason === undefined ? {} : { reason }
  const isLogged = await port.store.log({ tenant, recording, at: port.wallTime(), by, act, ...given })
  return isLogged ? found : fail({ code: 'unavailable' })
}

async function hold(
  port: RecordingsPort,
  who: Visitor,
  id: string,
  act: 'hold' | 'release',
  reason: string | undefined,
): Promise<Result<Recording, Refusal>> {
  const found = await look(port, who, id, act, reason)
  if (!found.ok) return found
  const held = { by: who.person.id, at: port.wallTime(), reason: reason ?? '' }
  const change = act === 'hold' ? held : undefined
  if (!(await port.store.setHold(found.value.recording, change))) return fail({ code: 'unavailable' })
  const { hold: _, ...rest } = found.value
  return ok(recordingView({ ...rest, ...(change && { hold: change }) }, who.directory))
}

function placeOf(cursor: string): { startedAt: WallTime; recording: RecordingId } {
  const [startedAt = '', recording = ''] = cursor.split('.')
  return { startedAt: Number(startedAt) as WallTime, recording: recording as RecordingId }
}

/** Of the same shape; the schema's lists may be written to. */
function rulesView(rules: Rules): RecordingRules {
  return structuredClone(rules) as unknown as RecordingRules
}
