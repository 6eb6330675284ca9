// All transactions of one process (RFC 3261 §17, RFC 6026): matching, the four machines, CANCEL (§9), rport
// (RFC 3581), limits. Responses go back on the flow that the request came over. Not a proxy: a response with
// more than our own Via is a stray.
import { assert, type Flow, isReliable, randomId, toldAddress } from '@rufwerk/core'
import { SipError } from '../errors.ts'
import { writeBriefly } from '../message/brief.ts'
import { isToken } from '../message/grammar.ts'
import { replaceTopVia } from '../message/headers.ts'
import { stableTag } from '../message/malformed.ts'
import { newResponse, type SipMessage, type SipRequest, type SipResponse } from '../message/message.ts'
import { writeUri } from '../message/uri.ts'
import { MAGIC_COOKIE, noteSource } from '../message/via.ts'
import { writeMessage } from '../message/write.ts'
import type { Effect } from './machine.ts'
import { clientKey, clientKeyOf, serverKeyOf, type TransactionId } from './match.ts'
import type { TransactionOutput } from './output.ts'
import { ackFor, cancelFor } from './requests.ts'
import { TIMEOUT, timerKey, timerOf } from './timers.ts'
import { ClientTransaction, type HeaderLines, ServerTransaction } from './transaction.ts'

export interface TransactionLimits {
  /** Server transactions alive at once; beyond, requests outside dialogs get 503 with Retry-After. */
  readonly serverTransactionsMax: number
  /** What requests inside dialogs, CANCEL and calls for help may use on top of it. */
  readonly inDialogReserve: number
  /** Client transactions alive at once; beyond, `request` fails with `limit`. */
  readonly clientTransactionsMax: number
}

export interface TransactionLayerOptions {
  readonly randomBytes: (size: number) => Uint8Array
  readonly limits?: Partial<TransactionLimits>
  /** A request outside dialogs that may use the reserve, too: somebody calls for help. */
  readonly isUrgent?: (request: SipRequest) => boolean
  /** host[:port] for our Via; the address of ours that the peer can reach unless told. */
  readonly sentBy?: (flow: Flow) => string
}

/** Limits unless told otherwise: 32 s of 600 new calls a second. */
const LIMITS: TransactionLimits = {
  serverTransactionsMax: 40_000,
  inDialogReserve: 20_000,
  clientTransactionsMax: 60_000,
}

/** What a 503 tells the peer to wait, in seconds (RFC 3261 §20.33). */
const RETRY_AFTER_S = '5'
/** Stands before what our branches say about the request; randomId has no such character. */
const LOOP_MARK = '.'

export class TransactionLayer {
  readonly #limits: TransactionLimits
  readonly #randomBytes: (size: number) => Uint8Array
  readonly #sentBy: (flow: Flow) => string
  readonly #isUrgent: (request: SipRequest) => boolean
  /** Entries of both books leave only in #terminate. */
  readonly #transactions = new Map<TransactionId, ClientTransaction | ServerTransaction>()
  readonly #byKey = new Map<string, ClientTransaction | ServerTransaction>()
  #serverCount = 0
  #lastId = 0
  /** Goes into what marks our branches, so that nobody else can make them. */
  readonly #loopSecret: string

  constructor(options: TransactionLayerOptions) {
    this.#limits = { ...LIMITS, ...options.limits }
    this.#randomBytes = options.randomBytes
    this.#sentBy = options.sentBy ?? localAddress
    this.#isUrgent = options.isUrgent ?? (() => false)
    this.#loopSecret = randomId(options.randomBytes)
  }

  /**
   * A message from the network, already parsed. Notes received and rport in the topmost Via of requests.
   * `size`: bytes that it had, where its sender may be somebody else (UDP); what is answered here without
   * knowing who that is has no more, or is not sent.
   */
  receive(message: SipMessage, flow: Flow, size = Number.POSITIVE_INFINITY): readonly TransactionOutput[] {
    if (message.kind === 'response') return this.#receiveResponse(message, flow)
    return this.#receiveRequest(message, flow, size)
  }

