// A carrier on loopback that knows nothing of the packages under test: a registrar with digest (RFC 7616), a
// number that answers with a tone, and calls of its own. UDP, TCP and TLS. Its quirks are those that public
// reports tell of real carriers.
import { createHash, randomBytes } from 'node:crypto'
import type { Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { header, mediaOf, openUdp, plainSdp } from '../support/raw-sip.ts'
import {
  type KeyPress,
  keyPacket,
  readSoundPacket,
  type SoundPacket,
  soundOf,
  tonePacket,
} from '../support/rtp.ts'
import { type Window, windowsOf } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'

const REALM = 'carrier'
const PACKET_MS = 20
const KEY_PACKETS = 8
const LATE_MS = 200

export interface CarrierOptions {
  readonly address: string
  readonly port: number
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly domain: string
  readonly account: string
  readonly password: string
  readonly toneHz: number
  /** PEM of a certificate for TLS. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** TLS: who asks for another name is heard, and never answered. */
  readonly onlySni?: string
  /** Knows us by our address: asks for no credentials, and calls this Contact. */
  readonly knows?: { readonly address: string; readonly port: number }
  /** 403 unless From of an INVITE has this user. */
  readonly onlyFrom?: string
}

interface Peer {
  readonly send: (text: string) => void
  readonly isDeaf: boolean
}

interface Registered {
  readonly contact: string
  readonly peer: Peer
}

/** What one end of a call hears and where it speaks to. */
interface Talk {
  readonly callId: string
  readonly rtp: UdpSocket
  readonly packets: SoundPacket[]
  speaking: NodeJS.Timeout | undefined
  /** The packet that comes next, and the key that is pressed. */
  next: number
  pressed?: KeyPress
}

export class CarrierServer {
  /** Every request that came, also those that nobody answered. */
  readonly requests: string[] = []
  readonly responses: string[] = []
  /** Names asked for by TLS. */
  readonly names: string[] = []
  registered: Registered | undefined
  talk: Talk | undefined
  readonly #options: CarrierOptions
  readonly #close: (() => void)[] = []
  readonly #nonces = new Set<string>()

  private constructor(options: CarrierOptions) {
    this.#options = options
  }

  get port(): number {
    return this.#options.port
  }

  static async open(options: CarrierOptions): Promise<CarrierServer> {
    const carrier = new CarrierServer(options)
    if (options.transport === 'udp') await carrier.#listenUdp()
    else await carrier.#listenStream()
    return carrier
  }

  close(): void {
    this.hangUpSound()
    for (const close of this.#close) close()
  }

  of(method: string): string[] {
    return this.requests.filter((text) => text.startsWith(`${method} `))
  }

  /** Calls the customer: over what it registered with, as its Contact. Resolves with the final response. */
  async call(parts: { readonly called: string; readonly caller: string }): Promise<string> {
    const { registered } = this
    if (registered === undefined) throw new Error('nobody is registered')
    const { address, port, domain } = this.#options
    const talk = await this.#open(randomBytes(8).toString('hex'))
    const lines = [
      `INVITE ${registered.contact} SIP/2.0`,
      this.#via(talk.callId),
      'Max-Forwards: 70',
      `From: <sip:${parts.caller}@${domain}>;tag=c1`,
      `To: <sip:${parts.called}@${domain}>`,
      `Call-ID: ${talk.callId}`,
      'CSeq: 1 INVITE',
      `Contact: <sip:carrier@${address}:${port}>`,
      `P-Asserted-Identity: <sip:${parts.caller}@${domain}>`,
    ]
    registered.peer.send(withBody(lines, plainSdp(talk.rtp.address().port, address)))
    const isFinal = (text: string): boolean => {
      const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0)
      return status >= 200 && text.includes(talk.callId) && text.includes('1 INVITE')
    }
    const final = await until('the final response to the call', () => this.responses.find(isFinal))
    const to = header(final, 'To') ?? ''
    const target = /<([^>]*)>/.exec(header(final, 'Contact') ?? '')?.[1] ?? registered.contact
    const isTaken = final.startsWith('SIP/2.0 200')
    const branch = isTaken ? `${talk.callId}a` : talk.callId
    const ack = [
      `ACK ${isTaken ? target : registered.contact} SIP/2.0`,
      this.#via(branch),
      'Max-Forwards: 70',
      `From: <sip:${parts.caller}@${domain}>;tag=c1`,
      `To: ${to}`,
      `Call-ID: ${talk.callId}`,
      'CSeq: 1 ACK',
    ]
    registered.peer.send(withBody(ack, ''))
    if (isTaken) this.#speak(talk, mediaOf(final))
    return final
  }

  /** What it hears from now on for so long. */
  async listen(durationMs: number): Promise<Window[]> {
    const startedAt = performance.now()
    await sleep(durationMs + LATE_MS)
    return windowsOf(soundOf(this.talk?.packets ?? [], startedAt, durationMs))
  }

  /** Presses a key of 0 to 9 for a tenth of a second; meanwhile it does not speak. */
  press(key: number): void {
    const { talk } = this
    if (talk === undefined) throw new Error('there is no call')
    const from = talk.next + 1
    talk.pressed = { event: key, from, to: from + KEY_PACKETS }
  }

  hangUpSound(): void {
    clearInterval(this.talk?.speaking)
    this.talk?.rtp.close()
    this.talk = undefined
  }

  async #listenUdp(): Promise<void> {
    const { address, port } = this.#options
    const socket = await openUdp(address, port)
    this.#close.push(() => socket.close())
    const { knows } = this.#options
    if (knows !== undefined) {
      const send = (text: string): void => void socket.send(text, knows.port, knows.address)
      this.registered = { contact: `sip:${knows.address}:${knows.port}`, peer: { send, isDeaf: false } }
    }
    socket.on('message', (bytes, from) => {
      const text = bytes.toString('utf8')
      if (text.trim() === '') return
      const send = (answer: string): void => void socket.send(answer, from.port, from.address)
      this.#receive(text, { send, isDeaf: false })
    })
  }

  async #listenStream(): Promise<void> {
    const { address, port, transport, tls, onlySni } = this.#options
    const sockets = new Set<Socket>()
    const hear = (socket: Socket, isDeaf: boolean): void => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      const peer: Peer = { send: (text) => void socket.write(text), isDeaf }
      let rest = ''
      socket.on('data', (chunk: Buffer) => {
        const cut = wholeMessages(rest + chunk.toString('utf8'))
        rest = cut.rest
        for (const text of cut.messages) this.#receive(text, peer)
      })
    }
    const onTls = (socket: TLSSocket): void => {
      const name = typeof socket.servername === 'string' ? socket.servername : ''
      this.names.push(name)
      hear(socket, onlySni !== undefined && name !== onlySni)
    }
    const context = tls && createSecureContext(tls)
    const server: Server =
      transport === 'tls'
        ? createTlsServer({ ...tls, SNICallback: (_name, done) => done(null, context) }, onTls)
        : createServer((socket) => hear(socket, false))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, address, resolve)
    })
    this.#close.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
  }

  #receive(text: string, peer: Peer): void {
    if (text.startsWith('SIP/2.0 ')) {
      this.responses.push(text)
      return
    }
    this.requests.push(text)
    if (peer.isDeaf) return
    const [method = ''] = text.split(' ')
    switch (method) {
      case 'REGISTER':
        this.#register(text, peer)
        break
      case 'INVITE':
        void this.#invited(text, peer)
        break
      case 'ACK':
        break
      case 'BYE':
      case 'CANCEL':
        this.#answer(text, peer, 200)
        this.hangUpSound()
        break
      default:
        this.#answer(text, peer, 200)
    }
  }

  #register(text: string, peer: Peer): void {
    if (!this.#isKnown(text)) {
      this.#answer(text, peer, 401, [this.#challenge('WWW-Authenticate')])
      return
    }
    const contact = header(text, 'Contact') ?? ''
    const isGone = contact.includes('expires=0')
    this.registered = isGone ? undefined : { contact: /<([^>]*)>/.exec(contact)?.[1] ?? '', peer }
    this.#answer(text, peer, 200, isGone ? [] : [`Contact: ${contact}`])
  }

  async #invited(text: string, peer: Peer): Promise<void> {
    const { onlyFrom, address, port } = this.#options
    if (!this.#isKnown(text)) {
      this.#answer(text, peer, 407, [this.#challenge('Proxy-Authenticate')])
      return
    }
    const from = /sip:([^@>;]*)@/.exec(header(text, 'From') ?? '')?.[1]
    if (onlyFrom !== undefined && from !== onlyFrom) {
      this.#answer(text, peer, 403)
      return
    }
    this.#answer(text, peer, 180)
    const talk = await this.#open(header(text, 'Call-ID') ?? '')
    const sdp = plainSdp(talk.rtp.address().port, address)
    this.#answer(text, peer, 200, [`Contact: <sip:carrier@${address}:${port}>`], sdp)
    this.#speak(talk, mediaOf(text))
  }

  /** RFC 3261 §8.2.6. */
  #answer(request: string, peer: Peer, status: number, more: readonly string[] = [], body = ''): void {
    const to = header(request, 'To') ?? ''
    const lines = [
      `SIP/2.0 ${status} Simulated`,
      ...request.split('\r\n').filter((line) => /^via:/i.test(line)),
      `From: ${header(request, 'From')}`,
      `To: ${to.includes('tag=') || status === 100 ? to : `${to};tag=s1`}`,
      `Call-ID: ${header(request, 'Call-ID')}`,
      `CSeq: ${header(request, 'CSeq')}`,
      ...more,
    ]
    peer.send(withBody(lines, body))
  }

  #via(branch: string): string {
    const { transport, address, port } = this.#options
    return `Via: SIP/2.0/${transport.toUpperCase()} ${address}:${port};branch=z9hG4bK${branch};rport`
  }

  #challenge(name: string): string {
    const nonce = randomBytes(8).toString('hex')
    this.#nonces.add(nonce)
    return `${name}: Digest realm="${REALM}", nonce="${nonce}", algorithm=MD5, qop="auth"`
  }

  #isKnown(text: string): boolean {
    if (this.#options.knows !== undefined) return true
    const credentials = header(text, 'Authorization') ?? header(text, 'Proxy-Authorization')
    if (credentials === undefined) return false
    const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(credentials)?.[1] ?? ''
    const { account, password } = this.#options
    const [method = ''] = text.split(' ')
    const secret = md5(`${account}:${REALM}:${password}`)
    const asked = `${field('nc')}:${field('cnonce')}:auth:${md5(`${method}:${field('uri')}`)}`
    const wanted = md5(`${secret}:${field('nonce')}:${asked}`)
    return field('username') === account && this.#nonces.has(field('nonce')) && field('response') === wanted
  }

  async #open(callId: string): Promise<Talk> {
    this.hangUpSound()
    const rtp = await openUdp(this.#options.address)
    const talk: Talk = { callId, rtp, packets: [], speaking: undefined, next: 0 }
    rtp.on('message', (bytes) => {
      const packet = readSoundPacket(bytes)
      if (packet !== undefined) talk.packets.push(packet)
    })
    this.talk = talk
    return talk
  }

  #speak(talk: Talk, to: { readonly address: string; readonly port: number }): void {
    const tone = { hertz: this.#options.toneHz, ssrc: 0x0ca1_1e12, durationMs: 0 }
    const startedAt = performance.now()
    talk.speaking = setInterval(() => {
      for (const due = (performance.now() - startedAt) / PACKET_MS; talk.next < due; talk.next += 1) {
        const { next, pressed } = talk
        const isPressed = pressed !== undefined && next >= pressed.from && next < pressed.to
        const packet = isPressed ? keyPacket(pressed, tone.ssrc, next) : tonePacket(tone, next)
        talk.rtp.send(packet, to.port, to.address)
      }
    }, PACKET_MS / 2)
  }
}

function withBody(lines: readonly string[], body: string): string {
  const type = body === '' ? [] : ['Content-Type: application/sdp']
  return `${[...lines, ...type, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`
}

/** RFC 3261 §18.3. */
function wholeMessages(text: string): { readonly messages: string[]; readonly rest: string } {
  const messages: string[] = []
  let rest = text.replace(/^(\r\n)+/, '')
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n')
    if (headEnd < 0) return { messages, rest }
    const length = Number(header(rest.slice(0, headEnd + 2), 'Content-Length') ?? 0)
    const end = headEnd + 4 + length
    if (rest.length < end) return { messages, rest }
    messages.push(rest.slice(0, end))
    rest = rest.slice(end).replace(/^(\r\n)+/, '')
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
