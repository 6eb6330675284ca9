// Stopping clients and letting them go again, as one machine: one person or one policy stops few, many need
// two people, undoing always does. Nobody is stopped by an advisory that does not count.
import {
  CLIENTS_MAX,
  COUNTED_FOR_MS,
  PEOPLE_FOR_MANY,
  REASONS_MAX,
  REQUEST_WAITS_MS,
  REQUESTS_MAX,
  SHARE_OF_ONE,
} from './limits.ts'
import {
  type Actor,
  type Alone,
  type ClientId,
  isSameActor,
  type Quarantine,
  type Reason,
  type Request,
  reasonKey,
  type Stop,
} from './state.ts'

export type QuarantineInput =
  | {
      readonly type: 'stop'
      /** Of the request, when it has to wait. */
      readonly id: string
      readonly by: Actor
      readonly at: number
      readonly clients: readonly ClientId[]
      readonly reason: Reason
      /** Clients of the company that are known now. */
      readonly fleet: number
      /** An advisory counts when its issuer is pinned and it is proven. */
      readonly isCounting: boolean
    }
  | { readonly type: 'agree'; readonly id: string; readonly by: Actor; readonly at: number }
  | { readonly type: 'withdraw'; readonly id: string; readonly by: Actor; readonly at: number }
  /** Asks for clients to be let go; another person has to agree. */
  | {
      readonly type: 'release'
      readonly id: string
      readonly by: Actor
      readonly at: number
      readonly clients: readonly ClientId[]
      readonly why: string
    }
  /**
   * Another revision of an advisory: all that it calls affected now. Who is new is stopped as by `stop`; who
   * was stopped for older revisions of it only, and is not in it any more, is proposed to be released.
   */
  | {
      readonly type: 'revised'
      readonly id: string
      readonly by: Actor
      readonly at: number
      readonly reason: Extract<Reason, { readonly kind: 'advisory' }>
      readonly affected: readonly ClientId[]
      readonly fleet: number
      readonly isCounting: boolean
    }
  | {
      readonly type: 'removal-asked'
      readonly by: Actor
      readonly at: number
      readonly clients: readonly ClientId[]
    }
  /** What a report says of a client: whether what it is stopped for is there. */
  | {
      readonly type: 'seen'
      readonly client: ClientId
      readonly seenAt: number
      readonly coverage: 'everything' | 'part'
      readonly isThere: boolean
    }

export type QuarantineRefusal =
  | 'nobody'
  | 'too-many'
  | 'not-counting'
  | 'unknown-request'
  | 'same-person'
  | 'no-person'
  | 'not-stopped'
  | 'full'
  | 'id-taken'

export type QuarantineOutput =
  | { readonly type: 'refused'; readonly why: QuarantineRefusal }
  /** So many more people have to agree. */
  | { readonly type: 'waits'; readonly request: Request; readonly missing: number }
  /** What has to be done now; the person of the client is told by mail and on the screen. */
  | { readonly type: 'stopped'; readonly stop: Stop }
  | { readonly type: 'released'; readonly client: ClientId; readonly why: string }
  | { readonly type: 'closed' | 'reopened'; readonly client: ClientId }
  | {
      readonly type: 'audit'
      readonly act: string
      readonly by: Actor
      readonly at: number
      readonly about: string
      readonly clients: number
    }

export interface QuarantineStep {
  readonly state: Quarantine
  readonly out: readonly QuarantineOutput[]
}

export function step(state: Quarantine, input: QuarantineInput): QuarantineStep {
  const now = 'at' in input ? forgotten(state, input.at) : state
  switch (input.type) {
    case 'stop':
      return stop(now, input)
    case 'revised':
      return revised(now, input)
    case 'agree':
      return agree(now, input)
    case 'withdraw':
      return withdraw(now, input)
    case 'release':
      return release(now, input)
    case 'removal-asked':
      return removalAsked(now, input)
    case 'seen':
      return seen(now, input)
  }
}

const refuse = (state: Quarantine, why: QuarantineRefusal): QuarantineStep => ({
  state,
  out: [{ type: 'refused', why }],
})

/** What one actor did a day ago counts no more, and a request waits for a week. */
function forgotten(state: Quarantine, at: number): Quarantine {
  const alone = state.alone.filter((one) => at - one.at < COUNTED_FOR_MS)
  const requests = [...state.requests].filter(([, one]) => at - one.at < REQUEST_WAITS_MS)
  if (alone.length === state.alone.length && requests.length === state.requests.size) return state
  return { ...state, alone, requests: new Map(requests) }
}

type StopInput = Extract<QuarantineInput, { readonly type: 'stop' }>

