// A phone that does what its test says: registers, calls, is called, and remembers everything. Built on the
// doors of @rufwerk/sip and @rufwerk/sdp, with its own transactions and dialogs.
import { type Flow, ms, randomId, type SocketAddress } from '@rufwerk/core'
import type { SrtpMode } from '@rufwerk/sdp/crypto'
import {
  answerChallenge,
  dialogKey,
  newRequest,
  newResponse,
  parseMessage,
  parseUri,
  type SipRequest,
  type SipResponse,
  type TransactionId,
  TransactionLayer,
  type TransactionOutput,
  writeMessage,
  writeUri,
} from '@rufwerk/sip'
import type { Host, SeededNetwork } from './network.ts'
import type { PhoneHabits } from './phone-habits.ts'
import type { CallOptions } from './phone-media.ts'
import type { SeededRandom } from './random.ts'
import { SimulatedCall } from './simulated-call.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface PhoneOptions {
  readonly clock: VirtualClock
  readonly network: SeededNetwork
  readonly random: SeededRandom
  readonly at: SocketAddress
  readonly server: SocketAddress
  readonly user: string
  readonly password: string
  /** A browser: its flow is a WebSocket that the server knows as this device, its media WebRTC. */
  readonly device?: string
  readonly transport?: 'udp' | 'tcp' | 'tls'
  readonly habits?: PhoneHabits
  /** SRTP under keys of the descriptions; off unless told. */
  readonly srtp?: SrtpMode
}

/** Hears the responses to one request; the last one is final. Undefined: none came. */
export type OnResponse = (response: SipResponse | undefined, sent: SipRequest) => void

export interface NotifyAnswer {
  readonly status: number
  readonly headers?: readonly (readonly [string, string])[]
  /** So much later; at once unless told. */
  readonly afterMs?: number
}

export class SimulatedPhone implements Host {
  readonly options: PhoneOptions
  flow: Flow
  /** Every call this phone made or got, oldest first. */
  readonly calls: SimulatedCall[] = []
  /** What happens to a call that comes in; rings and answers at once unless set. */
  onCall: (call: SimulatedCall) => void = (call) => {
    call.ring()
    call.answer()
  }
  /** A NOTIFY outside its calls came: how it is answered; with undefined not at all. */
  onNotify: (request: SipRequest) => NotifyAnswer | undefined = () => ({ status: 481 })
  /** Any other request outside its calls came, as to a registrar. */
  onRequest: (request: SipRequest) => NotifyAnswer = () => ({ status: 481 })
  /** The connection was closed by the other side, or cut. */
  onDisconnected: () => void = () => undefined
  /** Status of the last REGISTER; 0 while it has none, -1 when it timed out. */
  registered = 0
  lastRegister: SipResponse | undefined
  /** OPTIONS, and the status they are answered with. */
  optionsReceived = 0
  optionsStatus = 200
  readonly contact: string
  readonly #layer: TransactionLayer
  readonly #timers = new Map<number, Disposable>()
  readonly #users = new Map<TransactionId, { onResponse: OnResponse; sent: SipRequest }>()
  readonly #registerCallId: string
  #seq = 1

  constructor(options: PhoneOptions) {
    this.options = options
    const { network, at, random, user, device } = options
    this.#layer = new TransactionLayer({ randomBytes: random.bytes })
    this.#registerCallId = randomId(random.bytes)
    network.attach(at, this)
    this.flow = this.#openFlow()
    const host = device === undefined ? `${at.address}:${at.port}` : 'browser.invalid'
    const { instance } = this.habits
    const flowOf = instance === undefined ? '' : `;+sip.instance="<${instance}>";reg-id=1`
    this.contact = `<sip:${user}@${host}${device === undefined ? '' : ';transport=ws'}>${flowOf}`
  }

  get habits(): PhoneHabits {
    return this.options.habits ?? {}
  }

  /** Its connection is gone; what waited for an answer on it has failed. */
  onFlowClosed(flow: Flow): void {
    this.#perform(this.#layer.transportFailed(flow))
    if (flow.id === this.flow.id) this.onDisconnected()
  }

  /** Opens a new connection; for UDP there is none to open. */
  reconnect(): void {
    this.flow = this.#openFlow()
  }

  onMessage(flow: Flow, bytes: Uint8Array): void {
    if (isKeepAlive(bytes)) return
    const parsed = parseMessage(bytes)
    if (!parsed.ok) throw new Error(`the server sent rubbish: ${parsed.error.code}`)
    const message = parsed.value
    if (message.kind === 'request' && message.method === 'OPTIONS') this.#answerOptions(message, flow)
    else this.#perform(this.#layer.receive(message, flow))
  }

  register(expiresS = 600, headers: readonly (readonly [string, string])[] = []): void {
    this.registered = 0
    this.#seq += 1
    const outbound = this.habits.instance === undefined ? [] : [['Supported', 'outbound, path'] as const]
    const request = newRequest({
      ...this.parts('REGISTER', this.options.user),
      callId: this.#registerCallId,
      seq: this.#seq,
      headers: [['Contact', this.contact], ['Expires', String(expiresS)], ...outbound, ...headers],
    })
    this.sendWithCredentials(request, (response) => {
      this.registered = response?.status ?? -1
      this.lastRegister = response
    })
  }

  dial(target: string, options: CallOptions = {}): SimulatedCall {
    const call = new SimulatedCall(this, options)
    this.calls.push(call)
    call.invite(target)
    return call
  }

