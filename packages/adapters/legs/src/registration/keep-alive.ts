// UDP contacts behind a NAT get OPTIONS (RFC 3261 §11) over their flow, so that the NAT does not forget the
// way to them. One that does not answer any more is unreachable until it answers or registers again.
// Connections have keep-alives of their own.
import { between, type Flow, type Instant, type Log, type Ms, ms, randomId } from '@rufwerk/core'
import { plainHost } from '@rufwerk/core/ip-address'
import { type Binding, newRequest, type SipRequest, type TransactionId, writeNameAddr } from '@rufwerk/sip'
import { contactTarget } from '@rufwerk/sip/session'
import { isPublic } from '../address.ts'
import { localUri, SDP_TYPE } from '../headers.ts'
import { type LegContext, newTag } from '../leg/context.ts'
import type { LegLimits } from '../limits.ts'
import type { Timers } from '../ports.ts'
import type { ClientUser } from '../transactions.ts'
import { AcceptRate } from './accept-rate.ts'

const SIP_PORT = 5060
/** At a limit contacts wait in their order; so often the next ones are taken. */
const TURN: Ms = ms(100)
/** Of what may be sent in a second, so much at once: that of one turn. */
const AT_ONCE = 0.1

export interface KeepAliveOptions {
  readonly timers: Timers
  readonly log: Log
  readonly limits: LegLimits
  readonly guard: (what: string, work: () => void) => void
  /** In [0, 1): spreads the contacts. */
  readonly random: () => number
  /** Sends OPTIONS to the contact over its flow. */
  readonly ask: (binding: Binding, user: ClientUser) => TransactionId
  /** Sends that request no more; its user hears nothing, or that it failed. */
  readonly drop: (transaction: TransactionId) => void
  /** A contact became unreachable, or can be reached again. */
  readonly onReachable: (aor: string) => void
}

/** What a Contact or a Via says where it is. */
interface NamedPlace {
  readonly host: string
  readonly port?: number
}

interface Question {
  transaction: TransactionId | undefined
}

interface Watched {
  binding: Binding
  /** OPTIONS in a row that nobody answered. */
  missed: number
  askedAt: Instant | undefined
  /** Until the next OPTIONS; none while it waits for its turn or for a response. */
  timer: Disposable | undefined
  question: Question | undefined
}

export class KeepAlive {
  readonly #options: KeepAliveOptions
  readonly #rate: AcceptRate
  /** Entries enter in `watch` and leave in `forget`. */
  readonly #watched = new Map<string, Watched>()
  /** Those that are due and have to wait, in their order. */
  readonly #waiting = new Set<Watched>()
  #turn: Disposable | undefined
  #open = 0

  constructor(options: KeepAliveOptions) {
    this.#options = options
    const perSecond = options.limits.keepAlivesPerSecondMax
    this.#rate = new AcceptRate(perSecond, Math.max(1, perSecond * AT_ONCE))
  }

  /**
   * The contact was registered or refreshed, so it is alive: by this request, or without one read from the
   * store, where only contact and flow tell whether it is behind a NAT.
   */
  watch(binding: Binding, request?: SipRequest): void {
    const key = keyOf(binding)
    const known = this.#watched.get(key)
    const isKnown = known !== undefined && request === undefined
    if (!isKnown && !isBehindNat(binding, request?.headers.via)) {
      this.forget(binding)
      return
    }
    if (known === undefined) {
      const entry: Watched = {
        binding,
        missed: 0,
        askedAt: undefined,
        timer: undefined,
        question: undefined,
      }
      this.#watched.set(key, entry)
      this.#arm(entry, ms(this.#options.limits.keepAliveEvery * this.#options.random()))
      return
    }
    const hasMoved = known.binding.flow.id !== binding.flow.id
    known.binding = binding
    if (hasMoved && known.question !== undefined) {
      this.#close(known)
      this.#arm(known, this.#options.limits.keepAliveEvery)
    }
    this.#answered(known)
  }

  /** The contact is gone. */
  forget(binding: Binding): void {
    const key = keyOf(binding)
    const entry = this.#watched.get(key)
    if (entry === undefined) return
    this.#watched.delete(key)
    entry.timer?.[Symbol.dispose]()
    this.#waiting.delete(entry)
    this.#close(entry)
  }

  isReachable(binding: Binding): boolean {
    const entry = this.#watched.get(keyOf(binding))
    return entry === undefined || this.#isAlive(entry)
  }

  /** Contacts that are kept alive. */
  contacts(): number {
    return this.#watched.size
  }

  /** These, those of them that wait, and requests to them that are open; zero without contacts. */
  size(): number {
    return this.#watched.size + this.#waiting.size + this.#open
  }

