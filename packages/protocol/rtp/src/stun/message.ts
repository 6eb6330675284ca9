// STUN messages (RFC 8489), as far as learning the own public address and answering checks needs them:
// Binding, short-term credentials. Pure framing: no retransmission, no TURN, no long-term credentials, no
// redirection.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |0 0|     STUN Message Type     |         Message Length        |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                         Magic Cookie                          |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                     Transaction ID (96 bits)                  |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
import { createHmac, timingSafeEqual } from 'node:crypto'
import { assert, fail, ok, type Result, type SocketAddress } from '@rufwerk/core'
import { read32, write32 } from '../header.ts'
import { readAddress, writeAddress } from './address.ts'
import { crc32 } from './crc32.ts'

export const STUN_HEADER_BYTES = 20
/** Longer messages are refused; RFC 8489 §6.2.1 keeps requests below the path's MTU. */
export const STUN_MESSAGE_BYTES_MAX = 1_280
export const STUN_ATTRIBUTES_MAX = 32
const TRANSACTION_BYTES = 12
export const STUN_COOKIE = 0x2112_a442
const TEXT_BYTES_MAX = 763 // RFC 8489 §14.
const SOFTWARE_CHARS_MAX = 128

const BINDING = 0x001
const CLASSES = ['request', 'indication', 'success', 'error'] as const
export type StunClass = (typeof CLASSES)[number]

const MAPPED_ADDRESS = 0x0001
const USERNAME = 0x0006
const MESSAGE_INTEGRITY = 0x0008
const ERROR_CODE = 0x0009
const XOR_MAPPED_ADDRESS = 0x0020
const SOFTWARE = 0x8022
const FINGERPRINT = 0x8028
const UNDERSTOOD = new Set([MAPPED_ADDRESS, USERNAME, MESSAGE_INTEGRITY, ERROR_CODE, XOR_MAPPED_ADDRESS])
const INTEGRITY_BYTES = 20
const FINGERPRINT_XOR = 0x5354_554e
/** Attributes below this must be understood (RFC 8489 §14). */
const OPTIONAL_FROM = 0x8000

export interface StunMessage {
  readonly class: StunClass
  /** 0–255, because a shared port leaves STUN the first bytes 0–3 (RFC 7983); 1 is Binding. */
  readonly method: number
  /** 12 bytes. */
  readonly transactionId: Uint8Array
  /** Where the other end saw our packet come from; XOR-MAPPED-ADDRESS, or the older MAPPED-ADDRESS. */
  readonly mapped?: SocketAddress
  readonly username?: string
  /** Of an error response. */
  readonly error?: { readonly code: number; readonly reason: string }
  readonly software?: string
  readonly hasFingerprint: boolean
  /** Where MESSAGE-INTEGRITY begins, for `isIntegral`; absent when there is none. */
  readonly integrityAt?: number
  /** Types below 0x8000 that we do not know: a request with any is answered with 420 (RFC 8489 §6.3.1). */
  readonly unknown: readonly number[]
}

export type StunError =
  | 'too-short'
  | 'too-long'
  | 'not-stun'
  | 'bad-length'
  | 'bad-attribute'
  | 'too-many-attributes'
  | 'bad-fingerprint'

/** Whether a datagram claims to be STUN: two zero bits and the cookie (RFC 7983, RFC 8489 §5). */
export function isStun(bytes: Uint8Array): boolean {
  return bytes.length >= STUN_HEADER_BYTES && (bytes[0] as number) < 4 && read32(bytes, 4) === STUN_COOKIE
}

interface Draft {
  class: StunClass
  method: number
  transactionId: Uint8Array
  mapped?: SocketAddress
  username?: string
  error?: { code: number; reason: string }
  software?: string
  hasFingerprint: boolean
  integrityAt?: number
  unknown: number[]
}