function stop(state: Quarantine, input: StopInput): QuarantineStep {
  const { id, by, at, reason, fleet } = input
  if (reason.kind === 'advisory' && !input.isCounting) return refuse(state, 'not-counting')
  if (input.clients.length > CLIENTS_MAX) return refuse(state, 'too-many')
  const wanted = [...new Set(input.clients)].filter((client) => !isSpared(state, client, reason))
  const clients = wanted.filter((client) => isOpen(state, client))
  // Who is stopped already gets another reason.
  const named = namedToo(state, wanted, reason)
  if (clients.length === 0) return wanted.length === 0 ? refuse(state, 'nobody') : { state: named, out: [] }
  if (named.stops.size + clients.length > CLIENTS_MAX) return refuse(state, 'full')
  const share = Math.max(1, Math.floor(fleet * SHARE_OF_ONE))
  const before = state.alone
    .filter((one) => isSameActor(one.by, by))
    .reduce((sum, one) => sum + one.clients, 0)
  if (before + clients.length > share) {
    const agreed = by.kind === 'person' ? [by.id] : []
    return ask(named, { id, does: 'stop', clients, reason, by, at, agreed })
  }
  const alone: Alone[] = [...named.alone, { by, at, clients: clients.length }]
  return done({ ...named, alone }, clients, { at, by, reasons: [reason] })
}

function isOpen({ stops }: Quarantine, client: ClientId): boolean {
  const known = stops.get(client)
  return known === undefined || known.closedAt !== undefined
}

/** Words of a person are no list that would come again by itself: who stops with them means it. */
function isSpared({ spared }: Quarantine, client: ClientId, reason: Reason): boolean {
  return reason.kind !== 'person' && (spared.get(client)?.includes(reasonKey(reason)) ?? false)
}

function namedToo(state: Quarantine, clients: readonly ClientId[], reason: Reason): Quarantine {
  const key = reasonKey(reason)
  const stops = new Map(state.stops)
  for (const client of clients) {
    const known = stops.get(client)
    if (
      known === undefined ||
      known.closedAt !== undefined ||
      known.reasons.some((one) => reasonKey(one) === key)
    )
      continue
    stops.set(client, { ...known, reasons: [...known.reasons, reason].slice(-REASONS_MAX) })
  }
  return { ...state, stops }
}

function done(state: Quarantine, clients: readonly ClientId[], how: Omit<Stop, 'client'>): QuarantineStep {
  const stops = new Map(state.stops)
  const out: QuarantineOutput[] = []
  for (const client of clients) {
    const one: Stop = { client, ...how }
    stops.set(client, one)
    out.push({ type: 'stopped', stop: one })
  }
  const { by, at, reasons } = how
  out.push(audit('clients-stopped', by, at, reasons.map(reasonKey).join(), clients.length))
  return { state: { ...state, stops }, out }
}

function audit(act: string, by: Actor, at: number, about: string, clients: number): QuarantineOutput {
  return { type: 'audit', act, by, at, about, clients }
}

function ask(state: Quarantine, request: Request): QuarantineStep {
  if (state.requests.has(request.id)) return refuse(state, 'id-taken')
  if (state.requests.size >= REQUESTS_MAX) return refuse(state, 'full')
  const requests = new Map(state.requests).set(request.id, request)
  const { by, at, does, clients, reason } = request
  const missing = PEOPLE_FOR_MANY - request.agreed.length
  return {
    state: { ...state, requests },
    out: [
      { type: 'waits', request, missing },
      audit(`${does}-asked`, by, at, reasonKey(reason), clients.length),
    ],
  }
}

function agree(
  state: Quarantine,
  { id, by, at }: Extract<QuarantineInput, { readonly type: 'agree' }>,
): QuarantineStep {
  const request = state.requests.get(id)
  if (request === undefined) return refuse(state, 'unknown-request')
  if (by.kind !== 'person') return refuse(state, 'no-person')
  if (request.agreed.includes(by.id)) return refuse(state, 'same-person')
  const agreed = [...request.agreed, by.id]
  const requests = new Map(state.requests)
  const { clients, reason, does } = request
  const noted = audit(`${does}-agreed`, by, at, reasonKey(reason), clients.length)
  if (agreed.length < PEOPLE_FOR_MANY) {
    const more = { ...request, agreed }
    requests.set(id, more)
    return {
      state: { ...state, requests },
      out: [{ type: 'waits', request: more, missing: PEOPLE_FOR_MANY - agreed.length }, noted],
    }
  }
  requests.delete(id)
  const rest = { ...state, requests }
  const performed = does === 'stop' ? stopAgreed(rest, request, by.id, at) : letGo(rest, request, at)
  return { state: performed.state, out: [noted, ...performed.out] }
}

/** Who was released or stopped meanwhile is left as it is. */
function stopAgreed(
  state: Quarantine,
  { clients, reason, by }: Request,
  confirmedBy: string,
  at: number,
): QuarantineStep {
  const open = clients.filter((client) => isOpen(state, client) && !isSpared(state, client, reason))
  if (state.stops.size + open.length > CLIENTS_MAX) return refuse(state, 'full')
  return done(namedToo(state, clients, reason), open, { at, by, confirmedBy, reasons: [reason] })
}

