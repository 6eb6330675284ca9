// The registrar (RFC 3261 §10.3): several contacts per address of record. Who may register is decided before.
// Keeps what it knows in memory; storing bindings is done with its outputs.
import { after, assert, between, type Flow, type Instant, isReliable, type Ms, seconds } from '@rufwerk/core'
import { parseDigits } from '../message/grammar.ts'
import { newResponse, type SipRequest, type SipResponse } from '../message/message.ts'
import type { NameAddr } from '../message/name-addr.ts'
import { writeUri } from '../message/uri.ts'
import { type Binding, bindingKey, detached, instanceOf, jitteredExpires, qOf } from './binding.ts'
import { regIdOf, type Way, wayHeaders, wayOf } from './outbound.ts'

export interface RegistrarLimits {
  /** Contacts of one address of record; beyond, 403. */
  readonly contactsPerAorMax: number
  /** Bindings over all; beyond, 503 with Retry-After. */
  readonly bindingsMax: number
  /** Shortest registration in seconds; shorter wishes get 423. */
  readonly expiresMinS: number
  /** Longest registration in seconds; longer wishes are cut. */
  readonly expiresMaxS: number
  /** Seconds when the phone names none. */
  readonly expiresDefaultS: number
  /** Told to phones that do outbound: a sign of life at least this often, in seconds; 0: not told. */
  readonly flowTimerS: number
}

const LIMITS: RegistrarLimits = {
  contactsPerAorMax: 10,
  bindingsMax: 100_000,
  expiresMinS: 60,
  expiresMaxS: 3600,
  expiresDefaultS: 600,
  flowTimerS: 0,
}

/** What a 503 tells the phone to wait, in seconds. */
const RETRY_AFTER_S = '30'
const EXPIRES_WISH_MAX_S = 2 ** 32 - 1

export type RegistrarOutput =
  | { readonly type: 'arm'; readonly key: string; readonly after: Ms }
  | { readonly type: 'disarm'; readonly key: string }
  /** New, or refreshed: then with what it was before. `key` is that of its timer. */
  | {
      readonly type: 'bound'
      readonly key: string
      readonly binding: Binding
      readonly before: Binding | undefined
    }
  | {
      readonly type: 'unbound'
      readonly key: string
      readonly binding: Binding
      readonly why: 'expired' | 'removed' | 'flow-failed'
    }

interface Registration {
  readonly response: SipResponse
  readonly out: readonly RegistrarOutput[]
}

/** A binding to make, or one to end. */
interface Wish {
  readonly contact: NameAddr
  readonly key: string
  /** Text of the contact's URI. */
  readonly uri: string
  readonly regId: number | undefined
  readonly expiresS: number
}

/** What all contacts of one REGISTER have in common. */
interface Origin {
  readonly request: SipRequest
  readonly aor: string
  readonly flow: Flow
  readonly way: Way
  readonly now: Instant
}

export class Registrar {
  readonly limits: RegistrarLimits
  /**
   * Address of record → key → binding, oldest first. Entries enter only in #bind and leave only in #unbind.
   */
  readonly #bindings = new Map<string, Map<string, Binding>>()
  /** Id of a connection → timer keys of what registered over it; kept by #bind and #unbind too. */
  readonly #byFlow = new Map<string, Set<string>>()
  #count = 0

  constructor(limits: Partial<RegistrarLimits> = {}) {
    this.limits = { ...LIMITS, ...limits }
  }