/** Reads a whole datagram. A FINGERPRINT is checked here, MESSAGE-INTEGRITY by `isIntegral`. */
export function parseStun(bytes: Uint8Array): Result<StunMessage, StunError> {
  if (bytes.length < STUN_HEADER_BYTES) return fail('too-short')
  if (bytes.length > STUN_MESSAGE_BYTES_MAX) return fail('too-long')
  if (!isStun(bytes)) return fail('not-stun')
  const length = ((bytes[2] as number) << 8) | (bytes[3] as number)
  if (length % 4 !== 0 || length !== bytes.length - STUN_HEADER_BYTES) return fail('bad-length')
  const type = ((bytes[0] as number) << 8) | (bytes[1] as number)
  const draft: Draft = {
    // RFC 8489 §5: the two bits of the class lie between those of the method.
    class: CLASSES[((type >> 7) & 2) | ((type >> 4) & 1)] as StunClass,
    method: ((type >> 2) & 0xf80) | ((type >> 1) & 0x70) | (type & 0xf),
    transactionId: Uint8Array.from(bytes.subarray(8, STUN_HEADER_BYTES)), // slice of a Buffer is no copy.
    hasFingerprint: false,
    unknown: [],
  }
  let count = 0
  for (let at = STUN_HEADER_BYTES; at < bytes.length; ) {
    if (draft.hasFingerprint) return fail('bad-attribute') // RFC 8489 §14.7: it is the last one.
    count += 1
    if (count > STUN_ATTRIBUTES_MAX) return fail('too-many-attributes')
    const size = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
    const end = at + 4 + size
    if (end > bytes.length) return fail('bad-length')
    const fault = readAttribute(bytes, at, end, draft)
    if (fault !== undefined) return fail(fault)
    at = (end + 3) & ~3
  }
  return ok(draft)
}

function readAttribute(bytes: Uint8Array, at: number, end: number, draft: Draft): StunError | undefined {
  const type = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
  const value = bytes.subarray(at + 4, end)
  // RFC 8489 §14.5: what follows MESSAGE-INTEGRITY, except FINGERPRINT, proves nothing and is not read.
  if (draft.integrityAt !== undefined && type !== FINGERPRINT) return undefined
  switch (type) {
    case XOR_MAPPED_ADDRESS:
    case MAPPED_ADDRESS: {
      const address = readAddress(value, type === XOR_MAPPED_ADDRESS ? draft.transactionId : undefined)
      if (address === undefined) return 'bad-attribute'
      if (type === XOR_MAPPED_ADDRESS || draft.mapped === undefined) draft.mapped = address
      return undefined
    }
    case USERNAME:
      if (value.length > TEXT_BYTES_MAX) return 'bad-attribute'
      draft.username ??= TEXT.decode(value)
      return undefined
    case SOFTWARE:
      draft.software ??= TEXT.decode(value.subarray(0, TEXT_BYTES_MAX)).slice(0, SOFTWARE_CHARS_MAX)
      return undefined
    case ERROR_CODE:
      return readError(value, draft)
    case MESSAGE_INTEGRITY:
      if (value.length !== INTEGRITY_BYTES) return 'bad-attribute'
      draft.integrityAt = at
      return undefined
    case FINGERPRINT:
      if (value.length !== 4) return 'bad-attribute'
      if ((crc32(bytes, at) ^ FINGERPRINT_XOR) >>> 0 !== read32(value, 0)) return 'bad-fingerprint'
      draft.hasFingerprint = true
      return undefined
    default:
      if (type < OPTIONAL_FROM && !UNDERSTOOD.has(type)) draft.unknown.push(type)
      return undefined
  }
}

/** RFC 8489 §14.8: class 3–6 and number 0–99. */
function readError(value: Uint8Array, draft: Draft): StunError | undefined {
  if (value.length < 4 || value.length > 4 + TEXT_BYTES_MAX) return 'bad-attribute'
  const hundreds = (value[2] as number) & 7
  const number = value[3] as number
  if (hundreds < 3 || hundreds > 6 || number > 99) return 'bad-attribute'
  draft.error ??= { code: 100 * hundreds + number, reason: TEXT.decode(value.subarray(4)) }
  return undefined
}

const TEXT = new TextDecoder()

