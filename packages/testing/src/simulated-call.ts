// One call of a simulated phone, as caller or callee: its dialog, its descriptions, and what it saw.
import { randomId } from '@rufwerk/core'
import {
  type Codec,
  type Direction,
  makeAnswer,
  makeOffer,
  OUR_CODECS,
  OUR_DTMF,
  parseSdp,
  type SessionDescription,
  writeSdp,
} from '@rufwerk/sdp'
import {
  type Dialog,
  dialogAfterResponse,
  dialogFromRequest,
  dialogFromResponse,
  type InviteUsage,
  mayInvite,
  newInviteUsage,
  newRequest,
  newResponse,
  nextRequest,
  receiveInDialog,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  stepInvite,
  type TransactionId,
} from '@rufwerk/sip'
import { FAKE_ICE } from './fake-media.ts'
import type { SimulatedPhone } from './simulated-phone.ts'

export interface CallOptions {
  readonly codecs?: readonly Codec['name'][]
  /** False: no telephone-event. */
  readonly hasDtmf?: boolean
  /** False: the INVITE carries no offer, the ACK will carry the answer. */
  readonly hasOffer?: boolean
  readonly headers?: readonly (readonly [string, string])[]
  /** Instead of the description that the phone would write. */
  readonly body?: string
}

const FIRST_RTP_PORT = 1000

export class SimulatedCall {
  readonly phone: SimulatedPhone
  state: 'calling' | 'ringing' | 'talking' | 'ended' = 'calling'
  /** Statuses of the responses to our INVITE, as they came. */
  readonly statuses: number[] = []
  /** Statuses of the responses to our requests inside the dialog. */
  readonly answers: number[] = []
  /** Methods of the server's requests inside the dialog. */
  readonly requests: string[] = []
  readonly infos: string[] = []
  /** The requests themselves. */
  readonly inside: SipRequest[] = []
  /** What a request of the server inside the dialog gets; undefined: nothing. */
  answerTo: (
    request: SipRequest,
  ) => { readonly status: number; readonly headers?: CallOptions['headers'] } | undefined = () => ({
    status: 200,
  })
  dialog: Dialog | undefined
  lastResponse: SipResponse | undefined
  lastInvite: SipRequest | undefined
  local: SessionDescription | undefined
  remote: SessionDescription | undefined
  remoteText = ''
  /** The server's ACK to our 200 has come. */
  isAcknowledged = false
  options: CallOptions
  /** We gave a 2xx and no ACK came for 64*T1. */
  isUnacknowledged = false
  /** Where this call's sound goes to at the phone: no two calls share it. */
  readonly rtpPort: number
  #usage: InviteUsage = newInviteUsage(true)
  #transaction: TransactionId | undefined
  readonly #reInvites: TransactionId[] = []
  readonly #timers = new Map<string, Disposable>()
  #lastAck: SipRequest | undefined
  #lastGiven: SipResponse | undefined

  constructor(phone: SimulatedPhone, options: CallOptions) {
    this.phone = phone
    this.options = options
    this.rtpPort = phone.options.at.port + FIRST_RTP_PORT + 2 * phone.calls.length
  }

  /** Names this call's peer connection when the phone is a browser. */
  get ufrag(): string {
    return `phone${this.phone.options.at.address.replaceAll('.', '')}${this.rtpPort}`
  }

  isInvite(transaction: TransactionId): boolean {
    return transaction === this.#transaction
  }

  invite(target: string): void {
    const { options, phone } = this
    const content = options.body ?? (options.hasOffer === false ? undefined : this.#offer('sendrecv'))
    const request = newRequest({
      ...phone.parts('INVITE', target),
      headers: [['Contact', phone.contact], ...(options.headers ?? [])],
      ...(content === undefined ? {} : { body: { type: 'application/sdp', content } }),
    })
    this.lastInvite = request
    this.#transaction = phone.sendWithCredentials(request, (response, sent) =>
      this.#responded(response, sent),
    )
  }

  /** The INVITE was sent again with credentials. */
  retried(first: SipRequest, transaction: TransactionId): void {
    if (first === this.lastInvite) this.#transaction = transaction
  }