  /**
   * Starts a client transaction with a copy of the request that has our Via on top. Never for ACK and CANCEL
   * (SipError). `out` ends in `failed` and `terminated` when the limit is reached.
   */
  request(
    request: SipRequest,
    flow: Flow,
  ): { readonly transaction: TransactionId; readonly out: readonly TransactionOutput[] } {
    if (request.method === 'ACK' || request.method === 'CANCEL')
      throw new SipError('SIP_BAD_METHOD', `${request.method} starts no transaction here`)
    const [branch, sent] = this.#withVia(request, flow)
    const id = this.#newId()
    if (this.#transactions.size - this.#serverCount >= this.#limits.clientTransactionsMax) {
      const failed: TransactionOutput = { type: 'failed', transaction: id, why: 'limit' }
      return { transaction: id, out: [failed, { type: 'terminated', transaction: id }] }
    }
    const out: TransactionOutput[] = []
    this.#startClient(
      { id, key: clientKey(branch, request.method), flow, request: sent, isInternal: false },
      out,
    )
    return { transaction: id, out }
  }

  /**
   * An INVITE of ours, of the run before, as it was sent (`sentRequest`): as if it had a 1xx. With `cancel`
   * it ends as usual; without a final response it does not end by itself.
   */
  resumeRequest(request: SipRequest, flow: Flow): TransactionId {
    const id = this.#newId()
    const key = clientKey(request.headers.via.branch, 'INVITE')
    const parts = { id, key, flow, request, isInternal: false, isResumed: true }
    this.#enter(new ClientTransaction(parts, writeMessage(request), isReliable(flow.transport)))
    return id
  }

  /** An INVITE of the peer, of the run before, that still needs its final response. */
  resumeReceived(request: SipRequest, flow: Flow): TransactionId {
    const id = this.#newId()
    const parts = { id, key: serverKeyOf(request), flow, request, isInternal: false, isResumed: true }
    const server = new ServerTransaction(parts, isReliable(flow.transport))
    server.last = writeMessage(newResponse(request, 100))
    this.#enter(server)
    this.#serverCount++
    return id
  }

  /** Our request with its Via, until its final response. */
  sentRequest(transaction: TransactionId): SipRequest | undefined {
    const client = this.#transactions.get(transaction)
    return client?.side === 'client' ? client.request : undefined
  }

  /** Answers a server transaction; ignored when it already has a final response (2xx may be repeated). */
  respond(transaction: TransactionId, response: SipResponse): readonly TransactionOutput[] {
    const server = this.#transactions.get(transaction)
    const out: TransactionOutput[] = []
    if (server?.side === 'server') this.#respond(server, response, out)
    return out
  }

  /**
   * Cancels our INVITE: at once when a 1xx was received, else as soon as one comes (RFC 3261 §9.1).
   * The INVITE still ends by a `response` (487, or a 2xx that was faster) or `failed`. No effect afterwards.
   * `headers` go into the CANCEL, for example Reason (RFC 3326).
   */
  cancel(transaction: TransactionId, headers: HeaderLines = []): readonly TransactionOutput[] {
    const invite = this.#transactions.get(transaction)
    const out: TransactionOutput[] = []
    if (invite?.side !== 'client' || invite.method !== 'INVITE' || invite.cancel !== 'no') return out
    invite.cancel = 'wanted'
    invite.cancelHeaders = headers
    if (invite.machine.at() === 'proceeding') this.#sendCancel(invite, out)
    return out
  }

  /**
   * Sends an ACK to a 2xx: puts our Via on top, keeps no state. Send the same bytes again for a repeated
   * 2xx.
   */
  sendAck(ack: SipRequest, flow: Flow): readonly TransactionOutput[] {
    if (ack.method !== 'ACK') throw new SipError('SIP_BAD_METHOD', ack.method)
    const [, sent] = this.#withVia(ack, flow)
    return [{ type: 'send', bytes: writeMessage(sent), flow, callId: ack.headers.callId }]
  }

  /** A timer that was armed has run off. */
  timer(key: number): readonly TransactionOutput[] {
    const named = timerOf(key)
    const transaction = named && this.#transactions.get(named.transaction)
    const out: TransactionOutput[] = []
    if (named === undefined || transaction === undefined) return out
    const input = { type: 'timer', timer: named.timer } as const
    this.#perform(transaction, transaction.machine.run(input), out)
    return out
  }

  /** A flow broke, or one transaction's message could not be sent. Looks at every transaction for a flow. */
  transportFailed(broken: Flow | TransactionId): readonly TransactionOutput[] {
    const out: TransactionOutput[] = []
    const fail = (transaction: ClientTransaction | ServerTransaction) =>
      this.#perform(transaction, transaction.machine.run({ type: 'transport-failed' }), out)
    if (typeof broken === 'number') {
      const transaction = this.#transactions.get(broken)
      if (transaction !== undefined) fail(transaction)
    } else {
      for (const transaction of this.#transactions.values())
        if (transaction.flow.id === broken.id) fail(transaction)
    }
    return out
  }

  /**
   * Whether this is a request of ours that came back as it went out, to be answered 482 (RFC 3261 §16.3 item
   * 4): one of its Via has our branch for the same Request-URI, Call-ID, From tag and number (RFC 5393 §4.2).
   * With another Request-URI it is a spiral, which is allowed, and which Max-Forwards ends.
   */
  isLoop(request: SipRequest): boolean {
    const marked = request.headers.vias.filter(({ branch }) => branch.includes(LOOP_MARK))
    if (marked.length === 0) return false
    const mark = this.#loopMark(request)
    return marked.some(({ branch }) => branch.startsWith(MAGIC_COOKIE) && branch.endsWith(mark))
  }

  /** Transactions alive. */
  size(): number {
    return this.#transactions.size
  }

  #receiveRequest(request: SipRequest, flow: Flow, size: number): readonly TransactionOutput[] {
    const out: TransactionOutput[] = []
    const key = serverKeyOf(request)
    const noted = noteSource(request.headers.via, flow) // RFC 3261 §18.2.1, RFC 3581 §4.
    if (noted !== undefined) replaceTopVia(request.headers, noted)
    const known = this.#byKey.get(key)
    if (request.method === 'ACK') {
      if (known?.side !== 'server') out.push({ type: 'ack', request, flow })
      else this.#perform(known, known.machine.run({ type: 'ack' }), out, request)
      return out
    }
    if (known?.side === 'server') {
      this.#perform(known, known.machine.run({ type: 'again' }), out)
      return out
    }
    const isInDialog = request.method === 'CANCEL' || request.headers.toTag !== undefined
    const { serverTransactionsMax: most, inDialogReserve } = this.#limits
    const isFull = this.#serverCount >= most && !isInDialog && !this.#isUrgent(request)
    if (isFull || this.#serverCount >= most + inDialogReserve) {
      const toTag = stableTag(key)
      const refusal = newResponse(request, 503, { toTag, headers: [['Retry-After', RETRY_AFTER_S]] })
      this.#sendOnce(refusal, flow, size, out)
      out.push({ type: 'dropped', why: 'limit' })
      return out
    }
    const isInternal = request.method === 'CANCEL'
    const id = this.#newId()
    const server = new ServerTransaction({ id, key, flow, request, isInternal }, isReliable(flow.transport))
    this.#enter(server)
    this.#serverCount++
    this.#perform(server, server.machine.run({ type: 'start' }), out)
    if (isInternal) this.#receiveCancel(server, request, size, out)
    else out.push({ type: 'request', transaction: id, request, flow })
    return out
  }

  /** RFC 3261 §9.2: the CANCEL itself is answered here, the INVITE it hits by its user. */
  #receiveCancel(
    cancel: ServerTransaction,
    request: SipRequest,
    size: number,
    out: TransactionOutput[],
  ): void {
    const invite = this.#byKey.get(serverKeyOf(request, 'INVITE'))
    const toTag = (invite?.side === 'server' ? invite.localTag : undefined) ?? stableTag(cancel.key)
    const response = newResponse(request, invite === undefined ? 481 : 200, { toTag })
    if (invite === undefined && !isReliable(cancel.flow.transport)) {
      this.#sendOnce(response, cancel.flow, size, out)
      this.#perform(cancel, cancel.machine.run({ type: 'transport-failed' }), out)
      return
    }
    this.#respond(cancel, response, out)
    if (invite?.side !== 'server' || invite.isCancelled || invite.request === undefined) return
    // An INVITE that has its final response is not touched any more.
    const state = invite.machine.at()
    if (state !== 'trying' && state !== 'proceeding') return
    invite.isCancelled = true
    out.push({ type: 'cancelled', transaction: invite.id, request: invite.request })
  }

  #sendOnce(response: SipResponse, flow: Flow, size: number, out: TransactionOutput[]): void {
    const bytes = writeBriefly(response, size)
    if (bytes.length <= size) out.push({ type: 'send', bytes, flow, callId: response.headers.callId })
  }

  #receiveResponse(response: SipResponse, flow: Flow): readonly TransactionOutput[] {
    const client = this.#byKey.get(clientKeyOf(response))
    // RFC 3261 §8.1.3.3: with more than one Via it was meant for somebody else.
    if (client?.side !== 'client' || response.headers.vias.length !== 1) {
      const dropped: TransactionOutput = { type: 'dropped', why: 'stray-response' }
      return this.#isOurAnswer(response, flow)
        ? [dropped, { type: 'strayAnswer', response, flow }]
        : [dropped]
    }
    const out: TransactionOutput[] = []
    if (client.method === 'INVITE' && response.status >= 300 && client.request !== undefined)
      client.ack = writeMessage(ackFor(client.request, response))
    if (response.status >= 200) client.release()
    const effects = client.machine.run({ type: 'response', status: response.status })
    this.#perform(client, effects, out, response)
    if (client.cancel === 'wanted' && client.machine.at() === 'proceeding') this.#sendCancel(client, out)
    return out
  }

  #sendCancel(invite: ClientTransaction, out: TransactionOutput[]): void {
    const { flow } = invite
    assert(invite.request !== undefined, 'an INVITE is cancelled before its final response')
    invite.cancel = 'sent'
    const key = clientKey(invite.request.headers.via.branch, 'CANCEL')
    const request = cancelFor(invite.request, invite.cancelHeaders)
    this.#startClient({ id: this.#newId(), key, flow, request, isInternal: true }, out)
    out.push({ type: 'arm', key: timerKey(invite.id, 'X'), after: TIMEOUT })
  }

  #startClient(parts: ConstructorParameters<typeof ClientTransaction>[0], out: TransactionOutput[]): void {
    const bytes = writeMessage(parts.request)
    const client = new ClientTransaction(parts, bytes, isReliable(parts.flow.transport))
    this.#enter(client)
    this.#perform(client, client.machine.run({ type: 'start' }), out)
  }

  #enter(transaction: ClientTransaction | ServerTransaction): void {
    this.#transactions.set(transaction.id, transaction)
    this.#byKey.set(transaction.key, transaction)
  }

  #newId(): TransactionId {
    this.#lastId += 1
    return this.#lastId as TransactionId
  }

  #respond(server: ServerTransaction, response: SipResponse, out: TransactionOutput[]): void {
    server.localTag ??= tokenOf(response.headers.toTag)
    const effects = server.machine.run({ type: 'respond', status: response.status })
    this.#perform(server, effects, out, response)
    if (response.status >= 200) server.release()
  }

  /** Turns what a machine wants into outputs. `message` is what it was just given. */
  #perform(
    transaction: ClientTransaction | ServerTransaction,
    effects: readonly Effect[],
    out: TransactionOutput[],
    message?: SipMessage,
  ): void {
    const { id, flow } = transaction
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          out.push(sending(transaction, effect.what, message))
          break
        case 'arm':
          out.push({ type: 'arm', key: timerKey(id, effect.timer), after: effect.after })
          break
        case 'disarm':
          // X is armed only while a CANCEL is under way.
          if (effect.timer === 'X' && transaction.side === 'client' && transaction.cancel !== 'sent') break
          out.push({ type: 'disarm', key: timerKey(id, effect.timer) })
          break
        case 'deliver':
          if (transaction.isInternal) {
            this.#noteCancelTag(transaction, message)
            break
          }
          if (message?.kind === 'response')
            out.push({ type: 'response', transaction: id, response: message, flow })
          else if (message?.kind === 'request') out.push({ type: 'ack', request: message, flow })
          break
        case 'fail':
          if (!transaction.isInternal) out.push(failure(transaction, effect.why))
      }
    }
    if (transaction.machine.at() === 'terminated') this.#terminate(transaction, out)
  }

  /** RFC 3261 §9.2: the response to the CANCEL has the To tag that the response to the INVITE has. */
  #noteCancelTag(cancel: ClientTransaction | ServerTransaction, message: SipMessage | undefined): void {
    if (cancel.side !== 'client' || message?.kind !== 'response' || message.status >= 300) return
    const invite = this.#byKey.get(clientKey(message.headers.via.branch, 'INVITE'))
    if (invite?.side === 'client') invite.cancelTag = tokenOf(message.headers.toTag)
  }

  /** RFC 3261 §18.1.2: our own Via says that the request was ours. */
  #isOurAnswer({ status, headers }: SipResponse, flow: Flow): boolean {
    if (status < 200 || status > 299 || headers.cseq.method !== 'INVITE' || headers.vias.length !== 1)
      return false
    const { branch, host, port } = headers.via
    const sentBy = port === undefined ? host : `${host}:${port}`
    return branch.startsWith(MAGIC_COOKIE) && sentBy === this.#sentBy(flow)
  }

  #terminate(transaction: ClientTransaction | ServerTransaction, out: TransactionOutput[]): void {
    this.#transactions.delete(transaction.id)
    this.#byKey.delete(transaction.key)
    if (transaction.side === 'server') this.#serverCount--
    if (!transaction.isInternal) out.push({ type: 'terminated', transaction: transaction.id })
  }

  #loopMark(request: SipRequest): string {
    const { callId, fromTag, cseq } = request.headers
    const routed = [this.#loopSecret, writeUri(request.uri), callId, fromTag ?? '', cseq.seq]
    return LOOP_MARK + stableTag(routed.join('\n'))
  }

  /** A copy with our Via on top, and its branch (RFC 3261 §8.1.1.7); rport asks for symmetric response. */
  #withVia(request: SipRequest, flow: Flow): readonly [branch: string, request: SipRequest] {
    // Only what creates dialogs is routed anew by others; the rest follows its route set.
    const mark = request.headers.toTag === undefined ? this.#loopMark(request) : ''
    const branch = MAGIC_COOKIE + randomId(this.#randomBytes) + mark
    const via = `SIP/2.0/${flow.transport.toUpperCase()} ${this.#sentBy(flow)};branch=${branch};rport`
    return [branch, { ...request, headers: request.headers.clone().prepend('Via', via) }]
  }
}

