// Observations in, blocks and events out. A block concerns who has proved nothing: flows of our own devices
// are exempt here; trunks, browsers, calls for help and what belongs to a call are for whoever asks.
import { forgiven, newBlock, scopeOf, thresholdOf, withPoints } from './backoff.ts'
import {
  BLOCK_AT,
  CANARY_UNPROVEN_POINTS,
  DROPPED_POINTS,
  FLOW_KEPT_MS,
  FORGOTTEN_AFTER_MS,
  KNOWN_KEPT_MS,
  LIMITS,
  NOTED_EVERY_MS,
  POINTS,
  TOLD_EVERY_MS,
} from './limits.ts'
import { entries, get, kept, NO_PIECES, without, withValue } from './pieces.ts'
import { type Address, addressName, sourceOf } from './source.ts'
import type { AttackEvent, AttackKind, Counts, Intrusion, Scope, Source } from './state.ts'

export type IntrusionInput =
  | {
      readonly type: 'observed'
      readonly at: number
      readonly kind: AttackKind
      readonly address: Address
      readonly flow: string
      /** A connection, or an answer to a challenge that went to that address: nobody else can send it. */
      readonly isProven: boolean
      /** A carrier of ours, or somebody whom an admin wants never to be blocked. */
      readonly isSpared: boolean
      readonly name?: string
    }
  /** A device proved who it is over this flow. */
  | { readonly type: 'authenticated'; readonly at: number; readonly address: Address; readonly flow: string }
  /** A connection is gone. */
  | { readonly type: 'closed'; readonly flow: string }
  /** Messages that were not listened to since the last time. */
  | { readonly type: 'dropped'; readonly at: number; readonly source: string; readonly count: number }
  /** Somebody who is known has called a canary. */
  | {
      readonly type: 'canary-called'
      readonly at: number
      readonly who: string
      readonly number: string
      readonly address?: Address
    }
  | { readonly type: 'toll-refused'; readonly at: number; readonly who: string; readonly rule: string }
  /** By an admin. */
  | { readonly type: 'release'; readonly at: number; readonly source: string }
  /** Off: everything is told, and nobody is blocked. */
  | { readonly type: 'switch'; readonly at: number; readonly isOn: boolean }
  /** Every `TICK_EVERY_MS`. */
  | { readonly type: 'tick'; readonly at: number }

export interface IntrusionOutput {
  readonly type: 'event'
  readonly event: AttackEvent
}

export interface IntrusionStep {
  readonly state: Intrusion
  readonly out: readonly IntrusionOutput[]
}

/** Of a device of ours: many phones ask by OPTIONS whether we are there, and some write oddly. */
const HARMLESS_INSIDE: ReadonlySet<AttackKind> = new Set(['stranger', 'unreadable'])

type Told = Omit<AttackEvent, 'number' | 'at'>

export function step(state: Intrusion, input: IntrusionInput): IntrusionStep {
  switch (input.type) {
    case 'observed':
      return observed(state, input)
    case 'authenticated':
      return quietly(authenticated(state, input))
    case 'closed':
      return quietly({ ...state, flows: without(state.flows, input.flow) })
    case 'dropped':
      return quietly(dropped(state, input))
    case 'canary-called': {
      const { at, who, number, address } = input
      const name = cut(number)
      const from = address === undefined ? {} : { source: addressName(sourceOf(address)) }
      const next = { ...state, canaries: state.canaries + 1 }
      return tellOnce(next, at, `c ${who} ${name}`, { what: 'canary-called', who, name, ...from })
    }
    case 'toll-refused': {
      const { at, who, rule } = input
      const next = { ...state, tolls: state.tolls + 1 }
      return tellOnce(next, at, `t ${who} ${rule}`, { what: 'toll-refused', who, why: rule })
    }
    case 'release':
      return release(state, input.source, input.at, 'admin')
    case 'switch':
      return switched(state, input.isOn, input.at)
    case 'tick':
      return tick(state, input.at)
  }
}

