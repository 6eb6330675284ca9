// A SIP phone of a few lines over UDP that sends whatever it is told, well-formed or not: registers, answers
// a digest challenge (RFC 7616, MD5 and SHA-256), calls, and has an RTP socket of its own. Knows nothing of
// the packages under test.
import { createHash, randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import type { PhoneAccount } from './server.ts'
import { until } from './wait.ts'

const ADDRESS = '127.0.0.1'
/** RFC 3261 §17.1.1.1. */
const T1_MS = 500
const T2_MS = 4_000

export interface RawMessage {
  /** 0 for a request. */
  readonly status: number
  readonly text: string
}

/** RFC 3261 §7.3.3: a short answer to a stranger has these. */
const COMPACT: Readonly<Record<string, string>> = {
  'Call-ID': 'i',
  Contact: 'm',
  'Content-Length': 'l',
  From: 'f',
  To: 't',
  Via: 'v',
}

/** The value of the first header with this name, or its compact form. */
export function header(text: string, name: string): string | undefined {
  const names = `(?:${[name, COMPACT[name] ?? name].join('|')})`
  return new RegExp(`^${names}[ \\t]*:[ \\t]*(.*?)\\r?$`, 'im').exec(text)?.[1]
}

/** Where the other side wants its sound. */
export function mediaOf(text: string): { readonly address: string; readonly port: number } {
  return {
    address: /^c=IN IP4 (\S+)/m.exec(text)?.[1] ?? '',
    port: Number(/^m=audio (\d+)/m.exec(text)?.[1] ?? 0),
  }
}

export function readMessage(bytes: Uint8Array): RawMessage {
  const text = Buffer.from(bytes).toString('utf8')
  return { status: Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0), text }
}

export class RawPhone {
  readonly received: RawMessage[] = []
  readonly port: number
  /** Requests of the other side, but ACK, get 200. */
  answersRequests = false
  readonly #socket: Socket
  readonly #account: PhoneAccount
  /** What its Via and Contact name as its address. */
  readonly #named: string

  private constructor(socket: Socket, account: PhoneAccount, named: string) {
    this.#socket = socket
    this.#account = account
    this.#named = named
    this.port = socket.address().port
    socket.on('message', (bytes) => {
      const message = readMessage(bytes)
      this.received.push(message)
      if (message.status === 0 && this.answersRequests) this.#answer(message.text)
    })
  }

  /** `port`: 0 for any. */
  static async open(account: PhoneAccount, port = 0): Promise<RawPhone> {
    return new RawPhone(await openUdp(ADDRESS, port), account, ADDRESS)
  }

  /** Sends from one address and names another one as its own. */
  static async openLying(account: PhoneAccount, address: string, named: string): Promise<RawPhone> {
    return new RawPhone(await openUdp(address), account, named)
  }

  /** Sends the bytes as they are. */
  send(bytes: Uint8Array | string): void {
    this.#socket.send(bytes, this.#account.port, this.#account.server)
  }

  close(): void {
    this.#socket.close()
  }

