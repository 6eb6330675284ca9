// Drives the transaction layer: performs its outputs in order, owns its timers, and finds who waits for a
// response. What users throw is caught per message, so that one call cannot end another.
import { type Flow, isReliable } from '@rufwerk/core'
import {
  type SipMessage,
  type SipRequest,
  type SipResponse,
  type TransactionId,
  TransactionLayer,
  type TransactionOutput,
} from '@rufwerk/sip'
import type { LegCounts } from './counts.ts'
import type { LegLimits } from './limits.ts'
import type { SipTransport, Timers, TracePort } from './ports.ts'

/** Waits for the responses to one request. */
export interface ClientUser {
  onResponse(response: SipResponse, flow: Flow): void
  /** No final response; nothing follows. `toTag`: of the response to our CANCEL. */
  onFailed(why: 'timeout' | 'transport' | 'limit', toTag?: string): void
}

/** Hears the requests of the peers. */
export interface ServerUser {
  /** `size`: bytes of the message. */
  onRequest(transaction: TransactionId, request: SipRequest, flow: Flow, size: number): void
  onAck(request: SipRequest, flow: Flow): void
  onCancelled(transaction: TransactionId): void
  /** A 2xx to an INVITE of ours that nobody knows any more. */
  onStrayAnswer(response: SipResponse, flow: Flow): void
}

export interface TransactionsOptions {
  readonly transport: SipTransport
  readonly timers: Timers
  readonly randomBytes: (size: number) => Uint8Array
  readonly limits: LegLimits
  readonly counts: LegCounts
  readonly server: ServerUser
  /** Runs a piece of work and catches what it throws. */
  readonly guard: (what: string, work: () => void) => void
  readonly trace?: TracePort
}

