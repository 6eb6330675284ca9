// Event packages and what is answered to a SUBSCRIBE (RFC 6665 §4.2.1): dialog (RFC 4235) and message-summary
// (RFC 3842). No presence. Who may watch what is the caller's question.
import { fail, type Ms, ok, type Result, seconds } from '@rufwerk/core'
import { endOfToken, isToken, parseParams } from '../message/grammar.ts'
import type { Headers } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import type { Refusal } from '../session/option-tags.ts'

export type EventPackage = 'dialog' | 'message-summary'

interface PackageFacts {
  readonly type: string
  /** Seconds when the SUBSCRIBE says nothing. */
  readonly expiresS: number
  /** Least time between two NOTIFYs that nobody asked for. */
  readonly interval: Ms
}

export const EVENT_PACKAGES: Readonly<Record<EventPackage, PackageFacts>> = {
  // RFC 4235 §3.4, §3.10.
  dialog: { type: 'application/dialog-info+xml', expiresS: 3600, interval: seconds(1) },
  // RFC 3842 §3.4, §3.10.
  'message-summary': { type: 'application/simple-message-summary', expiresS: 3600, interval: seconds(1) },
}

const ALL_PACKAGES = Object.keys(EVENT_PACKAGES) as readonly EventPackage[]

/** Characters of the `id` of an Event header; longer is refused. */
const ID_CHARS_MAX = 128
/** RFC 6665 §4.2.1.1: what is an hour or longer is never too brief. */
const BRIEF_S = 3600

export interface SubscribeLimits {
  /** Shortest subscription in seconds, but for 0. */
  readonly expiresMinS: number
  readonly expiresMaxS: number
  /** Subscriptions of one device. */
  readonly perDeviceMax: number
  /** Subscriptions of one company. */
  readonly perTenantMax: number
  /** Subscriptions over all. */
  readonly totalMax: number
}

export const SUBSCRIBE_LIMITS: SubscribeLimits = {
  expiresMinS: 60,
  expiresMaxS: 7200,
  perDeviceMax: 100,
  perTenantMax: 50_000,
  totalMax: 100_000,
}

/** Event header: name in lower case, and `id`. */
export interface EventName {
  readonly event: string
  readonly id?: string
}

export interface SubscribeGrant extends EventName {
  readonly event: EventPackage
  /** Seconds for Expires of the 200; 0 ends the subscription, or asks once. */
  readonly expiresS: number
}

/** Undefined when absent or malformed. */
export function readEvent(headers: Headers): EventName | undefined {
  const text = headers.get('event') ?? ''
  const end = endOfToken(text, 0)
  const params = parseParams(text, end)
  const id = params.ok ? params.value.get('id') : undefined
  if (end === 0 || !params.ok) return undefined
  if (id !== undefined && (!isToken(id) || id.length > ID_CHARS_MAX)) return undefined
  return { event: text.slice(0, end).toLowerCase(), ...(id === undefined ? {} : { id }) }
}

/** As it stands in NOTIFY: the same as in its SUBSCRIBE (RFC 6665 §4.2.2). */
export function writeEvent({ event, id }: EventName): string {
  return id === undefined ? event : `${event};id=${id}`
}

/** Subscriptions that stand. */
export interface SubscriptionCount {
  readonly ofDevice: number
  readonly ofTenant: number
  readonly total: number
}

/**
 * A SUBSCRIBE: what it is granted, or its refusal. `count` is of subscriptions that stand besides; undefined
 * for one in the dialog of its subscription, which takes no place of its own. One that only asks once takes a
 * place, too, until its NOTIFY is answered. `packages` are those that can be had now.
 */
export function answerSubscribe(
  request: SipRequest,
  count: SubscriptionCount | undefined,
  limits: SubscribeLimits = SUBSCRIBE_LIMITS,
  packages: readonly EventPackage[] = ALL_PACKAGES,
): Result<SubscribeGrant, Refusal> {
  const { headers } = request
  const named = readEvent(headers)
  const event = packages.find((one) => one === named?.event)
  // RFC 6665 §8.2.2: Allow-Events names those that can be had; there is no way to write that there are none.
  if (named === undefined || event === undefined)
    return fail({ status: 489, headers: packages.length > 0 ? [['Allow-Events', packages.join(', ')]] : [] })
  const facts = EVENT_PACKAGES[event]
  if (!accepts(headers, facts.type)) return fail({ status: 406, headers: [['Accept', facts.type]] })
  const wishedS = headers.expires ?? facts.expiresS
  const grant = { ...named, event, expiresS: Math.min(wishedS, limits.expiresMaxS) }
  if (wishedS > 0 && wishedS < Math.min(limits.expiresMinS, BRIEF_S))
    return fail({ status: 423, headers: [['Min-Expires', String(limits.expiresMinS)]] })
  if (count === undefined) return ok(grant)
  if (count.ofDevice >= limits.perDeviceMax) return fail({ status: 403, headers: [] })
  if (count.ofTenant >= limits.perTenantMax || count.total >= limits.totalMax)
    return fail({ status: 503, headers: [['Retry-After', '60']] })
  return ok(grant)
}

/** Without Accept the type of the package goes without saying (RFC 6665 §3.1.3). */
function accepts(headers: Headers, type: string): boolean {
  if (!headers.has('accept')) return true
  return headers.list('accept').some((entry) => {
    const range = entry.split(';')[0]?.trim().toLowerCase()
    return range === type || range === '*/*' || range === 'application/*'
  })
}
