// A TURN client for tests (RFC 8656) over one TCP or TLS connection: Allocate, CreatePermission, and whatever
// else a test makes up. Reads whole messages; keeps nonce and realm.
import { createHash, createHmac } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export const METHODS = { binding: 1, allocate: 3, send: 6, permit: 8, bindChannel: 9, connect: 10 } as const
const COOKIE = 0x2112a442

export interface TurnAnswer {
  /** Undefined: success. */
  readonly error: number | undefined
  readonly bytes: number
  readonly attributes: ReadonlyMap<number, Buffer>
}

export interface Attribute {
  readonly type: number
  readonly value: Buffer
}

function attribute({ type, value }: Attribute): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)])
}

/** REQUESTED-TRANSPORT: 17 is UDP, 6 is TCP (RFC 6062). */
export function transport(protocol: number): Attribute {
  return { type: 0x0019, value: Buffer.from([protocol, 0, 0, 0]) }
}

/** XOR-PEER-ADDRESS of an address given by its bytes. */
export function peer(address: readonly number[], transactionId: Buffer, port = 18_200): Attribute {
  const cookie = Buffer.alloc(4)
  cookie.writeUInt32BE(COOKIE)
  const mask = Buffer.concat([cookie, transactionId])
  const masked = address.map((byte, index) => byte ^ (mask[index] ?? 0))
  const value = Buffer.from([0, address.length === 4 ? 1 : 2, 0, 0, ...masked])
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2)
  return { type: 0x0012, value }
}

export class TurnClient {
  /** The same for all requests of a client: peers are masked with it. */
  readonly transactionId = Buffer.from('0123456789ab')
  readonly #socket: Socket
  #rest: Buffer = Buffer.alloc(0)
  #waiting: ((message: Buffer) => void) | undefined
  #realm: Buffer = Buffer.alloc(0)
  #nonce: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#hear(chunk))
    socket.on('error', () => socket.destroy())
  }

  static open(port: number, address: string): Promise<TurnClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, address)
      socket.once('error', reject)
      socket.once('connect', () => resolve(new TurnClient(socket)))
    })
  }

  /** Over a connection that is open, of TLS for example. */
  static over(socket: Socket): TurnClient {
    return new TurnClient(socket)
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Without credentials. */
  ask(method: number, attributes: readonly Attribute[]): Promise<TurnAnswer> {
    return this.#send(this.#message(method, attributes))
  }

  /** With long-term credentials (RFC 8489 §9.2); gets a nonce first when there is none. */
  async askAs(
    who: { readonly username: string; readonly credential: string },
    method: number,
    attributes: readonly Attribute[],
  ): Promise<TurnAnswer> {
    if (this.#nonce.length === 0) await this.ask(METHODS.allocate, [transport(17)])
    const user = [
      { type: 0x0006, value: Buffer.from(who.username) },
      { type: 0x0014, value: this.#realm },
      { type: 0x0015, value: this.#nonce },
    ]
    const message = this.#message(method, [...attributes, ...user])
    message.writeUInt16BE(message.length - 20 + 24, 2)
    const key = createHash('md5').update(`${who.username}:${this.#realm}:${who.credential}`).digest()
    const mac = createHmac('sha1', key).update(message).digest()
    return this.#send(Buffer.concat([message, attribute({ type: 0x0008, value: mac })]))
  }

  #message(method: number, attributes: readonly Attribute[]): Buffer {
    const body = Buffer.concat(attributes.map(attribute))
    const header = Buffer.alloc(20)
    header.writeUInt16BE(method, 0)
    header.writeUInt16BE(body.length, 2)
    header.writeUInt32BE(COOKIE, 4)
    header.set(this.transactionId, 8)
    return Buffer.concat([header, body])
  }

  #send(message: Buffer): Promise<TurnAnswer> {
    const answered = Promise.withResolvers<TurnAnswer>()
    const timer = setTimeout(() => answered.reject(new Error('no answer of the relay')), 5_000)
    this.#waiting = (bytes) => {
      clearTimeout(timer)
      answered.resolve(this.#read(bytes))
    }
    this.#socket.write(message)
    return answered.promise
  }

  #hear(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= 20) {
      const end = 20 + this.#rest.readUInt16BE(2)
      if (this.#rest.length < end) return
      this.#waiting?.(this.#rest.subarray(0, end))
      this.#waiting = undefined
      this.#rest = this.#rest.subarray(end)
    }
  }

  #read(bytes: Buffer): TurnAnswer {
    const attributes = new Map<number, Buffer>()
    for (let at = 20; at + 4 <= bytes.length; at += 4 + ((bytes.readUInt16BE(at + 2) + 3) & ~3))
      attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + bytes.readUInt16BE(at + 2)))
    this.#realm = attributes.get(0x0014) ?? this.#realm
    this.#nonce = attributes.get(0x0015) ?? this.#nonce
    const code = attributes.get(0x0009)
    const error = code && (code[2] ?? 0) * 100 + (code[3] ?? 0)
    return { error, bytes: bytes.length, attributes }
  }
}