function letGo(state: Quarantine, { clients, by, reason }: Request, at: number): QuarantineStep {
  const [stops, spared] = [new Map(state.stops), new Map(state.spared)]
  const out: QuarantineOutput[] = []
  const why = reason.kind === 'person' ? reason.why : reasonKey(reason)
  for (const client of clients) {
    const known = stops.get(client)
    if (known === undefined) continue
    stops.delete(client)
    const keys = [...new Set([...(spared.get(client) ?? []), ...known.reasons.map(reasonKey)])]
    spared.set(client, keys.slice(-REASONS_MAX))
    out.push({ type: 'released', client, why })
  }
  out.push(audit('clients-released', by, at, why, out.length))
  return { state: { ...state, stops, spared }, out }
}

function withdraw(
  state: Quarantine,
  { id, by, at }: Extract<QuarantineInput, { readonly type: 'withdraw' }>,
): QuarantineStep {
  const request = state.requests.get(id)
  if (request === undefined) return refuse(state, 'unknown-request')
  if (by.kind !== 'person') return refuse(state, 'no-person')
  const requests = new Map(state.requests)
  requests.delete(id)
  const { does, reason, clients } = request
  return {
    state: { ...state, requests },
    out: [audit(`${does}-withdrawn`, by, at, reasonKey(reason), clients.length)],
  }
}

function release(
  state: Quarantine,
  { id, by, at, clients, why }: Extract<QuarantineInput, { readonly type: 'release' }>,
): QuarantineStep {
  const stopped = [...new Set(clients)].filter((client) => state.stops.has(client))
  if (stopped.length === 0) return refuse(state, 'not-stopped')
  const agreed = by.kind === 'person' ? [by.id] : []
  return ask(state, {
    id,
    does: 'release',
    clients: stopped,
    reason: { kind: 'person', why },
    by,
    at,
    agreed,
  })
}

function revised(
  state: Quarantine,
  input: Extract<QuarantineInput, { readonly type: 'revised' }>,
): QuarantineStep {
  const { id, by, at, reason, affected, isCounting } = input
  if (!isCounting) return refuse(state, 'not-counting')
  const wanted = new Set(affected)
  const gone = [...state.stops.values()].filter(
    ({ client, reasons, closedAt }) =>
      closedAt === undefined && !wanted.has(client) && reasons.every((one) => isOlderRevision(one, reason)),
  )
  const { state: next, out } = stop(state, { ...input, type: 'stop', clients: affected })
  // Nobody new is no mistake here.
  const told = out.filter((one) => !(one.type === 'refused' && one.why === 'nobody'))
  if (gone.length === 0) return { state: next, out: told }
  const clients = gone.map(({ client }) => client)
  const asked = ask(next, { id: `${id}/release`, does: 'release', clients, reason, by, at, agreed: [] })
  return { state: asked.state, out: [...told, ...asked.out] }
}

function isOlderRevision(one: Reason, of: Extract<Reason, { readonly kind: 'advisory' }>): boolean {
  return (
    one.kind === 'advisory' &&
    one.issuer === of.issuer &&
    one.advisory === of.advisory &&
    one.revision !== of.revision
  )
}

function removalAsked(
  state: Quarantine,
  { by, at, clients }: Extract<QuarantineInput, { readonly type: 'removal-asked' }>,
): QuarantineStep {
  const stops = new Map(state.stops)
  let count = 0
  for (const client of new Set(clients)) {
    const known = stops.get(client)
    if (known === undefined || known.closedAt !== undefined || known.removalAskedAt !== undefined) continue
    stops.set(client, { ...known, removalAskedAt: at })
    count += 1
  }
  return count === 0
    ? refuse(state, 'not-stopped')
    : { state: { ...state, stops }, out: [audit('removal-asked', by, at, '', count)] }
}

function seen(
  state: Quarantine,
  { client, seenAt, coverage, isThere }: Extract<QuarantineInput, { readonly type: 'seen' }>,
): QuarantineStep {
  const known = state.stops.get(client)
  if (known === undefined) return { state, out: [] }
  const { removalAskedAt, closedAt, at } = known
  if (isThere && closedAt !== undefined && seenAt > closedAt) {
    const { closedAt: _, ...open } = known
    return {
      state: { ...state, stops: new Map(state.stops).set(client, open) },
      out: [{ type: 'reopened', client }],
    }
  }
  const isLater = removalAskedAt !== undefined && seenAt > removalAskedAt && seenAt > at
  if (isThere || closedAt !== undefined || coverage !== 'everything' || !isLater) return { state, out: [] }
  const closed = { ...known, closedAt: seenAt }
  return {
    state: { ...state, stops: new Map(state.stops).set(client, closed) },
    out: [{ type: 'closed', client }],
  }
}
