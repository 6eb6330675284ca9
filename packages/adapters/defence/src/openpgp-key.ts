// A public key in OpenPGP's armor (RFC 9580 §6): its bytes for gpgv, and the fingerprint that people compare.
// Signatures are checked by gpgv; nothing here decides whether one is good.
import { createHash } from 'node:crypto'
import { KEY_CHARS_MAX } from './limits.ts'

export interface PublicKey {
  readonly bytes: Uint8Array
  /** Of the primary key, version 4 (RFC 9580 §5.5.4.2): 40 hexadecimal digits, upper case. */
  readonly fingerprint: string
}

const ARMOR =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[^\r\n]+: [^\r\n]*\r?\n)*\r?\n([A-Za-z0-9+/=\s]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\s*-----END PGP PUBLIC KEY BLOCK-----\s*$/
const TAG_PUBLIC_KEY = 6
const VERSION = 4
const TWO_BYTE_LENGTH = 192
const FOUR_BYTE_LENGTH = 255

/** Undefined: no key, or one that gpgv of Debian 12 does not know (version 6). */
export function readPublicKey(armored: string): PublicKey | undefined {
  if (armored.length > KEY_CHARS_MAX) return undefined
  const text = ARMOR.exec(armored.trimStart())?.[1]
  if (text === undefined) return undefined
  const bytes = Buffer.from(text.replace(/\s/g, ''), 'base64')
  const body = firstPacket(bytes)
  if (body === undefined || body[0] !== VERSION) return undefined
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff])
  const fingerprint = createHash('sha1').update(head).update(body).digest('hex').toUpperCase()
  return { bytes, fingerprint }
}

/** The body of the first packet when it is a public key (RFC 9580 §4.2, both formats). */
function firstPacket(bytes: Buffer): Buffer | undefined {
  const [first = 0, second = 0, third = 0] = bytes
  const isNew = (first & 0xc0) === 0xc0
  const tag = isNew ? first & 0x3f : (first & 0x3c) >> 2
  if ((first & 0x80) === 0 || tag !== TAG_PUBLIC_KEY) return undefined
  let [at, length] = [0, 0]
  if (isNew && second < TWO_BYTE_LENGTH) [at, length] = [2, second]
  else if (isNew && second < 224)
    [at, length] = [3, ((second - TWO_BYTE_LENGTH) << 8) + third + TWO_BYTE_LENGTH]
  else if (isNew && second === FOUR_BYTE_LENGTH && bytes.length > 6) [at, length] = [6, bytes.readUInt32BE(2)]
  else if (!isNew && (first & 3) === 0) [at, length] = [2, second]
  else if (!isNew && (first & 3) === 1) [at, length] = [3, (second << 8) + third]
  const body = bytes.subarray(at, at + length)
  return at > 0 && length > 0 && length <= 0xffff && body.length === length ? body : undefined
}
