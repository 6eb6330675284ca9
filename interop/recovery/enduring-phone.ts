// A phone of our own that goes on when the server does not: registers over UDP, TCP or TLS and connects
// again by itself, calls, answers, follows re-INVITEs; its sound is in voice.ts. Light enough for hundreds of
// them. Knows nothing of the packages under test.
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext } from 'node:tls'
import { credentialsFor, header, mediaOf, plainSdp, readMessage } from '../support/raw-sip.ts'
import type { PhoneAccount } from '../support/server.ts'
import { sleep, until } from '../support/wait.ts'
import { clock } from './clock.ts'
import { Voice } from './voice.ts'

const ADDRESS = '127.0.0.1'
const RECONNECT_MS = 300
/** Over UDP a request is sent again after this, over a connection when that is there again. */
const AGAIN_MS = 500
const ANSWER_MS_MAX = 15_000
const REGISTER_SECONDS = 600

/** One for all phones and all their attempts: making one costs more than being refused. */
const SECURE_CONTEXT = createSecureContext()

export type DeskWay = 'udp' | 'tcp' | 'tls'

/** What changes about a phone without being asked for. */
export interface PhoneState {
  readonly isRegistered: boolean
  /** How often it registered, and when it did so last, in ms of clock(). */
  readonly registrations: number
  readonly registeredAt: number
  /** Its call was ended by the other side. */
  readonly hasEnded: boolean
  /** An INVITE rings that is not going to be answered; it was cancelled. */
  readonly isRung: boolean
  readonly isCancelled: boolean
}

export const UNREGISTERED: PhoneState = {
  isRegistered: false,
  registrations: 0,
  registeredAt: 0,
  hasEnded: false,
  isRung: false,
  isCancelled: false,
}

interface Dialog {
  readonly callId: string
  readonly from: string
  readonly to: string
  target: string
  seq: number
}

export class EnduringPhone {
  readonly voice: Voice
  readonly received: string[] = []
  /** Set to let calls ring until they are cancelled. */
  isRinging = false
  dialog: Dialog | undefined
  readonly way: DeskWay
  readonly #account: PhoneAccount
  readonly #onState: (state: PhoneState) => void
  #state = UNREGISTERED
  /** The INVITE that rings. */
  #invite: string | undefined
  #udp: UdpSocket | undefined
  #connection: Socket | undefined
  #buffer = ''
  #isClosed = false
  #seq = 1
  #version = 1
  readonly #registerId = randomBytes(8).toString('hex')

  private constructor(
    account: PhoneAccount,
    way: DeskWay,
    voice: Voice,
    onState: (state: PhoneState) => void,
  ) {
    this.#account = account
    this.way = way
    this.voice = voice
    this.#onState = onState
  }

  /** Registered when it resolves. `account.port` is that of the transport. */
  static async open(
    account: PhoneAccount,
    way: DeskWay,
    onState: (state: PhoneState) => void = () => undefined,
  ): Promise<EnduringPhone> {
    const phone = new EnduringPhone(account, way, await Voice.open(), onState)
    if (way === 'udp') {
      phone.#udp = await udpSocket()
      phone.#udp.on('message', (bytes) => phone.#take(bytes.toString('utf8')))
    } else await phone.#connect()
    await phone.register()
    return phone
  }

