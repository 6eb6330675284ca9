// What a REGISTER says of the way to its phone: Path (RFC 3327), instance, reg-id and flow (RFC 5626 §6). And
// where a request to a registered contact goes.
import { assert, fail, ok, type Result } from '@rufwerk/core'
import { routesFor, type Target } from '../dialog/route-set.ts'
import { parseDigits } from '../message/grammar.ts'
import type { SipRequest } from '../message/message.ts'
import { type NameAddr, parseNameAddr } from '../message/name-addr.ts'
import { parseUri } from '../message/uri.ts'
import { hasOptionTag } from '../session/option-tags.ts'
import { type Binding, detached, instanceOf } from './binding.ts'

/** Proxies between a phone and us; more are refused with 400. */
const PATH_ENTRIES_MAX = 10
/** RFC 5626 §4.2. */
const REG_ID_MAX = 2 ** 31 - 1

/** The way of one REGISTER. */
export interface Way {
  /** Entries of Path in order: the first is the nearest to us. */
  readonly path: readonly string[]
  /** The phone does outbound, so that its reg-ids count. */
  readonly hasOutbound: boolean
}

/**
 * Reads Path and outbound. 400: a Path that cannot be a route, or is too long; 439: the phone wants outbound,
 * but the proxy next to it did not say that it keeps flows (RFC 5626 §6).
 */
export function wayOf(request: SipRequest): Result<Way, 400 | 439> {
  const { headers } = request
  const path = headers.list('path')
  if (path.length > PATH_ENTRIES_MAX) return fail(400)
  const entries: NameAddr[] = []
  for (const text of path) {
    const entry = parseNameAddr(text)
    if (!entry.ok || !/^sips?$/.test(entry.value.uri.scheme)) return fail(400)
    entries.push(entry.value)
  }
  const wantsFlow = headers.contacts.some((contact) => regIdOf(contact) !== undefined)
  const hasOutbound = wantsFlow && hasOptionTag(headers, 'supported', 'outbound')
  // Each proxy puts itself on top, so the last entry is the phone's neighbour.
  const isDirect = headers.vias.length === 1
  if (hasOutbound && !isDirect && entries.at(-1)?.uri.params.has('ob') !== true) return fail(439)
  return ok({ path: path.map((text) => detached(text, undefined)), hasOutbound })
}

/**
 * 1 to 2^31-1; undefined when absent, malformed, or without +sip.instance, without which it means nothing.
 */
export function regIdOf(contact: NameAddr): number | undefined {
  if (instanceOf(contact) === undefined) return undefined
  return parseDigits(contact.params.get('reg-id') ?? '', REG_ID_MAX) || undefined
}

/** Headers of the 200: the Path that was kept, for who understands it, and that outbound was done. */
export function wayHeaders(
  request: SipRequest,
  { path, hasOutbound }: Way,
  flowTimerS: number,
): (readonly [name: string, value: string])[] {
  const headers: (readonly [string, string])[] = []
  if (hasOptionTag(request.headers, 'supported', 'path'))
    for (const entry of path) headers.push(['Path', entry])
  if (!hasOutbound) return headers
  headers.push(['Require', 'outbound'])
  if (flowTimerS > 0) headers.push(['Flow-Timer', String(flowTimerS)])
  return headers
}

/**
 * Where a request to a registered contact goes: the contact, through the Path of its registration (RFC 3327
 * §5.1). It is sent over the flow of the binding, which leads to the first of `routes`.
 */
export function contactTarget(binding: Pick<Binding, 'contact' | 'path'>): Target {
  const contact = parseUri(binding.contact)
  assert(contact.ok, 'only contacts that parse are bound')
  return routesFor(contact.value, binding.path ?? [])
}

/**
 * The contacts to ring at once, each as the flows of one instance in the order in which to try them: the
 * newest first, the next after 430 or when the flow is broken (RFC 5626 §6). `bindings` come as
 * `Registrar.bindings` gives them; groups stand where their first flow stood. Without a reg-id a contact is a
 * group of its own.
 */
export function flowsByInstance<Contact extends Pick<Binding, 'instance' | 'regId'>>(
  bindings: readonly Contact[],
): readonly (readonly Contact[])[] {
  const groups = new Map<string | Contact, Contact[]>()
  for (const binding of bindings) {
    const { instance, regId } = binding
    const key = instance === undefined || regId === undefined ? binding : instance
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [binding])
    else group.push(binding)
  }
  return [...groups.values()]
}
