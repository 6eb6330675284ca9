// A mail server as small as RFC 5321 allows, on loopback, that remembers what it was told.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'

export interface StubOptions {
  readonly tls?: 'none' | 'starttls' | 'implicit'
  /** What MAIL, RCPT and the end of DATA are answered with; 250 by default. */
  readonly answers?: Readonly<Partial<Record<'MAIL' | 'RCPT' | 'DATA' | 'AUTH', string>>>
  readonly user?: string
  readonly secret?: string
  /** Closes instead of a greeting. */
  readonly isMute?: boolean
}

export interface Taken {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
  readonly isEncrypted: boolean
  readonly signedIn: string
}

export interface SmtpStub extends AsyncDisposable {
  readonly port: number
  readonly taken: readonly Taken[]
  /** Every line of every client. */
  readonly lines: readonly string[]
}

export interface Identity {
  readonly key: string
  readonly cert: string
}

/** A key and a certificate of its own for `name`. */
export function newIdentity(name: string): Identity {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-mail-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const alternative = `subjectAltName=${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    const about = ['-subj', `/CN=${name}`, '-addext', alternative, '-keyout', key, '-out', cert]
    execFileSync('openssl', ['req', '-x509', ...curve, ...about], { stdio: 'ignore' })
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export async function openSmtpStub(
  identity: Identity | undefined,
  options: StubOptions = {},
): Promise<SmtpStub> {
  const { tls = 'none' } = options
  const taken: Taken[] = []
  const lines: string[] = []
  const sockets = new Set<Socket>()
  const converse = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    new Conversation(socket, { identity, options, taken, lines }).begin()
  }
  const server: Server =
    tls === 'implicit' && identity ? createTlsServer(identity, converse) : createServer(converse)
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    lines,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface ConversationParts {
  readonly identity: Identity | undefined
  readonly options: StubOptions
  readonly taken: Taken[]
  readonly lines: string[]
}

class Conversation {
  #socket: Socket
  readonly #parts: ConversationParts
  #buffer = ''
  #isEncrypted: boolean
  #signedIn = ''
  #from = ''
  #to: string[] = []
  #text: string | undefined

  constructor(socket: Socket, parts: ConversationParts) {
    this.#socket = socket
    this.#parts = parts
    this.#isEncrypted = parts.options.tls === 'implicit'
  }

  begin(): void {
    if (this.#parts.options.isMute) {
      this.#socket.destroy()
      return
    }
    this.#say('220 stub.example ESMTP')
    this.#listen()
  }

  #listen(): void {
    this.#socket.on('data', (bytes) => {
      this.#buffer += bytes.toString('utf8')
      for (let end = this.#buffer.indexOf('\r\n'); end >= 0; end = this.#buffer.indexOf('\r\n')) {
        const line = this.#buffer.slice(0, end)
        this.#buffer = this.#buffer.slice(end + 2)
        this.#parts.lines.push(line)
        this.#hear(line)
      }
    })
  }

  #say(line: string): void {
    this.#socket.write(`${line}\r\n`)
  }

  #hear(line: string): void {
    const { answers = {} } = this.#parts.options
    if (this.#text !== undefined) this.#hearText(line)
    else if (/^EHLO /i.test(line)) this.#greet()
    else if (/^STARTTLS$/i.test(line)) this.#encrypt()
    else if (/^AUTH PLAIN /i.test(line)) this.#plain(line.slice(11))
    else if (/^AUTH XOAUTH2 /i.test(line)) this.#token(line.slice(13))
    else if (/^MAIL FROM:/i.test(line)) {
      this.#from = /<(.*?)>/.exec(line)?.[1] ?? ''
      this.#to = []
      this.#say(answers.MAIL ?? '250 ok')
    } else if (/^RCPT TO:/i.test(line)) {
      this.#to.push(/<(.*?)>/.exec(line)?.[1] ?? '')
      this.#say(answers.RCPT ?? '250 ok')
    } else if (/^DATA$/i.test(line)) {
      this.#text = ''
      this.#say('354 go on')
    } else if (/^QUIT$/i.test(line)) this.#say('221 bye')
    else this.#say('500 what?')
  }

  #hearText(line: string): void {
    if (line !== '.') {
      this.#text += `${line.replace(/^\.\./, '.')}\r\n`
      return
    }
    const answer = this.#parts.options.answers?.DATA ?? '250 taken'
    const mail = { from: this.#from, to: this.#to, text: this.#text ?? '' }
    if (answer.startsWith('250'))
      this.#parts.taken.push({ ...mail, isEncrypted: this.#isEncrypted, signedIn: this.#signedIn })
    this.#text = undefined
    this.#say(answer)
  }

  #greet(): void {
    const { tls, user } = this.#parts.options
    const offers = [
      ...(tls === 'starttls' && !this.#isEncrypted ? ['STARTTLS'] : []),
      ...(user !== undefined && (tls === 'none' || this.#isEncrypted) ? ['AUTH PLAIN XOAUTH2'] : []),
    ]
    for (const offer of offers) this.#say(`250-${offer}`)
    this.#say('250 SIZE 1000000')
  }

  #encrypt(): void {
    const { identity, options } = this.#parts
    if (identity === undefined || options.tls !== 'starttls') {
      this.#say('502 no')
      return
    }
    this.#say('220 go on')
    const plain = this.#socket
    plain.removeAllListeners('data')
    this.#socket = new TLSSocket(plain, { isServer: true, ...identity })
    this.#socket.on('error', () => plain.destroy())
    this.#isEncrypted = true
    this.#listen()
  }

  #plain(encoded: string): void {
    const [, user, password] = Buffer.from(encoded, 'base64').toString('utf8').split('\0')
    this.#accept(user, password)
  }

  /** Microsoft's and Google's XOAUTH2: `user=…^Aauth=Bearer …^A^A`. */
  #token(encoded: string): void {
    const text = Buffer.from(encoded, 'base64').toString('utf8')
    const [user = '', bearer = ''] = text.split('\u0001')
    this.#accept(user.replace(/^user=/, ''), bearer.replace(/^auth=Bearer /, ''))
  }

  #accept(user: string | undefined, secret: string | undefined): void {
    const { options } = this.#parts
    if (user === options.user && secret === options.secret && user !== undefined) {
      this.#signedIn = user
      this.#say('235 welcome')
    } else this.#say(options.answers?.AUTH ?? '535 5.7.3 Authentication unsuccessful')
  }
}
