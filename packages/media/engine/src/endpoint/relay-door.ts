// A second UDP port for browsers that come through the relay beside us, in front of the shared WebRTC port.
// Chromium's checks through a relay carry a tie-breaker of zero (RFC 8445 §16.1 allows it), which the library
// takes for a missing attribute and refuses with 400: here it gets another value, and the check a new
// MESSAGE-INTEGRITY, which we can make because the password is ours. All other packets pass as they are.
import { createHmac } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { crc32 } from 'node:zlib'
import { isIntegral, isStun, parseStun } from '@rufwerk/rtp/stun'
import { RELAY_IDLE_MAX, RELAY_SOURCES_MAX } from '../limits.ts'
import type { PortRange } from './ports.ts'

const STUN_HEADER_BYTES = 20
const CONTROLLED = 0x8029
const CONTROLLING = 0x802a
const MESSAGE_INTEGRITY = 0x0008
const FINGERPRINT = 0x8028
const FINGERPRINT_XOR = 0x5354_554e

/** Where the attributes of a check begin; it has been read before. */
function attributesOf(bytes: Uint8Array): ReadonlyMap<number, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const found = new Map<number, number>()
  for (let at = STUN_HEADER_BYTES; at + 4 <= bytes.length; at += 4 + ((view.getUint16(at + 2) + 3) & ~3))
    if (!found.has(view.getUint16(at))) found.set(view.getUint16(at), at)
  return found
}

/**
 * The check with a tie-breaker that is not zero, or the same bytes where there is nothing to change: no
 * check, another tie-breaker, or not made with the password of `passwordOf` for the user that it names.
 */
export function withTieBreaker(
  bytes: Uint8Array,
  passwordOf: (ufrag: string) => string | undefined,
): Uint8Array {
  if (!isStun(bytes)) return bytes
  const parsed = parseStun(bytes)
  if (!parsed.ok || parsed.value.class !== 'request' || !parsed.value.hasFingerprint) return bytes
  const attributes = attributesOf(bytes)
  const at = attributes.get(CONTROLLING) ?? attributes.get(CONTROLLED)
  const integrityAt = attributes.get(MESSAGE_INTEGRITY)
  const fingerprintAt = attributes.get(FINGERPRINT)
  if (at === undefined || integrityAt === undefined || fingerprintAt === undefined || at > integrityAt)
    return bytes
  if (bytes.subarray(at + 4, at + 12).some((byte) => byte !== 0)) return bytes
  // RFC 8445 §7.2.2: the user name is ours, a colon, and theirs.
  const password = passwordOf(parsed.value.username?.split(':')[0] ?? '')
  if (password === undefined || !isIntegral(bytes, parsed.value, password)) return bytes
  const changed = Buffer.from(bytes)
  changed[at + 11] = 1
  // RFC 8489 §14.5, §14.7: each is made over what stands before, with a length that ends with itself.
  changed.writeUInt16BE(integrityAt + 24 - STUN_HEADER_BYTES, 2)
  const mac = createHmac('sha1', password).update(changed.subarray(0, integrityAt)).digest()
  changed.set(mac, integrityAt + 4)
  changed.writeUInt16BE(fingerprintAt + 8 - STUN_HEADER_BYTES, 2)
  changed.writeUInt32BE(
    (crc32(changed.subarray(0, fingerprintAt)) ^ FINGERPRINT_XOR) >>> 0,
    fingerprintAt + 4,
  )
  return changed
}

interface Source {
  readonly socket: Socket
  lastAt: number
}

export interface RelayDoorOptions {
  /** Both ports are on this address, and only packets from it are taken: the relay runs here. */
  readonly address: string
  /** The WebRTC port behind. */
  readonly innerPort: number
  /** Those of the relay; the first is the door's own. */
  readonly relayPorts: PortRange
  readonly passwordOf: (ufrag: string) => string | undefined
}

/** The doors of one engine: one for each local address that is told to peers elsewhere. */
export class RelayDoors {
  readonly #relayPorts: PortRange | undefined
  readonly #passwordOf: (ufrag: string) => string | undefined
  readonly #doors = new Map<string, RelayDoor>()

  /** Without ports there is no relay, and there are no doors. */
  constructor(relayPorts: PortRange | undefined, passwordOf: (ufrag: string) => string | undefined) {
    this.#relayPorts = relayPorts
    this.#passwordOf = passwordOf
  }

  /** The port in front of this WebRTC port, opened with the first question. */
  portOf(address: string, innerPort: number): number | undefined {
    const relayPorts = this.#relayPorts
    if (relayPorts === undefined) return undefined
    if (!this.#doors.has(address))
      this.#doors.set(
        address,
        new RelayDoor({ address, innerPort, relayPorts, passwordOf: this.#passwordOf }),
      )
    return relayPorts.low
  }

  close(): void {
    for (const door of this.#doors.values()) door.close()
    this.#doors.clear()
  }
}

/** One per local address. Each port of the relay gets a socket of its own towards the library. */
export class RelayDoor {
  readonly #options: RelayDoorOptions
  readonly #outer: Socket
  readonly #sources = new Map<number, Source>()
  readonly #sweep: NodeJS.Timeout

  constructor(options: RelayDoorOptions) {
    this.#options = options
    this.#outer = this.#socket()
    this.#outer.bind({ address: options.address, port: options.relayPorts.low, exclusive: true })
    this.#outer.on('message', (bytes, from) => {
      const isRelay = from.port > options.relayPorts.low && from.port <= options.relayPorts.high
      if (isRelay && from.address === options.address) this.#arrived(bytes, from.port)
    })
    this.#sweep = setInterval(() => this.#forgetIdle(), RELAY_IDLE_MAX)
    this.#sweep.unref()
  }

  /** Relays that are in use. */
  size(): number {
    return this.#sources.size
  }

  close(): void {
    clearInterval(this.#sweep)
    for (const { socket } of this.#sources.values()) socket.close()
    this.#sources.clear()
    this.#outer.close()
  }

  #socket(): Socket {
    const socket = createSocket(isIPv6(this.#options.address) ? 'udp6' : 'udp4')
    socket.on('error', () => {
      // A port that is taken: the relay then has no door, and browsers go their other ways.
    })
    return socket
  }

  #arrived(bytes: Buffer, port: number): void {
    const source = this.#sources.get(port) ?? this.#admit(port)
    if (source === undefined) return
    source.lastAt = performance.now()
    const { address, innerPort, passwordOf } = this.#options
    source.socket.send(withTieBreaker(bytes, passwordOf), innerPort, address)
  }

  #admit(port: number): Source | undefined {
    if (this.#sources.size >= RELAY_SOURCES_MAX) return undefined
    const { address, innerPort } = this.#options
    const socket = this.#socket()
    socket.bind({ address, port: 0, exclusive: true })
    socket.on('message', (bytes, from) => {
      if (from.port === innerPort && from.address === address) this.#outer.send(bytes, port, address)
    })
    const source = { socket, lastAt: performance.now() }
    this.#sources.set(port, source)
    return source
  }

  #forgetIdle(): void {
    const before = performance.now() - RELAY_IDLE_MAX
    for (const [port, { socket, lastAt }] of this.#sources) {
      if (lastAt >= before) continue
      this.#sources.delete(port)
      socket.close()
    }
  }
}