/**
 * A tag that can go into a message of ours. Peers send, and parsing lets them, tags that are no token (RFC
 * 3261 §25.1); in a To that is copied they stay.
 */
function tokenOf(tag: string | undefined): string | undefined {
  return tag !== undefined && isToken(tag) ? tag : undefined
}

function failure(
  transaction: ClientTransaction | ServerTransaction,
  why: (Effect & { readonly type: 'fail' })['why'],
): TransactionOutput {
  const toTag = transaction.side === 'client' ? transaction.cancelTag : undefined
  return { type: 'failed', transaction: transaction.id, why, ...(toTag === undefined ? {} : { toTag }) }
}

/** What is sent again after the request was let go comes without its Call-ID. */
function sending(
  transaction: ClientTransaction | ServerTransaction,
  what: (Effect & { readonly type: 'send' })['what'],
  message: SipMessage | undefined,
): TransactionOutput {
  const { side, flow, request } = transaction
  // A response may have another Call-ID than the request that it is matched to.
  const callId = (side === 'client' ? request : message)?.headers.callId
  return { type: 'send', bytes: bytesOf(transaction, what, message), flow, callId }
}

function bytesOf(
  transaction: ClientTransaction | ServerTransaction,
  what: (Effect & { readonly type: 'send' })['what'],
  message: SipMessage | undefined,
): Uint8Array {
  if (transaction.side === 'client') {
    const bytes = what === 'ack' ? transaction.ack : transaction.bytes
    assert(
      bytes !== undefined,
      'a request is sent before its final response, an ACK is made before it is sent',
    )
    return bytes
  }
  const { request } = transaction
  if (what === 'trying' && request !== undefined) transaction.last = writeMessage(newResponse(request, 100))
  else if (what === 'new' && message !== undefined) transaction.last = writeMessage(message)
  assert(transaction.last !== undefined, 'a response is given before it is sent again')
  return transaction.last
}

function localAddress(flow: Flow): string {
  const address = toldAddress(flow)
  const { port } = flow.local
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