  /** Sends a request and waits for its final response; answers one challenge when `isAuthenticated`. */
  async ask(request: RequestOptions): Promise<RawMessage> {
    const callId = request.callId ?? randomBytes(8).toString('hex')
    const tag = request.tag ?? randomBytes(4).toString('hex')
    const first = await this.#exchange({ ...request, callId, tag, seq: request.seq ?? 1 })
    if (request.isAuthenticated === false || (first.status !== 401 && first.status !== 407)) return first
    const name = first.status === 401 ? 'Authorization' : 'Proxy-Authorization'
    const challenge = header(first.text, first.status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate')
    const target = this.#uri(request)
    const credentials = credentialsFor(challenge ?? '', this.#account, request.method, target)
    const headers = [...(request.headers ?? []), `${name}: ${credentials}`]
    return this.#exchange({ ...request, callId, tag, headers, seq: (request.seq ?? 1) + 1 })
  }

  register(): Promise<RawMessage> {
    return this.ask({ method: 'REGISTER', headers: ['Expires: 300'] })
  }

  /** Ends a call that `ask` began. */
  hangUp(established: RawMessage, seq = 10): Promise<RawMessage> {
    return this.askWithin(established, { method: 'BYE', seq })
  }

  /** A request inside a call that `ask` began; `seq` grows by two at least. */
  askWithin(
    established: RawMessage,
    request: RequestOptions & { readonly seq: number },
  ): Promise<RawMessage> {
    const from = header(established.text, 'From') ?? ''
    return this.ask({
      ...request,
      uri: /<([^>]*)>/.exec(header(established.text, 'Contact') ?? '')?.[1] ?? '',
      callId: header(established.text, 'Call-ID') ?? '',
      tag: /tag=([^;]+)/.exec(from)?.[1] ?? '',
      to: header(established.text, 'To') ?? '',
    })
  }

  /** RFC 3261 §8.2.6. */
  #answer(request: string): void {
    if (request.startsWith('ACK ')) return
    const copied = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq) *:/i.test(line))
    this.send(`SIP/2.0 200 OK\r\n${copied.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`)
  }

  async #exchange(
    request: RequestOptions & { callId: string; tag: string; seq: number },
  ): Promise<RawMessage> {
    const branch = `z9hG4bK${randomBytes(8).toString('hex')}`
    using _repeated = this.#sendUntilAnswered(this.#write(request, branch), branch)
    const isMine = ({ status, text }: RawMessage) =>
      status >= 200 && text.includes(branch) && header(text, 'CSeq')?.startsWith(`${request.seq} `)
    const response = await until(
      `a final response to ${request.method}`,
      () => this.received.find(isMine),
      request.timeoutMs,
    )
    if (request.method === 'INVITE') this.#acknowledge(request, response, branch)
    return response
  }

  /** Again after 0.5, 1, 2 and 4 s until anything comes, as a datagram may be lost (RFC 3261 §17.1.1.2). */
  #sendUntilAnswered(text: string, branch: string): Disposable {
    let timer: NodeJS.Timeout
    const send = (pauseMs: number): void => {
      if (this.received.some(({ status, text: said }) => status > 0 && said.includes(branch))) return
      this.send(text)
      timer = setTimeout(send, pauseMs, Math.min(2 * pauseMs, T2_MS))
    }
    send(T1_MS)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  }

  /** RFC 3261 §13.2.2.4 and §17.1.1.3. */
  #acknowledge(
    request: RequestOptions & { callId: string; tag: string; seq: number },
    response: RawMessage,
    branch: string,
  ): void {
    const isSuccess = response.status < 300
    const contact = /<([^>]*)>/.exec(header(response.text, 'Contact') ?? '')?.[1]
    const { callId, tag, seq } = request
    const to = header(response.text, 'To') ?? ''
    const uri = isSuccess && contact ? contact : this.#uri(request)
    this.send(
      this.#write(
        { method: 'ACK', uri, callId, tag, seq, to },
        isSuccess ? `z9hG4bK${randomBytes(8).toString('hex')}` : branch,
      ),
    )
  }

  #uri({ uri, dials, method }: RequestOptions): string {
    const { server, port } = this.#account
    if (uri !== undefined) return uri
    return method === 'REGISTER' ? `sip:${server}:${port}` : `sip:${dials ?? 'nobody'}@${server}:${port}`
  }

  #write(request: RequestOptions & { callId: string; tag: string; seq: number }, branch: string): string {
    const { method, body = '', callId, tag, seq } = request
    const own = `<sip:${this.#account.sipName}@${this.#account.server}>`
    const uri = this.#uri(request)
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.#named}:${this.port};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: ${own};tag=${tag}`,
      `To: ${request.to ?? (method === 'REGISTER' ? own : `<${uri}>`)}`,
      `Call-ID: ${callId}`,
      `CSeq: ${seq} ${method}`,
      `Contact: <sip:${this.#account.sipName}@${this.#named}:${this.port}>`,
      ...(request.headers ?? []),
      ...(body === '' ? [] : [`Content-Type: ${request.contentType ?? 'application/sdp'}`]),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    return `${lines.join('\r\n')}\r\n\r\n${body}`
  }
}

export interface RequestOptions {
  readonly method: string
  /** Request-URI; made of `dials` when absent. */
  readonly uri?: string
  /** The number that is called. */
  readonly dials?: string
  readonly to?: string
  readonly callId?: string
  readonly tag?: string
  readonly seq?: number
  readonly headers?: readonly string[]
  readonly body?: string
  readonly contentType?: string
  /** False: a challenge is the answer. */
  readonly isAuthenticated?: boolean
  readonly timeoutMs?: number
}

/** A description of one audio stream in G.711 A-law, with RFC 4733 events. */
export function plainSdp(rtpPort: number, address = ADDRESS): string {
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${rtpPort} RTP/AVP 8 101`,
    'a=rtpmap:101 telephone-event/8000',
    'a=ptime:20',
    '',
  ].join('\r\n')
}

export async function openUdp(address: string, port = 0): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, address, resolve)
  })
  return socket
}

/** RFC 7616. */
export function credentialsFor(
  challenge: string,
  account: PhoneAccount,
  method: string,
  uri: string,
): string {
  const parameter = (name: string) => new RegExp(`${name}="?([^",]+)"?`, 'i').exec(challenge)?.[1]
  const algorithm = parameter('algorithm') ?? 'MD5'
  const hash = (text: string) =>
    createHash(algorithm.toUpperCase() === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex')
  const realm = parameter('realm') ?? ''
  const nonce = parameter('nonce') ?? ''
  const cnonce = randomBytes(8).toString('hex')
  const secret = hash(`${account.sipName}:${realm}:${account.password}`)
  const response = hash(`${secret}:${nonce}:00000001:${cnonce}:auth:${hash(`${method}:${uri}`)}`)
  return (
    `Digest username="${account.sipName}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", algorithm=${algorithm}, qop=auth, nc=00000001, cnonce="${cnonce}"`
  )
}