const quietly = (state: Intrusion): IntrusionStep => ({ state, out: [] })
const overflown = (state: Intrusion): Intrusion => ({ ...state, overflow: state.overflow + 1 })
const cut = (text: string): string => text.slice(0, LIMITS.nameCharsMax)
const counted = (counts: Counts, kind: AttackKind): Counts => ({ ...counts, [kind]: (counts[kind] ?? 0) + 1 })
/** There by packets that anybody can forge, and not blocked for more. */
const isUnproven = ({ points, block }: Source): boolean => points.proven === 0 && block?.scope !== 'all'

function observed(
  before: Intrusion,
  input: Extract<IntrusionInput, { readonly type: 'observed' }>,
): IntrusionStep {
  const { at, kind, flow, isProven, isSpared } = input
  const key = sourceOf(input.address)
  const name = input.name === undefined ? {} : { name: cut(input.name) }
  const state = { ...before, counts: counted(before.counts, kind) }
  const told = { kind, source: addressName(key), ...name }
  if (get(state.flows, flow) !== undefined)
    return HARMLESS_INSIDE.has(kind)
      ? quietly(before)
      : tellOnce(state, at, `i ${key} ${kind}`, { what: 'inside', ...told })
  const source = get(state.sources, key)
  if (source === undefined && !hasRoom(state, isProven)) return quietly(overflown(state))
  const threshold = thresholdOf(get(state.known, key) !== undefined)
  const points = kind === 'canary' && !isProven ? CANARY_UNPROVEN_POINTS : POINTS[kind]
  const fresh: Source = { points: { proven: 0, unproven: 0 }, at, seenAt: at, counts: {}, level: 0 }
  const now = withPoints(forgiven(source ?? fresh, at), points, isProven, threshold)
  const noted = put(state, key, { ...now, seenAt: at, counts: counted(now.counts, kind) })
  // A carrier or a monitor that asks whether we are there is no news.
  if (isSpared && kind === 'stranger') return quietly(noted)
  const noticed = tellOnce(noted, at, `o ${key} ${kind}`, { what: 'noticed', ...told })
  if (isSpared || !state.isOn) return noticed
  return judged(noticed, key, threshold, at)
}

/** Places for those who may be anybody are fewer. */
function hasRoom({ sources, unproven }: Intrusion, isProven: boolean): boolean {
  return sources.size < LIMITS.sourcesMax && (isProven || unproven < LIMITS.unprovenSourcesMax)
}

/** Blocks it when its points are enough, or widens a block that was made by forgeable packets. */
function judged({ state, out }: IntrusionStep, key: string, threshold: number, at: number): IntrusionStep {
  const source = get(state.sources, key)
  const scope = source && scopeOf(source, threshold)
  if (source === undefined || scope === undefined) return { state, out }
  const { block } = source
  const isBlocked = block !== undefined && at < block.until
  if (isBlocked && (block.scope === 'all' || scope === 'udp')) return { state, out }
  const blocked = blockAgain(state, key, source, scope, at)
  return { state: blocked.state, out: [...out, ...blocked.out] }
}

function blockAgain(state: Intrusion, key: string, source: Source, scope: Scope, at: number): IntrusionStep {
  if (source.block === undefined && state.blocked >= LIMITS.blocksMax) return quietly(overflown(state))
  const block = newBlock(source.level, scope, at)
  const next = put(state, key, { ...source, level: source.level + 1, block })
  const { until } = block
  return tell(next, at, { what: 'blocked', source: addressName(key), scope, until, counts: source.counts })
}

function authenticated(
  state: Intrusion,
  { at, address, flow }: Extract<IntrusionInput, { readonly type: 'authenticated' }>,
): Intrusion {
  const known = get(state.flows, flow)
  if (known !== undefined && at - known.at < NOTED_EVERY_MS) return state
  const source = sourceOf(address)
  let next = state
  if (known !== undefined || next.flows.size < LIMITS.flowsMax)
    next = { ...next, flows: withValue(next.flows, flow, { at, source }) }
  else next = overflown(next)
  if (get(next.known, source) === undefined && next.known.size >= LIMITS.knownMax) return overflown(next)
  return { ...next, known: withValue(next.known, source, at) }
}

function dropped(
  state: Intrusion,
  { at, source: key, count }: Extract<IntrusionInput, { readonly type: 'dropped' }>,
): Intrusion {
  const source = get(state.sources, key)
  if (source?.block === undefined) return state
  const { block } = source
  const points = Math.min(BLOCK_AT, count * DROPPED_POINTS)
  const threshold = thresholdOf(get(state.known, key) !== undefined)
  const now = withPoints(forgiven(source, at), points, block.scope === 'all', threshold)
  return put(state, key, { ...now, seenAt: at, block: { ...block, dropped: block.dropped + count } })
}