  /**
   * Executes a REGISTER that was authenticated and authorised for `aor`. All of it is done or nothing.
   * `toTag` goes into the response. When `out` holds bound or unbound, the 200 waits for the commit.
   * `random` in [0, 1) shortens what is granted, against storms; 0 shortens nothing.
   */
  register(
    request: SipRequest,
    aor: string,
    flow: Flow,
    now: Instant,
    toTag: string,
    random = 0,
  ): Registration {
    const refuse = (status: number, headers: [string, string][] = []): Registration => ({
      response: newResponse(request, status, { toTag, headers }),
      out: [],
    })
    const { headers } = request
    const way = wayOf(request)
    if (!way.ok) return refuse(way.error)
    const known = this.#bindings.get(aor) ?? new Map<string, Binding>()
    const wishes = headers.isContactStar
      ? this.#removals(request, known)
      : this.#wishes(request, way.value, random)
    if (typeof wishes === 'number') {
      const isBrief = wishes === 423
      return refuse(wishes, isBrief ? [['Min-Expires', String(this.limits.expiresMinS)]] : [])
    }
    const replaced = replacedBy(wishes, known)
    let added = -replaced.length
    const { callId, cseq } = headers
    const isOvertaken = (binding: Binding | undefined): boolean =>
      binding?.callId === callId && cseq.seq <= binding.seq
    if (replaced.some(isOvertaken)) return refuse(500)
    for (const { key, expiresS } of wishes) {
      const binding = known.get(key)
      // RFC 3261 §10.3 step 7: a request that was overtaken changes nothing.
      if (isOvertaken(binding)) return refuse(500)
      if (expiresS === 0) added -= binding === undefined ? 0 : 1
      else added += binding === undefined ? 1 : 0
    }
    if (added > 0 && known.size + added > this.limits.contactsPerAorMax) return refuse(403)
    if (added > 0 && this.#count + added > this.limits.bindingsMax)
      return refuse(503, [['Retry-After', RETRY_AFTER_S]])
    const out: RegistrarOutput[] = []
    // Removals first: a key may occur twice, and the place of what goes may be needed.
    for (const binding of replaced) this.#unbind(binding, 'removed', out)
    for (const wish of wishes) if (wish.expiresS === 0) this.#unbind(known.get(wish.key), 'removed', out)
    const origin: Origin = { request, aor, flow, way: way.value, now }
    for (const wish of wishes)
      if (wish.expiresS > 0) this.#bind(bindingFor(wish, origin, known.get(wish.key)), now, out)
    return { response: this.#listing(origin, toTag), out }
  }

  /** Live bindings of an address of record, highest q first, then newest first. */
  bindings(aor: string): readonly Binding[] {
    const newestFirst = [...(this.#bindings.get(aor)?.values() ?? [])].reverse()
    return newestFirst.sort((a, b) => b.q - a.q)
  }

  /** An expiry timer has run off. */
  timer(key: string): readonly RegistrarOutput[] {
    const out: RegistrarOutput[] = []
    this.#unbind(this.#find(key), 'expired', out)
    return out
  }

  /** A connection closed: its bindings can no longer be reached. Without effect for UDP. */
  flowFailed(flow: Flow): readonly RegistrarOutput[] {
    const out: RegistrarOutput[] = []
    for (const key of [...(this.#byFlow.get(flow.id) ?? [])])
      this.#unbind(this.#find(key), 'flow-failed', out)
    return out
  }

  /**
   * A 430 said that this flow is broken behind a proxy (RFC 5626 §5.3, §11.5). Without effect when the
   * contact registered again meanwhile, or without outbound, as then it names no flow.
   */
  flowRefused(binding: Binding): readonly RegistrarOutput[] {
    const out: RegistrarOutput[] = []
    const current = this.bindings(binding.aor).find(({ key }) => key === binding.key)
    const isSame = current?.seq === binding.seq && current.callId === binding.callId
    if (isSame && current.regId !== undefined) this.#unbind(current, 'flow-failed', out)
    return out
  }

  /** Removes everything of an address of record (device deleted, signed out). */
  remove(aor: string): readonly RegistrarOutput[] {
    const out: RegistrarOutput[] = []
    for (const binding of this.bindings(aor)) this.#unbind(binding, 'removed', out)
    return out
  }

  /** Puts back a stored binding after a restart; one that is over at `now` is ignored. */
  restore(binding: Binding, now: Instant): readonly RegistrarOutput[] {
    const out: RegistrarOutput[] = []
    if (binding.expiresAt > now && this.#count < this.limits.bindingsMax) this.#bind(binding, now, out)
    return out
  }

  /** Bindings alive. */
  size(): number {
    return this.#count
  }

  /** RFC 3261 §10.2.2: `*` only with Expires: 0. That it stands alone is what parsing makes sure. */
  #removals(request: SipRequest, known: ReadonlyMap<string, Binding>): readonly Wish[] | number {
    if (request.headers.expires !== 0) return 400
    const contact: NameAddr = { uri: request.uri, params: new Map() }
    return [...known.values()].map(({ key, contact: uri }) => {
      return { contact, key, uri, regId: undefined, expiresS: 0 }
    })
  }

  /** What the contacts ask for, or the status that refuses them. */
  #wishes(request: SipRequest, way: Way, random: number): readonly Wish[] | number {
    const { contacts, expires } = request.headers
    const { expiresMinS, expiresMaxS, expiresDefaultS } = this.limits
    const wishes = new Map<string, Wish>()
    for (const contact of contacts) {
      const { scheme } = contact.uri
      if (scheme !== 'sip' && scheme !== 'sips') return 400 // Nothing that we could send requests to.
      const param = contact.params.get('expires')
      // A malformed value counts as none (§10.2.1.1).
      const wished = param === undefined ? expires : parseDigits(param, EXPIRES_WISH_MAX_S)
      const grantedS = Math.min(wished ?? expiresDefaultS, expiresMaxS)
      if (grantedS > 0 && grantedS < expiresMinS) return 423
      const regId = way.hasOutbound ? regIdOf(contact) : undefined
      const key = bindingKey(contact, regId)
      const { headers: _, ...bare } = contact.uri
      const uri = writeUri(bare)
      const expiresS = jitteredExpires(grantedS, expiresMinS, random)
      wishes.set(key, { contact, key, uri, regId, expiresS })
    }
    const all = [...wishes.values()]
    // RFC 5626 §6: one REGISTER comes over one flow, so it can set up one only.
    const flows = all.filter(({ regId, expiresS }) => regId !== undefined && expiresS > 0)
    return flows.length > 1 ? 400 : all
  }

  /** RFC 3261 §10.3 step 8: 200 with every contact and what is left of it. */
  #listing({ request, aor, way, now }: Origin, toTag: string): SipResponse {
    const contacts = this.bindings(aor).map((binding) => {
      const left = Math.max(0, Math.round(between(now, binding.expiresAt) / 1000))
      const q = binding.q === 1 ? '' : `;q=${binding.q}`
      return ['Contact', `<${binding.contact}>;expires=${left}${q}`] as const
    })
    const headers = [...contacts, ...wayHeaders(request, way, this.limits.flowTimerS)]
    return newResponse(request, 200, { toTag, headers })
  }

  #bind(binding: Binding, now: Instant, out: RegistrarOutput[]): void {
    const { aor, key, flow } = binding
    const known = this.#bindings.get(aor) ?? new Map<string, Binding>()
    const before = known.get(key)
    if (before === undefined) this.#count++
    else this.#leaveFlow(before)
    known.delete(key) // So that the newest stands last.
    known.set(key, binding)
    this.#bindings.set(aor, known)
    if (isReliable(flow.transport)) {
      const keys = this.#byFlow.get(flow.id) ?? new Set()
      this.#byFlow.set(flow.id, keys.add(timerKey(binding)))
    }
    const name = timerKey(binding)
    out.push({ type: 'bound', key: name, binding, before })
    out.push({ type: 'arm', key: name, after: between(now, binding.expiresAt) })
  }

  #unbind(
    binding: Binding | undefined,
    why: (RegistrarOutput & { readonly type: 'unbound' })['why'],
    out: RegistrarOutput[],
  ): void {
    if (binding === undefined) return
    const known = this.#bindings.get(binding.aor)
    assert(known !== undefined, 'only what is bound can be unbound')
    known.delete(binding.key)
    if (known.size === 0) this.#bindings.delete(binding.aor)
    this.#leaveFlow(binding)
    this.#count--
    const key = timerKey(binding)
    if (why !== 'expired') out.push({ type: 'disarm', key })
    out.push({ type: 'unbound', key, binding, why })
  }

  #leaveFlow(binding: Binding): void {
    const keys = this.#byFlow.get(binding.flow.id)
    if (keys?.delete(timerKey(binding)) && keys.size === 0) this.#byFlow.delete(binding.flow.id)
  }

  #find(key: string): Binding | undefined {
    const split = key.indexOf('\n')
    return this.#bindings.get(key.slice(0, split))?.get(key.slice(split + 1))
  }
}

/**
 * Bindings of the same URI under another key: the phone began or ceased to name its instance. They would be
 * called twice, or stay when the phone goes. Flows of outbound may have the same URI, and are only removed by
 * it.
 */
function replacedBy(wishes: readonly Wish[], known: ReadonlyMap<string, Binding>): readonly Binding[] {
  const keys = new Set(wishes.map(({ key }) => key))
  return [...known.values()].filter((binding) => {
    if (keys.has(binding.key)) return false
    return wishes.some(({ key, uri, regId, expiresS }) => {
      if (uri !== binding.contact) return false
      return expiresS === 0 ? !known.has(key) : regId === undefined && binding.regId === undefined
    })
  })
}

function bindingFor(wish: Wish, origin: Origin, before: Binding | undefined): Binding {
  const { request, aor, flow, way, now } = origin
  const { headers } = request
  return {
    aor,
    key: detached(wish.key, before?.key),
    contact: detached(wish.uri, before?.contact),
    q: qOf(wish.contact),
    callId: detached(headers.callId, before?.callId),
    seq: headers.cseq.seq,
    expiresAt: after(now, seconds(wish.expiresS)),
    flow,
    instance: detached(instanceOf(wish.contact), before?.instance),
    ...(wish.regId === undefined ? {} : { regId: wish.regId }),
    ...(way.path.length === 0 ? {} : { path: way.path }),
    userAgent: detached(headers.get('user-agent'), before?.userAgent),
  }
}

/** Neither part can hold a line feed. */
function timerKey(binding: Binding): string {
  return `${binding.aor}\n${binding.key}`
}