  /** What a request of ours starts with. */
  parts(method: string, target: string) {
    const { user, server, random } = this.options
    const uri = parseUri(`sip:${target}@${server.address}:${server.port}`)
    if (!uri.ok) throw new Error(`not a user part: ${target}`)
    const own = `sip:${user}@${server.address}`
    const tag = randomId(random.bytes).slice(0, 8)
    const to = method === 'REGISTER' ? `<${own}>` : `<sip:${target}@${server.address}>`
    return {
      method,
      uri: uri.value,
      from: `<${own}>;tag=${tag}`,
      to,
      callId: randomId(random.bytes),
      seq: 1,
    }
  }

  /** Sends outside or inside a dialog; a second time with credentials when the server asks for them. */
  sendWithCredentials(request: SipRequest, onResponse: OnResponse, isSecond = false): TransactionId {
    return this.send(request, (response, sent) => {
      const challenge = response?.headers.get('www-authenticate')
      if (response?.status !== 401 || challenge === undefined || isSecond) {
        onResponse(response, sent)
        return
      }
      const { user, password, random } = this.options
      const { method } = request
      const uri = writeUri(request.uri)
      const cnonce = randomId(random.bytes).slice(0, 8)
      const credentials = answerChallenge(challenge, { user, password, method, uri, cnonce })
      if (credentials === undefined) throw new Error(`a challenge that cannot be met: ${challenge}`)
      const again = { ...request, headers: request.headers.clone() }
      again.headers.set('CSeq', `${request.headers.cseq.seq + 1} ${method}`)
      again.headers.set('Authorization', credentials)
      if (method === 'REGISTER') this.#seq += 1
      const transaction = this.sendWithCredentials(again, onResponse, true)
      for (const call of this.calls) call.retried(request, transaction)
    })
  }

  send(request: SipRequest, onResponse: OnResponse): TransactionId {
    const { transaction, out } = this.#layer.request(request, this.flow)
    this.#users.set(transaction, { onResponse, sent: request })
    this.#perform(out)
    return transaction
  }

  respond(transaction: TransactionId, response: SipResponse): void {
    this.#perform(this.#layer.respond(transaction, response))
  }

  cancel(transaction: TransactionId): void {
    this.#perform(this.#layer.cancel(transaction))
  }

  ack(request: SipRequest): void {
    this.#perform(this.#layer.sendAck(request, this.flow))
  }

  sendRaw(bytes: Uint8Array | string): void {
    this.options.network.send(this.flow, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  }

  arm(delayMs: number, callback: () => void): Disposable {
    return this.options.clock.arm(ms(delayMs), callback)
  }

  /** Transactions and timers alive; zero when the phone is at rest. */
  size(): number {
    return this.#layer.size() + this.#timers.size + this.#users.size
  }

  /** Without a transaction (RFC 3261 §8.2.7). */
  #answerOptions(request: SipRequest, flow: Flow): void {
    this.optionsReceived += 1
    this.options.network.send(flow, writeMessage(newResponse(request, this.optionsStatus, { toTag: 'none' })))
  }

  #openFlow(): Flow {
    const { network, at, server, device, transport } = this.options
    if (device !== undefined) return network.connect('ws', at, server, device)
    return transport === 'tcp' || transport === 'tls'
      ? network.connect(transport, at, server)
      : network.flow(at, server)
  }

  #perform(outputs: readonly TransactionOutput[]): void {
    for (const output of outputs) this.#performOne(output)
  }

  #performOne(output: TransactionOutput): void {
    switch (output.type) {
      case 'send':
        this.options.network.send(output.flow, output.bytes)
        break
      case 'arm':
        this.#timers.get(output.key)?.[Symbol.dispose]()
        this.#timers.set(
          output.key,
          this.options.clock.arm(output.after, () => {
            this.#timers.delete(output.key)
            this.#perform(this.#layer.timer(output.key))
          }),
        )
        break
      case 'disarm':
        this.#timers.get(output.key)?.[Symbol.dispose]()
        this.#timers.delete(output.key)
        break
      case 'request':
        this.#received(output.transaction, output.request)
        break
      case 'ack':
        this.#callOf(output.request)?.acknowledged(output.request)
        break
      case 'cancelled':
        this.calls.find((call) => call.isInvite(output.transaction))?.cancelled()
        break
      case 'response': {
        const user = this.#users.get(output.transaction)
        user?.onResponse(output.response, user.sent)
        break
      }
      case 'failed': {
        const user = this.#users.get(output.transaction)
        user?.onResponse(undefined, user.sent)
        break
      }
      case 'terminated':
        this.#users.delete(output.transaction)
        break
      case 'dropped':
        break
    }
  }

  #received(transaction: TransactionId, request: SipRequest): void {
    const known = this.#callOf(request)
    if (known !== undefined) known.received(transaction, request)
    else if (request.method === 'INVITE' && request.headers.toTag === undefined) {
      const call = new SimulatedCall(this, {})
      this.calls.push(call)
      call.invited(transaction, request)
      this.onCall(call)
    } else if (request.method === 'NOTIFY') {
      const answer = this.onNotify(request)
      if (answer === undefined) return
      const { status, afterMs = 0 } = answer
      this.arm(afterMs, () => this.respond(transaction, newResponse(request, status, answer)))
    } else {
      const { status, headers = [] } = this.onRequest(request)
      this.respond(transaction, newResponse(request, status, { toTag: 'none', headers }))
    }
  }

  #callOf(request: SipRequest): SimulatedCall | undefined {
    const key = dialogKey(request)
    return this.calls.find((call) => call.dialog !== undefined && dialogKey(call.dialog) === key)
  }
}

/** RFC 5626 §3.5.1: empty lines. */
function isKeepAlive(bytes: Uint8Array): boolean {
  return bytes.length === 4 && Buffer.from(bytes).toString('latin1') === '\r\n\r\n'
}