/** An emergency number, with whatever may stand before it: who it is, and what it is there, is seen later. */
const HELP = /^[*#+0-9]{0,6}(110|112|911)$/

/** Whether an INVITE may be for an emergency number; whether it is one for who calls is seen later. */
export function mayCallForHelp({ method, uri }: SipRequest): boolean {
  return method === 'INVITE' && HELP.test(uri.user ?? '')
}

/** For requests whose outcome changes nothing, such as BYE. */
export const NOBODY: ClientUser = { onResponse: () => undefined, onFailed: () => undefined }

export class Transactions {
  readonly #options: TransactionsOptions
  readonly #layer: TransactionLayer
  readonly #timers = new Map<number, Disposable>()
  readonly #users = new Map<TransactionId, ClientUser>()
  /** Transactions on connections, and how many each connection has: closing an idle one costs nothing. */
  readonly #connectionOf = new Map<TransactionId, string>()
  readonly #onConnection = new Map<string, number>()
  /** Flows that turned out to be broken while outputs were performed; told to the layer afterwards. */
  readonly #broken = new Set<Flow>()
  #depth = 0

  constructor(options: TransactionsOptions) {
    this.#options = options
    const { serverTransactionsMax, clientTransactionsMax } = options.limits
    this.#layer = new TransactionLayer({
      randomBytes: options.randomBytes,
      limits: { serverTransactionsMax, clientTransactionsMax },
      isUrgent: mayCallForHelp,
    })
  }

  /** `size`: bytes that the message had. */
  receive(message: SipMessage, flow: Flow, size: number): void {
    const known = isReliable(flow.transport) ? undefined : size
    this.#perform(this.#layer.receive(message, flow, known), size)
  }

  request(request: SipRequest, flow: Flow, user: ClientUser): TransactionId {
    const { transaction, out } = this.#layer.request(request, flow)
    this.#users.set(transaction, user)
    this.#noteConnection(transaction, flow)
    this.#perform(out)
    return transaction
  }

  /** An INVITE of ours from before a restart, as `sentRequest` gave it: as if it had a 1xx. */
  resumeRequest(request: SipRequest, flow: Flow, user: ClientUser): TransactionId {
    const transaction = this.#layer.resumeRequest(request, flow)
    this.#users.set(transaction, user)
    this.#noteConnection(transaction, flow)
    return transaction
  }

  /** An INVITE of a peer from before a restart, to be given its final response. */
  resumeReceived(request: SipRequest, flow: Flow): TransactionId {
    const transaction = this.#layer.resumeReceived(request, flow)
    this.#noteConnection(transaction, flow)
    return transaction
  }

  /** Our request with its Via, until its final response. */
  sentRequest(transaction: TransactionId): SipRequest | undefined {
    return this.#layer.sentRequest(transaction)
  }

  /** Nothing more is expected of it. */
  drop(transaction: TransactionId): void {
    this.#perform(this.#layer.transportFailed(transaction))
  }

  respond(transaction: TransactionId, response: SipResponse): void {
    this.#perform(this.#layer.respond(transaction, response))
  }

  /** Sends these bytes as the final response, never again, and forgets the request. */
  answerOnce(transaction: TransactionId, flow: Flow, bytes: Uint8Array): void {
    this.#perform([{ type: 'send', bytes, flow }])
    this.drop(transaction)
  }

  /** `headers` go into the CANCEL. */
  cancel(transaction: TransactionId, headers: readonly (readonly [string, string])[]): void {
    this.#perform(this.#layer.cancel(transaction, headers))
  }

  /** A request of ours that came back as it went out. */
  isLoop(request: SipRequest): boolean {
    return this.#layer.isLoop(request)
  }

  sendAck(ack: SipRequest, flow: Flow): void {
    this.#perform(this.#layer.sendAck(ack, flow))
  }

  flowClosed(flow: Flow): void {
    if (isReliable(flow.transport) && !this.#onConnection.has(flow.id)) return
    this.#perform(this.#layer.transportFailed(flow))
  }

  /** Transactions, their timers and those who wait for responses; zero when nothing is going on. */
  size(): number {
    const books = this.#timers.size + this.#users.size + this.#connectionOf.size + this.#onConnection.size
    return this.#layer.size() + books
  }

  close(): void {
    for (const timer of this.#timers.values()) timer[Symbol.dispose]()
    this.#timers.clear()
    this.#users.clear()
  }

  #perform(outputs: readonly TransactionOutput[], size = 0): void {
    this.#depth += 1
    try {
      for (const output of outputs) this.#performOne(output, size)
    } finally {
      this.#depth -= 1
    }
    if (this.#depth > 0 || this.#broken.size === 0) return
    const broken = [...this.#broken]
    this.#broken.clear()
    for (const flow of broken) this.flowClosed(flow)
  }

  #performOne(output: TransactionOutput, size: number): void {
    const { transport, server, guard, counts } = this.#options
    switch (output.type) {
      case 'send':
        this.#options.trace?.record('sent', output.flow, output.bytes, output.callId)
        if (!transport.send(output.flow, output.bytes)) this.#broken.add(output.flow)
        break
      case 'arm':
        this.#arm(output)
        break
      case 'disarm':
        this.#disarm(output.key)
        break
      case 'request':
        this.#noteConnection(output.transaction, output.flow)
        guard(output.request.method, () =>
          server.onRequest(output.transaction, output.request, output.flow, size),
        )
        break
      case 'ack':
        guard('ACK', () => server.onAck(output.request, output.flow))
        break
      case 'cancelled':
        guard('CANCEL', () => server.onCancelled(output.transaction))
        break
      case 'response': {
        const user = this.#users.get(output.transaction)
        if (user) guard('response', () => user.onResponse(output.response, output.flow))
        break
      }
      case 'failed': {
        const user = this.#users.get(output.transaction)
        if (user) guard('failed', () => user.onFailed(output.why, output.toTag))
        break
      }
      case 'terminated':
        this.#users.delete(output.transaction)
        this.#forgetConnection(output.transaction)
        break
      case 'dropped':
        counts.dropped += 1
        break
      case 'strayAnswer':
        guard('stray 2xx', () => server.onStrayAnswer(output.response, output.flow))
        break
    }
  }

  #noteConnection(transaction: TransactionId, flow: Flow): void {
    if (!isReliable(flow.transport)) return
    this.#connectionOf.set(transaction, flow.id)
    this.#onConnection.set(flow.id, (this.#onConnection.get(flow.id) ?? 0) + 1)
  }

  #forgetConnection(transaction: TransactionId): void {
    const flowId = this.#connectionOf.get(transaction)
    if (flowId === undefined) return
    this.#connectionOf.delete(transaction)
    const rest = (this.#onConnection.get(flowId) ?? 0) - 1
    if (rest > 0) this.#onConnection.set(flowId, rest)
    else this.#onConnection.delete(flowId)
  }

  #arm(output: Extract<TransactionOutput, { type: 'arm' }>): void {
    this.#timers.get(output.key)?.[Symbol.dispose]()
    const timer = this.#options.timers.arm(output.after, () => {
      this.#timers.delete(output.key)
      this.#options.guard('timer', () => this.#perform(this.#layer.timer(output.key)))
    })
    this.#timers.set(output.key, timer)
  }

  #disarm(key: number): void {
    this.#timers.get(key)?.[Symbol.dispose]()
    this.#timers.delete(key)
  }
}