  async register(): Promise<void> {
    const { sipName, server, port } = this.#account
    const own = `<sip:${sipName}@${server}>`
    const request = (seq: number, more: readonly string[]) =>
      this.#exchange('REGISTER', `sip:${server}:${port}`, {
        ...{ callId: this.#registerId, from: `${own};tag=r`, to: own, seq },
        headers: [`Expires: ${REGISTER_SECONDS}`, ...more],
      })
    const text = await this.#withCredentials('REGISTER', `sip:${server}:${port}`, request)
    if (readMessage(Buffer.from(text)).status !== 200) throw new Error(`not registered:\n${text}`)
    const registrations = this.#state.registrations + 1
    this.#change({ isRegistered: true, registrations, registeredAt: clock() })
  }

  #change(some: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...some }
    this.#onState(this.#state)
  }

  /** The final status of the call; from an answer on it speaks. */
  async tryCall(number: string): Promise<number> {
    const { sipName, server, port } = this.#account
    const uri = `sip:${number}@${server}:${port}`
    const from = `<sip:${sipName}@${server}>;tag=${randomBytes(4).toString('hex')}`
    const callId = randomBytes(8).toString('hex')
    const request = (seq: number, headers: readonly string[]) =>
      this.#exchange('INVITE', uri, { callId, from, to: `<${uri}>`, seq, headers, body: this.#sdp() })
    const answered = await this.#withCredentials('INVITE', uri, request)
    const { status } = readMessage(Buffer.from(answered))
    if (status !== 200) return status
    const seq = Number(header(answered, 'CSeq')?.split(' ')[0])
    this.dialog = { callId, from, to: header(answered, 'To') ?? '', target: contactOf(answered), seq }
    this.#change({ hasEnded: false })
    this.#ack(seq)
    this.voice.speakTo(mediaOf(answered))
    return status
  }

  /** The direction that the answer gave. */
  async change(direction: 'sendonly' | 'sendrecv'): Promise<string> {
    const answered = await this.#within('INVITE', this.#sdp(direction))
    this.#ack(this.#dialogNow().seq)
    return /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(answered)?.[1] ?? 'sendrecv'
  }

  async hangUp(): Promise<number> {
    const answered = await this.#within('BYE')
    this.#end()
    return readMessage(Buffer.from(answered)).status
  }

  close(): void {
    this.#isClosed = true
    this.#end()
    this.#connection?.destroy()
    this.#udp?.close()
    this.voice.close()
  }

  #dialogNow(): Dialog {
    if (this.dialog === undefined) throw new Error('there is no call')
    return this.dialog
  }

  async #within(method: string, body = ''): Promise<string> {
    const dialog = this.#dialogNow()
    dialog.seq += 1
    const answered = await this.#exchange(method, dialog.target, { ...dialog, headers: [], body })
    const { status } = readMessage(Buffer.from(answered))
    if (status >= 300 && method !== 'BYE') throw new Error(`${method} was answered:\n${answered}`)
    return answered
  }

  async #withCredentials(
    method: string,
    uri: string,
    request: (seq: number, headers: readonly string[]) => Promise<string>,
  ): Promise<string> {
    this.#seq += 2
    const first = await request(this.#seq, [])
    const challenge = header(first, 'WWW-Authenticate')
    if (challenge === undefined) return first
    this.#seq += 1
    const credentials = credentialsFor(challenge, this.#account, method, uri)
    return request(this.#seq, [`Authorization: ${credentials}`])
  }

  async #exchange(method: string, uri: string, parts: Parts): Promise<string> {
    const branch = `z9hG4bK${randomBytes(8).toString('hex')}`
    const text = this.#write(method, uri, parts, branch)
    const before = this.received.length
    this.#send(text)
    let connection = this.#connection
    let sentAt = clock()
    const isFinal = (message: string) =>
      /^SIP\/2\.0 [2-6]/.test(message) &&
      message.includes(branch) &&
      (header(message, 'CSeq') ?? '').endsWith(method)
    const answered = await until(
      `a final response to ${method}`,
      () => {
        const isLate = this.way === 'udp' && clock() - sentAt > AGAIN_MS
        if (isLate || this.#connection !== connection) {
          connection = this.#connection
          sentAt = clock()
          this.#send(text)
        }
        return this.received.find((message, index) => index >= before && isFinal(message))
      },
      ANSWER_MS_MAX,
    )
    if (method === 'INVITE' && !/^SIP\/2\.0 2/.test(answered))
      this.#send(
        this.#write(
          'ACK',
          uri,
          { ...parts, to: header(answered, 'To') ?? '', body: '', headers: [] },
          branch,
        ),
      )
    return answered
  }

  #ack(seq: number): void {
    const dialog = this.#dialogNow()
    const branch = `z9hG4bK${randomBytes(8).toString('hex')}`
    this.#send(this.#write('ACK', dialog.target, { ...dialog, seq, headers: [] }, branch))
  }

  #write(method: string, uri: string, parts: Parts, branch: string): string {
    const { callId, from, to, seq, headers, body = '' } = parts
    const transport = this.way === 'udp' ? '' : `;transport=${this.way}`
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${this.way.toUpperCase()} ${ADDRESS}:${this.#port()};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: ${from}`,
      `To: ${to}`,
      `Call-ID: ${callId}`,
      `CSeq: ${seq} ${method}`,
      `Contact: <sip:${this.#account.sipName}@${ADDRESS}:${this.#port()}${transport}>`,
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    return `${lines.join('\r\n')}\r\n\r\n${body}`
  }

  #port(): number {
    return this.#udp?.address().port ?? this.#connection?.localPort ?? 5060
  }

  #send(text: string): void {
    const { server, port } = this.#account
    if (this.#udp !== undefined) this.#udp.send(text, port, server)
    else if (this.#connection?.writable) this.#connection.write(text)
  }

  async #connect(): Promise<void> {
    const { server: host, port } = this.#account
    while (!this.#isClosed) {
      const connection =
        this.way === 'tls'
          ? connectTls({ host, port, rejectUnauthorized: false, secureContext: SECURE_CONTEXT })
          : connectTcp({ host, port })
      const opened = Promise.withResolvers<boolean>()
      connection.once(this.way === 'tls' ? 'secureConnect' : 'connect', () => opened.resolve(true))
      connection.once('error', () => opened.resolve(false))
      if (await opened.promise) {
        this.#use(connection)
        return
      }
      connection.destroy()
      await sleep(RECONNECT_MS)
    }
  }

  #use(connection: Socket): void {
    this.#connection = connection
    this.#buffer = ''
    connection.on('data', (bytes) => this.#split(bytes.toString('utf8')))
    connection.on('error', () => undefined)
    connection.once('close', () => {
      if (this.#isClosed) return
      this.#change({ isRegistered: false })
      void this.#connect().then(() => (this.#isClosed ? undefined : this.register().catch(() => undefined)))
    })
  }

  #split(text: string): void {
    this.#buffer += text
    for (;;) {
      this.#buffer = this.#buffer.replace(/^(?:\r\n)+/, '')
      const end = this.#buffer.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(header(this.#buffer.slice(0, end), 'Content-Length') ?? 0)
      if (this.#buffer.length < end + 4 + length) return
      this.#take(this.#buffer.slice(0, end + 4 + length))
      this.#buffer = this.#buffer.slice(end + 4 + length)
    }
  }

  #take(text: string): void {
    if (text.startsWith('SIP/2.0')) {
      this.received.push(text)
      const isRepeated = this.dialog?.callId === header(text, 'Call-ID') && /^SIP\/2\.0 200/.test(text)
      const cseq = header(text, 'CSeq') ?? ''
      if (isRepeated && cseq === `${this.dialog?.seq} INVITE`) this.#ack(this.dialog?.seq ?? 0)
      return
    }
    const method = text.split(' ')[0] ?? ''
    this.received.push(text)
    if (method === 'INVITE') this.#invited(text)
    else if (method === 'BYE') {
      this.#respond(text, 200)
      this.#end()
    } else if (method === 'CANCEL') this.#cancelled(text)
    else if (method !== 'ACK') this.#respond(text, 200)
  }

  #cancelled(text: string): void {
    this.#respond(text, 200)
    if (this.#invite === undefined) return
    this.#respond(this.#invite, 487, `${header(this.#invite, 'To')};tag=${this.#registerId.slice(0, 8)}`)
    this.#invite = undefined
    this.#change({ isRung: false, isCancelled: true })
  }

  #invited(text: string): void {
    if (this.isRinging) {
      this.#invite = text
      this.#change({ isRung: true, isCancelled: false })
      this.#respond(text, 180, `${header(text, 'To')};tag=${this.#registerId.slice(0, 8)}`)
      return
    }
    const isWithin = (header(text, 'To') ?? '').includes(';tag=')
    if (isWithin && (this.dialog === undefined || this.dialog.callId !== header(text, 'Call-ID'))) {
      this.#respond(text, 481)
      return
    }
    const to = header(text, 'To') ?? ''
    const local = isWithin ? to : `${to};tag=${this.#registerId.slice(0, 8)}`
    if (!isWithin && this.dialog?.callId !== header(text, 'Call-ID')) {
      const [callId = '', remote = ''] = [header(text, 'Call-ID'), header(text, 'From')]
      this.dialog = { callId, from: local, to: remote, target: contactOf(text), seq: 0 }
      this.#change({ hasEnded: false })
    }
    if (isWithin && this.dialog !== undefined) this.dialog.target = contactOf(text)
    this.#respond(text, 200, local, this.#sdp())
    this.voice.speakTo(mediaOf(text))
  }

  #respond(request: string, status: number, to = header(request, 'To') ?? '', body = ''): void {
    const vias = request.split('\r\n').filter((line) => /^via[ \t]*:/i.test(line))
    const copied = ['From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request, name)}`)
    const lines = [
      `SIP/2.0 ${status} ${status === 200 ? 'OK' : 'No'}`,
      ...vias,
      ...copied,
      `To: ${to}`,
      `Contact: <sip:${this.#account.sipName}@${ADDRESS}:${this.#port()}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    this.#send(`${lines.join('\r\n')}\r\n\r\n${body}`)
  }

  #sdp(direction = 'sendrecv'): string {
    this.#version += 1
    const text = plainSdp(this.voice.port).replace('o=- 1 1 ', `o=- 1 ${this.#version} `)
    return direction === 'sendrecv' ? text : `${text}a=${direction}\r\n`
  }

  #end(): void {
    this.#change({ hasEnded: true })
    this.voice.fallSilent()
  }
}

interface Parts {
  readonly callId: string
  readonly from: string
  readonly to: string
  readonly seq: number
  readonly headers: readonly string[]
  readonly body?: string
}

function contactOf(text: string): string {
  return /<([^>]*)>/.exec(header(text, 'Contact') ?? '')?.[1] ?? ''
}

async function udpSocket(): Promise<UdpSocket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, ADDRESS, resolve))
  return socket
}
