// Who forwarded a call: as its record, its stored events and the phones that ring for it say it.
import type { PersonId } from '@rufwerk/core'
import { FORWARD_REASONS, type Forwarder, type PlanNode, type RoutingConfig } from '@rufwerk/routing'
import { FORWARDINGS_MAX } from './limits.ts'
import type { CallEvent, Caller, ForwardedBy, ForwardedCall, Forwarding } from './ports.ts'
import type { CallRecord } from './state.ts'

/** As other systems tell it (RFC 5806 §5); ours are finer. */
const STATES: Readonly<Record<Forwarder['reason'], Forwarding['why']>> = {
  unconditional: 'all',
  'user-busy': 'busy',
  'no-answer': 'noAnswer',
  unavailable: 'notRegistered',
  deflection: 'deflection',
  unknown: 'unknown',
}

/** Between who calls and for whom. */
const FOR = { de: 'für', en: 'for' } as const

/** A plan that was made anew knows only who has forwarded since. */
export function withForwarders(record: CallRecord, { forwarders = [] }: PlanNode): CallRecord {
  const before = record.forwarders ?? []
  const known = before.filter(({ person }) => !forwarders.some((one) => one.person === person))
  if (forwarders.length === 0) return record
  return { ...record, forwarders: [...forwarders, ...known].slice(0, FORWARDINGS_MAX) }
}

/** In the order in which it was forwarded, outside first; undefined: by nobody. */
export function forwardingsOf({ caller, forwarders = [] }: Pick<CallRecord, 'caller' | 'forwarders'>) {
  const here = forwarders.map(
    ({ person, when }): Forwarding => ({ by: { kind: 'person', person }, why: when }),
  )
  const before = earlierOf(caller).map(({ number, reason, isHidden }): Forwarding => {
    // Who hides is told to nobody but carriers (RFC 5806 §5, privacy).
    return { by: { kind: 'outside', ...(!isHidden && { number }) }, why: STATES[reason] }
  })
  const all = [...here, ...before].slice(0, FORWARDINGS_MAX).toReversed()
  return all.length === 0 ? undefined : all
}

function earlierOf(caller: Caller): readonly Forwarder[] {
  return caller.kind === 'outside' ? (caller.forwarders ?? []) : []
}

/** Undefined: nobody has forwarded it, or nobody who may be named. */
export function forwardedCall(record: CallRecord, config: RoutingConfig): ForwardedCall | undefined {
  const { caller, forwarders = [] } = record
  const here = forwarders.flatMap(({ person, when }) => {
    const known = personOf(config, person)
    const reason = FORWARD_REASONS[when]
    return known === undefined ? [] : [{ number: known.extension, name: known.name, reason }]
  })
  const before = earlierOf(caller).filter(({ isHidden }) => !isHidden)
  const all: ForwardedCall['forwarders'] = [
    ...here,
    ...before.map(({ number, reason }) => ({ number, reason })),
  ].slice(0, FORWARDINGS_MAX)
  const first = all.at(-1)
  if (first === undefined) return undefined
  const who = caller.kind === 'inside' ? caller.name : caller.number && (caller.name ?? caller.number)
  const display = who && `${who} ${FOR[config.language]} ${first.name ?? first.number}`
  return { forwarders: all, ...(display && { display }) }
}

function personOf({ byExtension }: RoutingConfig, person: PersonId) {
  for (const known of byExtension.values()) if (known.person === person) return known
  return undefined
}

/** In one text, as the detail of an event. */
export function forwardersText({ forwarders = [] }: CallRecord): string | undefined {
  return textOf(forwarders.map(({ person, when }) => [person, when]))
}

export function readForwardersText(text: string): readonly ForwardedBy[] {
  return pairsOf(text).map(([person, when]) => ({
    person: person as PersonId,
    when: when as ForwardedBy['when'],
  }))
}

/** The same of who had forwarded it before it came here. */
export function earlierText(caller: Caller): string | undefined {
  return textOf(earlierOf(caller).map(({ number, reason, isHidden }) => [isHidden ? '' : number, reason]))
}

export function readEarlier(detail: NonNullable<CallEvent['detail']>): readonly Forwarder[] {
  return pairsOf(String(detail.forwarders ?? '')).map(([number, reason]) => ({
    number,
    reason: reason as Forwarder['reason'],
    isHidden: number === '',
  }))
}

function textOf(pairs: readonly (readonly [who: string, why: string])[]): string | undefined {
  const text = pairs.slice(0, FORWARDINGS_MAX).map(([who, why]) => `${who}:${why}`)
  return text.length === 0 ? undefined : text.join(' ')
}

function pairsOf(text: string): readonly (readonly [who: string, why: string])[] {
  const pairs = text === '' ? [] : text.split(' ')
  return pairs.map((pair) => [pair.slice(0, pair.lastIndexOf(':')), pair.slice(pair.lastIndexOf(':') + 1)])
}
