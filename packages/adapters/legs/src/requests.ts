// Every request of a peer comes here first (RFC 3261 §8.2): inside a dialog to its leg; outside, what is not
// for us is refused in the order of the RFC, who it is is found out, and then it is done.
import type { Flow } from '@rufwerk/core'
import { dialogKey, type SipRequest, type SipResponse, type TransactionId } from '@rufwerk/sip'
import { REGISTER_OPTION_TAGS, refuseExtensions } from '@rufwerk/sip/session'
import { readReplaces } from '@rufwerk/sip/transfer'
import type { Subscriptions } from './events/subscriptions.ts'
import { ALLOW, CALL_TAGS, CAPABILITIES, METHODS } from './headers.ts'
import { type LegContext, newTag, random, respond } from './leg/context.ts'
import { receiveAck, receiveCancel, receiveInLeg } from './leg/in-dialog.ts'
import { deviceCall, receiveInvite } from './leg/incoming.ts'
import { endStray } from './leg/stray.ts'
import type { DeviceCredentials, LegListener } from './ports.ts'
import { AcceptRate } from './registration/accept-rate.ts'
import type { Authentication } from './registration/auth.ts'
import { refusalOfContacts } from './registration/contact-rules.ts'
import { type Answer, Strangers } from './strangers.ts'
import type { ServerUser } from './transactions.ts'
import { receiveTrunkInvite } from './trunk/incoming.ts'

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS)
const SCHEMES: ReadonlySet<string> = new Set(['sip', 'sips', 'tel'])

/** What a phone of a storm is told to wait. */
const RETRY_LEAST_S = 5
const RETRY_SPREAD_S = 25

export interface RequestsParts {
  readonly context: LegContext
  readonly authentication: Authentication
  readonly subscriptions: Subscriptions
  readonly listener: LegListener
}

export class Requests implements ServerUser {
  readonly #context: LegContext
  readonly #authentication: Authentication
  readonly #subscriptions: Subscriptions
  readonly #listener: LegListener
  readonly #registerRate: AcceptRate
  readonly #subscribeRate: AcceptRate
  readonly #strayRate: AcceptRate
  readonly #strangers: Strangers

  constructor({ context, authentication, subscriptions, listener }: RequestsParts) {
    this.#context = context
    this.#authentication = authentication
    this.#subscriptions = subscriptions
    this.#listener = listener
    const { limits } = context
    this.#registerRate = new AcceptRate(limits.registersPerSecondMax, limits.registersAtOnceMax)
    this.#subscribeRate = new AcceptRate(limits.subscribesPerSecondMax, limits.subscribesAtOnceMax)
    this.#strayRate = new AcceptRate(limits.strayAnswersPerSecondMax, limits.strayAnswersPerSecondMax)
    this.#strangers = new Strangers(context)
  }

  onRequest(transaction: TransactionId, request: SipRequest, flow: Flow, size: number): void {
    const context = this.#context
    const refuse = (answer: Answer) => this.#strangers.answer(transaction, request, flow, size, answer)
    try {
      this.#receive(transaction, request, flow, refuse)
    } catch (error) {
      // Our mistake: this request is refused, everything else goes on.
      context.counts.failures += 1
      context.ports.log.error('request failed', { method: request.method, error: String(error) })
      respond(context, transaction, request, 500)
    }
  }

  onAck(request: SipRequest, flow: Flow): void {
    const leg = this.#context.table.byDialog(dialogKey(request))
    if (leg === undefined) this.#context.counts.dropped += 1
    else this.#context.guard(leg, 'ACK', () => receiveAck(this.#context, leg, request, flow))
  }

  onCancelled(transaction: TransactionId): void {
    const leg = this.#context.table.byTransaction(transaction)
    if (leg !== undefined) this.#context.guard(leg, 'CANCEL', () => receiveCancel(this.#context, leg))
  }

  onStrayAnswer(response: SipResponse, flow: Flow): void {
    if (this.#strayRate.take(this.#context.ports.timers.now())) endStray(this.#context, response, flow)
  }

  /** Strangers' addresses remembered. */
  size(): number {
    return this.#strangers.size()
  }

  #receive(transaction: TransactionId, request: SipRequest, flow: Flow, refuse: Refuse): void {
    const context = this.#context
    const refusal = refusalOf(request)
    if (refusal !== undefined) {
      refuse(refusal)
      return
    }
    if (request.headers.toTag !== undefined && request.method !== 'REGISTER') {
      // Whoever refreshes proves who it is, as whoever subscribes.
      if (request.method === 'SUBSCRIBE' && this.#subscriptions.has(dialogKey(request))) {
        this.#receiveFromDevice(transaction, request, flow, refuse)
        return
      }
      const leg = context.table.byDialog(dialogKey(request))
      if (leg === undefined)
        refuse({ status: 481 }) // RFC 3261 §12.2.2
      else context.guard(leg, request.method, () => receiveInLeg(context, leg, transaction, request, flow))
      return
    }
    if (context.transactions.isLoop(request)) {
      refuse({ status: 482 }) // RFC 3261 §16.3 item 4: one of ours came back.
      return
    }
    const outside = answerOutside(request, this.#subscriptions.packages)
    if (outside !== undefined) {
      this.#tellOutside(request, flow)
      refuse(outside)
      return
    }
    const line = request.method === 'INVITE' ? context.trunks.callerOf(request, flow) : undefined
    if (line === undefined) this.#receiveFromDevice(transaction, request, flow, refuse)
    else receiveTrunkInvite(context, this.#listener, transaction, request, flow, line)
  }

  /** Whoever asks what we are and is no carrier; phones are told apart by their flow. */
  #tellOutside({ method, uri }: SipRequest, flow: Flow): void {
    const { ports, trunks } = this.#context
    if (ports.gate === undefined || method !== 'OPTIONS' || flow.device !== undefined) return
    if (!trunks.isPeer(flow.remote.address)) ports.gate.observe(flow, { kind: 'stranger', dialled: uri.user })
  }

  #register(transaction: TransactionId, request: SipRequest, flow: Flow, device: DeviceCredentials): void {
    const context = this.#context
    const status = refusalOfContacts(request, flow)
    if (status !== undefined) {
      respond(context, transaction, request, status)
      return
    }
    context.registrations.register(request, device, flow, newTag(context), random(context), (response) =>
      context.transactions.respond(transaction, response),
    )
  }