  close(): void {
    this.#turn?.[Symbol.dispose]()
    this.#waiting.clear()
    for (const entry of this.#watched.values()) entry.timer?.[Symbol.dispose]()
    this.#watched.clear()
    this.#open = 0
  }

  #isAlive({ missed }: Watched): boolean {
    return missed < this.#options.limits.keepAlivesMissedMax
  }

  #arm(entry: Watched, after: Ms): void {
    entry.timer = this.#options.timers.arm(after, () => {
      entry.timer = undefined
      this.#options.guard('keep-alive', () => this.#due(entry))
    })
  }

  #due(entry: Watched): void {
    this.#waiting.add(entry)
    if (this.#turn === undefined) this.#takeTurn()
  }

  #takeTurn(): void {
    const { limits, timers, guard } = this.#options
    for (const entry of this.#waiting) {
      if (this.#open >= limits.keepAlivesOpenMax || !this.#rate.take(timers.now())) break
      this.#waiting.delete(entry)
      this.#ask(entry)
    }
    if (this.#waiting.size === 0) return
    this.#turn = timers.arm(TURN, () => {
      this.#turn = undefined
      guard('keep-alive', () => this.#takeTurn())
    })
  }

  #ask(entry: Watched): void {
    const { timers } = this.#options
    const question: Question = { transaction: undefined }
    entry.question = question
    entry.askedAt = timers.now()
    this.#open += 1
    const isOpen = (): boolean => entry.question === question
    question.transaction = this.#options.ask(entry.binding, {
      onResponse: ({ status }) => {
        if (status < 200 || !isOpen()) return
        this.#finish(entry)
        this.#answered(entry)
      },
      onFailed: (why) => {
        if (!isOpen()) return
        this.#finish(entry)
        if (why !== 'limit') this.#missed(entry) // A limit of ours says nothing about the phone.
      },
    })
  }

  /** The open request is over; the next one follows at its time, counted from this one. */
  #finish(entry: Watched): void {
    entry.question = undefined
    this.#open -= 1
    const { timers, limits } = this.#options
    const passed = entry.askedAt === undefined ? 0 : between(entry.askedAt, timers.now())
    this.#arm(entry, ms(Math.max(0, limits.keepAliveEvery - passed)))
  }

  #close(entry: Watched): void {
    const { question } = entry
    if (question === undefined) return
    entry.question = undefined
    this.#open -= 1
    if (question.transaction !== undefined) this.#options.drop(question.transaction)
  }

  #answered(entry: Watched): void {
    const wasAlive = this.#isAlive(entry)
    entry.missed = 0
    if (!wasAlive) this.#tell(entry, 'contact is reachable again')
  }

  #missed(entry: Watched): void {
    const wasAlive = this.#isAlive(entry)
    entry.missed += 1
    if (wasAlive && !this.#isAlive(entry)) this.#tell(entry, 'contact does not answer any more')
  }

  #tell({ binding }: Watched, what: string): void {
    this.#options.log.info(what, { sipName: binding.aor, address: binding.flow.remote.address })
    this.#options.onReachable(binding.aor)
  }
}

/** The OPTIONS that asks a contact whether it is there (RFC 3261 §11.1). */
export function optionsTo(context: LegContext, binding: Binding): SipRequest {
  const { requestUri, routes } = contactTarget(binding)
  return newRequest({
    method: 'OPTIONS',
    uri: requestUri,
    from: `${writeNameAddr({ uri: localUri('pbx', binding.flow) })};tag=${newTag(context)}`,
    to: `<${binding.contact}>`,
    callId: randomId(context.ports.randomBytes),
    seq: 1,
    headers: [
      ...routes.map((route) => ['Route', route] as const),
      ['Accept', SDP_TYPE],
      ['User-Agent', context.product],
    ],
  })
}

/** Neither part can hold a line feed. */
function keyOf({ aor, key }: Binding): string {
  return `${aor}\n${key}`
}

/**
 * A UDP contact whose way may be forgotten: it comes from the Internet, or names itself otherwise than it is
 * seen, in its Contact or its Via. Behind a proxy of its own (Path) the Contact says nothing about the flow.
 */
function isBehindNat(binding: Binding, via: NamedPlace | undefined): boolean {
  const { flow, path } = binding
  if (flow.transport !== 'udp') return false
  if (isPublic(flow.remote.address)) return true
  if (via !== undefined && !isSeenAs(via, flow)) return true
  return path === undefined && !isSeenAs(contactTarget(binding).requestUri, flow)
}

function isSeenAs({ host, port = SIP_PORT }: NamedPlace, { remote }: Flow): boolean {
  return plainHost(host) === plainHost(remote.address) && port === remote.port
}