/**
 * Whether MESSAGE-INTEGRITY was made with this password (RFC 8489 §9.1.3, short-term). `bytes` is what
 * `message` was read from. False when there is none.
 */
export function isIntegral(bytes: Uint8Array, message: StunMessage, password: string): boolean {
  const at = message.integrityAt
  if (at === undefined || at + 4 + INTEGRITY_BYTES > bytes.length) return false
  const expected = integrity(Uint8Array.from(bytes.subarray(0, at)), password)
  return timingSafeEqual(expected, bytes.subarray(at + 4, at + 4 + INTEGRITY_BYTES))
}

/** HMAC over all before the attribute, with a length as if it were the last one; writes that length. */
function integrity(before: Uint8Array, password: string): Uint8Array {
  writeLength(before, before.length + 4 + INTEGRITY_BYTES)
  return createHmac('sha1', password).update(before).digest()
}

export interface StunContent {
  readonly class: StunClass
  readonly method?: number
  /** 12 bytes; of a request from a strong random source. */
  readonly transactionId: Uint8Array
  readonly mapped?: SocketAddress
  readonly username?: string
  readonly error?: { readonly code: number; readonly reason: string }
  /** Unknown types to tell with a 420. */
  readonly unknown?: readonly number[]
  /** Adds MESSAGE-INTEGRITY with this short-term password. */
  readonly password?: string
  /** Adds FINGERPRINT. */
  readonly hasFingerprint?: boolean
}

const UNKNOWN_ATTRIBUTES = 0x000a

/** Bytes of a message. SOFTWARE is never told. */
export function writeStun(content: StunContent): Uint8Array {
  const { transactionId, mapped, username, error, unknown, password } = content
  assert(transactionId.length === TRANSACTION_BYTES, 'a STUN transaction id has 12 bytes')
  const buffer = new Uint8Array(STUN_MESSAGE_BYTES_MAX)
  const kind = CLASSES.indexOf(content.class)
  const method = content.method ?? BINDING
  const type =
    ((method & 0xf80) << 2) | ((method & 0x70) << 1) | (method & 0xf) | ((kind & 2) << 7) | ((kind & 1) << 4)
  buffer[0] = type >> 8
  buffer[1] = type
  write32(buffer, 4, STUN_COOKIE)
  buffer.set(transactionId, 8)
  let end = STUN_HEADER_BYTES
  const add = (attribute: number, value: Uint8Array): void => {
    assert(end + 8 + value.length <= buffer.length, 'a STUN message fits into one packet')
    buffer[end] = attribute >> 8
    buffer[end + 1] = attribute
    buffer[end + 2] = value.length >> 8
    buffer[end + 3] = value.length
    buffer.set(value, end + 4)
    end = (end + 4 + value.length + 3) & ~3
    writeLength(buffer, end)
  }
  writeLength(buffer, end)
  const text = new TextEncoder()
  if (error !== undefined) {
    const head = [0, 0, Math.floor(error.code / 100), error.code % 100]
    add(ERROR_CODE, Uint8Array.from([...head, ...text.encode(error.reason)]))
  }
  if (unknown !== undefined)
    add(UNKNOWN_ATTRIBUTES, Uint8Array.from(unknown.flatMap((one) => [one >> 8, one & 255])))
  if (username !== undefined) add(USERNAME, text.encode(username))
  if (mapped !== undefined) add(XOR_MAPPED_ADDRESS, writeAddress(mapped, transactionId))
  if (password !== undefined) add(MESSAGE_INTEGRITY, integrity(buffer.slice(0, end), password))
  if (content.hasFingerprint === true) {
    writeLength(buffer, end + 8) // RFC 8489 §14.7: the length counts the attribute itself.
    const value = new Uint8Array(4)
    write32(value, 0, crc32(buffer, end) ^ FINGERPRINT_XOR)
    add(FINGERPRINT, value)
  }
  return buffer.subarray(0, end)
}

function writeLength(message: Uint8Array, end: number): void {
  message[2] = (end - STUN_HEADER_BYTES) >> 8
  message[3] = end - STUN_HEADER_BYTES
}