  cancel(): void {
    if (this.#transaction !== undefined) this.phone.cancel(this.#transaction)
  }

  invited(transaction: TransactionId, request: SipRequest): void {
    this.#usage = newInviteUsage(false)
    this.#transaction = transaction
    this.lastInvite = request
    this.state = 'ringing'
    this.#readSdp(request)
    const tag = randomId(this.phone.options.random.bytes).slice(0, 8)
    const dialog = dialogFromRequest(request, tag, 'early')
    if (!dialog.ok) throw new Error(`the server's INVITE makes no dialog: ${dialog.error}`)
    this.dialog = dialog.value
    const hasOffer = request.body.length > 0
    this.#step({ type: 'inviteReceived', seq: request.headers.cseq.seq, hasOffer })
  }

  /** 180, or with `status` 183 and a description early sound. */
  ring(status: 180 | 183 = 180, headers: CallOptions['headers'] = []): void {
    const content = status === 183 ? this.#answer('sendrecv') : undefined
    this.#respond(status, content, headers)
  }

  answer(options: CallOptions = this.options): void {
    if (this.state !== 'ringing') return
    this.options = options
    const content = options.body ?? this.#answer('sendrecv')
    this.state = 'talking'
    this.#respond(200, content, options.headers)
  }

  /** The last response once more, as when its ACK was lost. */
  repeatAnswer(): void {
    if (this.#transaction !== undefined && this.#lastGiven !== undefined)
      this.phone.respond(this.#transaction, this.#lastGiven)
  }

  reject(status: number, headers: CallOptions['headers'] = []): void {
    if (this.state !== 'ringing') return
    this.state = 'ended'
    this.#respond(status, undefined, headers)
  }

  cancelled(): void {
    if (this.state === 'ringing') this.reject(487)
  }

  hangUp(): void {
    if (this.state !== 'talking') return
    this.state = 'ended'
    this.#stop()
    this.request('BYE')
  }

  /** No INVITE and no offer of either side is open (RFC 3261 §14.1). */
  get mayReInvite(): boolean {
    return this.state === 'talking' && mayInvite(this.#usage)
  }

  /** A re-INVITE with our direction; `body` replaces the description. */
  reInvite(direction: Direction, body?: string): void {
    const content = body ?? this.#offer(direction)
    this.#sendReInvite({ body: { type: 'application/sdp', content } })
  }

  /** Waits no longer for the answers to our re-INVITEs. */
  cancelReInvites(): void {
    for (const reInvite of this.#reInvites) this.phone.cancel(reInvite)
  }

  reInviteWithoutOffer(): void {
    this.#sendReInvite({})
  }

  info(type: string, content: string): void {
    this.request('INFO', { body: { type, content } })
  }

  request(method: string, parts: Parameters<typeof nextRequest>[2] = {}): void {
    if (this.dialog === undefined) throw new Error('no dialog yet')
    const next = nextRequest(this.dialog, method, parts)
    this.dialog = next.dialog
    this.phone.send(next.request, (response) => this.answers.push(response?.status ?? -1))
  }

  /** A request of the server inside our dialog. */
  received(transaction: TransactionId, request: SipRequest): void {
    this.requests.push(request.method)
    if (this.dialog !== undefined) {
      const next = receiveInDialog(this.dialog, request)
      if (next.ok) this.dialog = next.value
    }
    this.inside.push(request)
    const answer = this.answerTo(request)
    if (answer === undefined) return
    const content = request.method === 'INVITE' && answer.status === 200 ? this.#reAnswer(request) : undefined
    const body = content === undefined ? {} : { body: { type: 'application/sdp', content } }
    const headers = [['Contact', this.phone.contact] as const, ...(answer.headers ?? [])]
    this.phone.respond(transaction, newResponse(request, answer.status, { headers, ...body }))
    if (request.method === 'INFO') this.infos.push(Buffer.from(request.body).toString())
    if (request.method !== 'BYE') return
    this.state = 'ended'
    this.#stop()
  }

  acknowledged(request: SipRequest): void {
    this.isAcknowledged = true
    const hasSdp = request.body.length > 0
    this.#step({ type: 'ackReceived', seq: request.headers.cseq.seq, hasSdp })
  }

  #sendReInvite(parts: { body?: { type: string; content: string } }): void {
    if (this.dialog === undefined) throw new Error('no dialog yet')
    const headers = [['Contact', this.phone.contact] as const]
    const { dialog, request } = nextRequest(this.dialog, 'INVITE', { headers, ...parts })
    this.dialog = dialog
    this.#step({ type: 'inviteSent', seq: dialog.localSeq, hasOffer: parts.body !== undefined })
    const reInvite = this.phone.send(request, (response) => {
      if (response === undefined || response.status >= 200) this.answers.push(response?.status ?? -1)
      if (response === undefined) return
      if (response.status < 300) this.#readSdp(response)
      this.#noteResponse(response)
    })
    this.#reInvites.push(reInvite)
  }

  #responded(response: SipResponse | undefined, sent: SipRequest): void {
    if (response === undefined) {
      this.statuses.push(-1)
      this.state = 'ended'
      return
    }
    const { status } = response
    this.lastResponse = response
    const isRepeated = this.state === 'talking' && status < 300
    if (!isRepeated) this.statuses.push(status)
    if (status < 200) {
      if (response.body.length > 0) this.#readSdp(response)
      return
    }
    if (status >= 300) {
      this.state = 'ended'
      return
    }
    if (this.state === 'ended' && this.statuses.includes(200)) {
      if (this.#lastAck !== undefined) this.phone.ack(this.#lastAck) // RFC 3261 §13.2.2.4.
      return
    }
    const dialog = dialogFromResponse(sent, response)
    if (!dialog.ok) throw new Error(`the server's 200 makes no dialog: ${dialog.error}`)
    if (!isRepeated) {
      const early = this.dialog
      const isKnown = early?.remoteTag === dialog.value.remoteTag
      this.dialog = isKnown ? dialogAfterResponse(early, response) : dialog.value
      this.state = 'talking'
      this.#readSdp(response)
      this.#step({ type: 'inviteSent', seq: sent.headers.cseq.seq, hasOffer: sent.body.length > 0 })
    }
    this.#noteResponse(response)
  }

  #noteResponse(response: SipResponse): void {
    const { status, headers } = response
    const hasSdp = response.body.length > 0
    this.#step({ type: 'responseReceived', seq: headers.cseq.seq, status, hasSdp })
  }

  #step(input: Parameters<typeof stepInvite>[1]): void {
    const { usage, out } = stepInvite(this.#usage, input, 0.5)
    this.#usage = usage
    for (const output of out) {
      if (output.type === 'acknowledge') this.#acknowledge(output.seq)
      else if (output.type === 'respond' && this.#transaction !== undefined) {
        this.#lastGiven = output.response
        this.phone.respond(this.#transaction, output.response)
      } else if (output.type === 'disarm') this.#disarm(output.timer)
      else if (output.type === 'arm') {
        this.#disarm(output.timer)
        const timer = this.phone.arm(output.after, () => this.#step({ type: 'timer', timer: output.timer }))
        this.#timers.set(output.timer, timer)
      } else if (output.type === 'bye') {
        this.isUnacknowledged ||= output.why === 'no-ack'
        this.hangUp()
      }
    }
  }

  #acknowledge(seq: number): void {
    if (this.dialog === undefined) return
    if (this.#lastAck?.headers.cseq.seq !== seq) {
      const isAnswerOwed = this.options.hasOffer === false && this.remote !== undefined
      const body = isAnswerOwed ? { type: 'application/sdp', content: this.#answer('sendrecv') } : undefined
      this.#lastAck = nextRequest(this.dialog, 'ACK', { seq, ...(body ? { body } : {}) }).request
    }
    this.phone.ack(this.#lastAck)
  }

  #disarm(timer: string): void {
    this.#timers.get(timer)?.[Symbol.dispose]()
    this.#timers.delete(timer)
  }

  #stop(): void {
    for (const timer of [...this.#timers.keys()]) this.#disarm(timer)
  }

  #respond(status: number, content?: string, headers: CallOptions['headers'] = []): void {
    const { lastInvite, dialog, phone } = this
    if (lastInvite === undefined || dialog === undefined) throw new Error('nobody called')
    const response = newResponse(lastInvite, status, {
      toTag: dialog.localTag,
      headers: [['Contact', phone.contact], ...headers],
      ...(content === undefined ? {} : { body: { type: 'application/sdp', content } }),
    })
    this.#step({ type: 'respond', response, hasSdp: content !== undefined })
  }

  #reAnswer(request: SipRequest): string {
    this.#readSdp(request)
    return this.#answer('sendrecv')
  }

  #readSdp(message: SipMessage): void {
    if (message.body.length === 0) return
    this.remoteText = Buffer.from(message.body).toString()
    const parsed = parseSdp(this.remoteText)
    if (!parsed.ok) throw new Error(`the server's description: ${parsed.error.code}`)
    this.remote = parsed.value
  }

  #codecs(): Codec[] {
    const names = this.options.codecs ?? (this.phone.options.device ? ['opus', 'PCMA'] : ['PCMA', 'PCMU'])
    return names.map((name) => OUR_CODECS[name as Codec['name']])
  }

  #stream(direction: Direction) {
    const { at, device } = this.phone.options
    const rtp = { address: at.address, port: this.rtpPort }
    const { srtp: mode, random } = this.phone.options
    const secured = mode === undefined ? {} : { srtp: { mode, randomBytes: random.bytes } }
    const plain = { type: 'rtp', rtp, rtcpPort: rtp.port + 1, ...secured } as const
    const session = this.local ? { previous: this.local } : { sessionId: '1', address: at.address }
    const ice = { ...FAKE_ICE, ufrag: this.ufrag }
    const transport = device === undefined ? plain : ({ type: 'webrtc', ice } as const)
    return { transport, direction, ssrc: at.port, cname: `phone-${at.port}`, session }
  }

  #offer(direction: Direction): string {
    const dtmf = this.options.hasDtmf === false ? [] : OUR_DTMF
    this.local = makeOffer({ ...this.#stream(direction), codecs: this.#codecs(), dtmf })
    return writeSdp(this.local)
  }

  #answer(direction: Direction): string {
    if (this.remote === undefined) throw new Error('no offer to answer')
    const answer = makeAnswer({
      ...this.#stream(direction),
      offer: this.remote,
      codecs: this.#codecs(),
      acceptsDtmf: this.options.hasDtmf !== false,
    })
    if (!answer.ok) throw new Error(`the phone cannot answer: ${answer.error.code}`)
    this.local = answer.value.description
    return writeSdp(answer.value.description)
  }
}
