// One call of a simulated phone, as caller or callee: its dialog, its descriptions, and what it saw.
import { randomId } from '@rufwerk/core'
import {
  type Direction,
  makeAnswer,
  makeOffer,
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
import { mayUpdate, receiveProvisional, reliability } from '@rufwerk/sip/session'
import { habitHeaders, PhoneSession } from './phone-habits.ts'
import { type CallOptions, codecsOf, sdpBody, streamOf } from './phone-media.ts'
import { ReliableRinging } from './phone-reliable.ts'
import type { SimulatedPhone } from './simulated-phone.ts'

const FIRST_RTP_PORT = 1000

/** Not known any more once the session is over (RFC 3261 §12.2.2); a REFER may still be told of. */
const ABOUT_SESSION: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'INFO', 'PRACK'])

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
  /** What was dialled where the server called this phone. */
  calledAs: string | undefined
  local: SessionDescription | undefined
  remote: SessionDescription | undefined
  remoteText = ''
  /** The server's ACK to our 200 has come. */
  isAcknowledged = false
  options: CallOptions
  /** We gave a 2xx and no ACK came for 64*T1. */
  isUnacknowledged = false
  /** The server had promised to refresh the session, and did not. */
  isPeerLate = false
  /** One more before a re-INVITE: that restarts ICE, when the phone is a browser. */
  restarts = 0
  readonly session: PhoneSession
  /** Where this call's sound goes to at the phone: no two calls share it. */
  readonly rtpPort: number
  #usage: InviteUsage = newInviteUsage(true)
  #transaction: TransactionId | undefined
  readonly #reInvites: TransactionId[] = []
  readonly #timers = new Map<string, Disposable>()
  #lastAck: SipRequest | undefined
  #lastGiven: SipResponse | undefined
  #sender: ReliableRinging | undefined
  #direction: Direction = 'sendrecv'
  #rseq: number | undefined // Of the last 1xx that got its PRACK.
  #hasAnsweredByPrack = false

  constructor(phone: SimulatedPhone, options: CallOptions) {
    this.phone = phone
    this.options = options
    this.session = new PhoneSession({
      habits: phone.habits,
      now: phone.options.clock.now,
      arm: (delay, callback) => phone.arm(delay, callback),
      refresh: () => this.#refresh(),
      end: (isPeerLate) => this.#expired(isPeerLate),
    })
    this.rtpPort = phone.options.at.port + FIRST_RTP_PORT + 2 * phone.calls.length
  }

  /** Names this call's peer connection when the phone is a browser. */
  get ufrag(): string {
    return `phone${this.phone.options.at.address.replaceAll('.', '')}${this.rtpPort}r${this.restarts}`
  }

  isInvite(transaction: TransactionId): boolean {
    return transaction === this.#transaction
  }

  invite(target: string): void {
    const { options, phone } = this
    const content = options.hasOffer === false ? undefined : (options.body ?? this.#offer('sendrecv'))
    const request = newRequest({
      ...phone.parts('INVITE', target),
      headers: [...this.#offering(), ...(options.headers ?? [])],
      ...sdpBody(content),
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
    this.calledAs = request.uri.user
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
    const isWanted = this.lastInvite !== undefined && reliability(this.lastInvite) !== 'never'
    const isReliable = isWanted && this.phone.habits.reliable !== undefined
    if (content === undefined || !isReliable) {
      this.#respond(status, content, headers)
      return
    }
    if (this.#sender !== undefined) return
    this.#sender = new ReliableRinging(this.phone, this.#transaction, {
      give: (given, hasSdp) => this.#give(given, hasSdp),
      onPrack: (hasSdp) => this.#step({ type: 'prackReceived', hasSdp }),
      giveUp: () => this.reject(504),
    })
    const response = this.#response(status, content, headers)
    this.#sender.step({ type: 'provisional', response, hasSdp: true })
  }

  answer(options: CallOptions = this.options): void {
    if (this.state !== 'ringing' || this.#sender?.isAnswering) return
    this.options = options
    const content = options.body ?? this.#answer('sendrecv')
    if (this.#sender !== undefined) {
      this.#sender.step({ type: 'final', response: this.#response(200, content, this.#answerHeaders()) })
      return
    }
    this.state = 'talking'
    this.#respond(200, content, this.#answerHeaders())
  }

  /** The last response once more, as when its ACK was lost. */
  repeatAnswer(): void {
    if (this.#transaction !== undefined && this.#lastGiven !== undefined)
      this.phone.respond(this.#transaction, this.#lastGiven)
  }

  reject(status: number, headers: CallOptions['headers'] = []): void {
    if (this.state !== 'ringing') return
    this.state = 'ended'
    this.#sender?.step({ type: 'ended' })
    this.session.stop()
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

  get mayUpdate(): boolean {
    return this.state === 'talking' && this.phone.habits.hasUpdate === true && mayUpdate(this.#usage, true)
  }

  /** An UPDATE with our direction (RFC 3311). */
  update(direction: Direction): void {
    this.#step({ type: 'updateSent', hasOffer: true })
    this.#sendUpdate({ type: 'application/sdp', content: this.#offer(direction) })
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
    if (request.method === 'PRACK' && this.#sender !== undefined) {
      this.#sender.step({ type: 'prackReceived', prack: request }, transaction)
      return
    }
    const isOver = this.state === 'ended' && ABOUT_SESSION.has(request.method)
    const answer = isOver ? { status: 481 } : this.answerTo(request)
    if (answer === undefined) return
    const content = request.method === 'INVITE' && answer.status === 200 ? this.#reAnswer(request) : undefined
    const isRefresh = answer.status === 200 && (request.method === 'INVITE' || request.method === 'UPDATE')
    const session = isRefresh ? this.session.answer(request) : []
    const headers = [['Contact', this.phone.contact] as const, ...session, ...(answer.headers ?? [])]
    this.phone.respond(transaction, newResponse(request, answer.status, { headers, ...sdpBody(content) }))
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
    const { dialog, request } = nextRequest(this.dialog, 'INVITE', { headers: this.#offering(), ...parts })
    this.dialog = dialog
    this.#step({ type: 'inviteSent', seq: dialog.localSeq, hasOffer: parts.body !== undefined })
    const reInvite = this.phone.send(request, (response) => {
      if (response === undefined || response.status >= 200) this.answers.push(response?.status ?? -1)
      if (response === undefined) return
      if (response.status < 300) this.#readSdp(response)
      if (response.status >= 200 && response.status < 300 && this.state === 'talking')
        this.session.taken(response)
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
      if (this.phone.habits.reliable !== undefined) this.#prack(response, sent)
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
      this.session.taken(response)
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
      const isOwed = this.options.hasOffer === false && !this.#hasAnsweredByPrack && this.remote !== undefined
      const content = isOwed ? (this.options.body ?? this.#answer('sendrecv')) : undefined
      this.#lastAck = nextRequest(this.dialog, 'ACK', { seq, ...sdpBody(content) }).request
    }
    this.phone.ack(this.#lastAck)
  }

  #disarm(timer: string): void {
    this.#timers.get(timer)?.[Symbol.dispose]()
    this.#timers.delete(timer)
  }

  #stop(): void {
    for (const timer of [...this.#timers.keys()]) this.#disarm(timer)
    this.session.stop()
  }

  #expired(isPeerLate: boolean): void {
    this.isPeerLate ||= isPeerLate && this.state === 'talking'
    this.hangUp()
  }

  /** What each INVITE and UPDATE of the phone says of it. */
  #offering(): NonNullable<CallOptions['headers']> {
    const { contact, habits } = this.phone
    return [['Contact', contact], ...habitHeaders(habits), ...this.session.offer()]
  }

  #answerHeaders(): NonNullable<CallOptions['headers']> {
    const { lastInvite, phone, options } = this
    const session = lastInvite === undefined ? [] : this.session.answer(lastInvite)
    const allow = habitHeaders(phone.habits).filter(([name]) => name !== 'Require')
    return [...allow, ...session, ...(options.headers ?? [])]
  }

  /** RFC 4028 §7.4: by UPDATE without offer, or with the session as it is. */
  #refresh(): void {
    if (this.state !== 'talking') return
    if (this.phone.habits.hasUpdate && mayUpdate(this.#usage, false)) {
      this.#step({ type: 'updateSent', hasOffer: false })
      this.#sendUpdate()
    } else if (this.mayReInvite) this.reInvite(this.#direction)
    else this.session.refreshFailed()
  }

  #sendUpdate(body?: { readonly type: string; readonly content: string }): void {
    if (this.dialog === undefined) throw new Error('no dialog yet')
    const next = nextRequest(this.dialog, 'UPDATE', {
      headers: this.#offering().filter(([name]) => name !== 'Require'),
      ...(body ? { body } : {}),
    })
    this.dialog = next.dialog
    this.phone.send(next.request, (response) => {
      const status = response?.status ?? -1
      if (status >= 0 && status < 200) return
      this.answers.push(status)
      if (this.state !== 'talking') return
      this.#step({ type: 'updateAnswered', status: status < 0 ? 408 : status })
      if (response === undefined || status >= 300) this.session.refreshFailed()
      else {
        this.#readSdp(response)
        this.session.taken(response)
      }
    })
  }

  /** RFC 3262 §4; with the answer where the 1xx brought the offer (§5). */
  #prack(response: SipResponse, sent: SipRequest): void {
    const receipt = receiveProvisional(response, this.#rseq)
    if (receipt.type !== 'acknowledge' || this.state !== 'calling') return
    this.#rseq = receipt.rseq
    if (this.dialog === undefined) {
      const made = dialogFromResponse(sent, response)
      if (!made.ok) throw new Error(`the server's 1xx makes no dialog: ${made.error}`)
      this.dialog = made.value
    }
    const isOwed = sent.body.length === 0 && response.body.length > 0 && !this.#hasAnsweredByPrack
    if (isOwed) this.#hasAnsweredByPrack = true
    const content = isOwed ? (this.options.body ?? this.#answer('sendrecv')) : undefined
    this.request('PRACK', { headers: [['RAck', receipt.rack]], ...sdpBody(content) })
  }

  #give(response: SipResponse, hasSdp: boolean): void {
    if (response.status >= 200) this.state = 'talking'
    this.#step({ type: 'respond', response, hasSdp, isReliable: response.status < 200 })
  }

  #respond(status: number, content?: string, headers: CallOptions['headers'] = []): void {
    const hasSdp = content !== undefined
    this.#step({ type: 'respond', response: this.#response(status, content, headers), hasSdp })
  }

  #response(status: number, content?: string, headers: CallOptions['headers'] = []): SipResponse {
    const { lastInvite, dialog, phone } = this
    if (lastInvite === undefined || dialog === undefined) throw new Error('nobody called')
    return newResponse(lastInvite, status, {
      toTag: dialog.localTag,
      headers: [['Contact', phone.contact], ...headers],
      ...sdpBody(content),
    })
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

  #offer(direction: Direction): string {
    this.#direction = direction
    const dtmf = this.options.hasDtmf === false ? [] : OUR_DTMF
    this.local = makeOffer({ ...streamOf(this, direction), codecs: codecsOf(this), dtmf })
    return writeSdp(this.local)
  }

  #answer(direction: Direction): string {
    if (this.remote === undefined) throw new Error('no offer to answer')
    const answer = makeAnswer({
      ...streamOf(this, direction),
      offer: this.remote,
      codecs: codecsOf(this),
      acceptsDtmf: this.options.hasDtmf !== false,
    })
    if (!answer.ok) throw new Error(`the phone cannot answer: ${answer.error.code}`)
    this.local = answer.value.description
    return writeSdp(answer.value.description)
  }
}