function release(state: Intrusion, key: string, at: number, why: string): IntrusionStep {
  const source = get(state.sources, key)
  if (source?.block === undefined) return quietly(state)
  return tell(remove(state, key), at, { what: 'released', source: addressName(key), why })
}

function switched(state: Intrusion, isOn: boolean, at: number): IntrusionStep {
  let now: IntrusionStep = quietly({ ...state, isOn })
  if (isOn) return now
  for (const [key, { block }] of entries(state.sources)) {
    if (block === undefined) continue
    const { state: next, out } = release(now.state, key, at, 'switched-off')
    now = { state: next, out: [...now.out, ...out] }
  }
  return now
}

/** Blocks that are over end, or go on when the attack does; what is quiet long enough is forgotten. */
function tick(state: Intrusion, at: number): IntrusionStep {
  let now: IntrusionStep = quietly({
    ...state,
    flows: kept(state.flows, (flow) => at - flow.at < FLOW_KEPT_MS),
    known: kept(state.known, (seenAt) => at - seenAt < KNOWN_KEPT_MS),
    told: kept(state.told, (toldAt) => at - toldAt < TOLD_EVERY_MS),
  })
  for (const [key, before] of entries(state.sources)) {
    const next = settled(now.state, key, before, at)
    if (next !== undefined) now = { state: next.state, out: [...now.out, ...next.out] }
  }
  return now
}

/** Undefined: nothing has changed. */
function settled(state: Intrusion, key: string, before: Source, at: number): IntrusionStep | undefined {
  const { block, level } = before
  if (block !== undefined && at < block.until) return undefined
  const source = forgiven(before, at)
  const scope = scopeOf(source, thresholdOf(get(state.known, key) !== undefined))
  if (block !== undefined && scope !== undefined && state.isOn)
    return blockAgain(state, key, source, scope, at)
  if (block !== undefined) {
    const { block: _over, ...rest } = source
    const why = 'time'
    // What was quiet while it was not listened to does not count as quiet.
    return tell(put(state, key, { ...rest, seenAt: at }), at, {
      what: 'released',
      source: addressName(key),
      why,
    })
  }
  const isQuiet = source.points.proven + source.points.unproven === 0
  const isOver = level === 0 || at - source.seenAt >= FORGOTTEN_AFTER_MS
  return isQuiet && isOver ? quietly(remove(state, key)) : undefined
}

function put(state: Intrusion, key: string, source: Source): Intrusion {
  const before = get(state.sources, key)
  const blocked = Number(source.block !== undefined) - Number(before?.block !== undefined)
  const unproven = Number(isUnproven(source)) - Number(before !== undefined && isUnproven(before))
  return {
    ...state,
    sources: withValue(state.sources, key, source),
    blocked: state.blocked + blocked,
    unproven: state.unproven + unproven,
  }
}

function remove(state: Intrusion, key: string): Intrusion {
  const before = get(state.sources, key)
  if (before === undefined) return state
  const sources = without(state.sources, key)
  return {
    ...state,
    sources: sources.size === 0 ? NO_PIECES : sources,
    blocked: state.blocked - Number(before.block !== undefined),
    unproven: state.unproven - Number(isUnproven(before)),
  }
}

function tell(state: Intrusion, at: number, told: Told): IntrusionStep {
  const event = { number: state.lastNumber + 1, at, ...told }
  const events = [...state.events, event].slice(-LIMITS.eventsMax)
  return { state: { ...state, lastNumber: event.number, events }, out: [{ type: 'event', event }] }
}

/** The same not again within `TOLD_EVERY_MS`; it is counted all the same. */
function tellOnce(state: Intrusion, at: number, key: string, told: Told): IntrusionStep {
  const before = get(state.told, key)
  if (before !== undefined && at - before < TOLD_EVERY_MS) return quietly(state)
  if (before === undefined && state.told.size >= LIMITS.toldMax) return quietly(overflown(state))
  return tell({ ...state, told: withValue(state.told, key, at) }, at, told)
}