  /** A storm of phones that come back at once is spread, before anything is computed for them. */
  #isTooMany(request: SipRequest, refuse: Refuse): boolean {
    const context = this.#context
    const { method } = request
    if (method !== 'REGISTER' && method !== 'SUBSCRIBE') return false
    const rate = method === 'REGISTER' ? this.#registerRate : this.#subscribeRate
    if (rate.take(context.ports.timers.now())) return false
    context.counts[method === 'REGISTER' ? 'refusedRegisters' : 'refusedSubscribes'] += 1
    const waitS = RETRY_LEAST_S + Math.floor(random(context) * RETRY_SPREAD_S)
    refuse({ status: 503, headers: [['Retry-After', String(waitS)]] })
    return true
  }

  /** All that a device in quarantine may do: a new call to an emergency number, in no other's place. */
  #isCallForHelp(request: SipRequest, flow: Flow, device: DeviceCredentials): boolean {
    if (device.quarantine === 'nothing' || request.method !== 'INVITE') return false
    const replaces = readReplaces(request)
    if (!replaces.ok || replaces.value !== undefined) return false
    return this.#listener.isEmergency?.(deviceCall(device, request, flow)) ?? false
  }

  #receiveFromDevice(transaction: TransactionId, request: SipRequest, flow: Flow, refuse: Refuse): void {
    const context = this.#context
    if (this.#isTooMany(request, refuse)) return
    const identity = this.#authentication.identify(request, flow)
    if (identity.type === 'refused') {
      refuse(identity)
      return
    }
    const { device } = identity
    if (device.quarantine !== undefined && !this.#isCallForHelp(request, flow, device)) {
      context.counts.refusedQuarantined += 1
      refuse({ status: 403 })
      return
    }
    switch (request.method) {
      case 'REGISTER':
        this.#register(transaction, request, flow, device)
        break
      case 'INVITE':
        receiveInvite(
          context,
          this.#listener,
          transaction,
          request,
          flow,
          device,
          deviceCall(device, request, flow),
        )
        break
      case 'SUBSCRIBE':
        this.#subscriptions.receive({ transaction, request, flow, device })
        break
      case 'REFER':
        respond(context, transaction, request, 603) // RFC 3515 §2.4.2: a transfer is asked for in its call.
        break
      case 'NOTIFY':
        respond(context, transaction, request, 403) // Only we tell phones what they subscribed to.
        break
      default:
        // INFO, PRACK and UPDATE belong into a dialog (RFC 6086 §4.3, RFC 3262 §3, RFC 3311 §5.2).
        if (KNOWN_METHODS.has(request.method)) respond(context, transaction, request, 481)
        // RFC 3261 §8.2.1, after §8.2 has it known who asks: a stranger learns nothing.
        else respond(context, transaction, request, 405, { headers: [['Allow', ALLOW]] })
    }
  }
}

type Refuse = (answer: Answer) => void

/** What no request may have, in the order of RFC 3261 §8.2. */
function refusalOf(request: SipRequest): Answer | undefined {
  if (!SCHEMES.has(request.uri.scheme)) return { status: 416 } // §8.2.2.1
  const tags = request.method === 'REGISTER' ? REGISTER_OPTION_TAGS : CALL_TAGS
  return refuseExtensions(request, tags) // §8.2.2.3
}

/** What needs no identity. */
function answerOutside(request: SipRequest, packages: readonly string[]): Answer | undefined {
  // RFC 3261 §11.2; RFC 6665 §8.2.2 for the packages.
  if (request.method === 'OPTIONS') {
    const events = packages.length > 0 ? [['Allow-Events', packages.join(', ')] as const] : []
    return { status: 200, headers: [...CAPABILITIES, ...events], isTerse: true }
  }
  if (request.method === 'BYE') return { status: 481 }
  // We pass calls on, so the end of the way counts here as for a proxy (RFC 3261 §16.3, §20.22).
  if (request.method === 'INVITE' && request.headers.maxForwards === 0) return { status: 483 }
  return undefined
}
