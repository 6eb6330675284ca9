// Tokens of links and sessions (256 random bits, shown once, stored as SHA-256) and the credentials of
// phones.
import { createHash } from 'node:crypto'
import { SIP_PASSWORD_CHARS } from './limits.ts'
import type { TokenHash } from './ports.ts'

type RandomBytes = (size: number) => Uint8Array

const TOKEN_BYTES = 32
const TOKEN_SHAPE = /^[A-Za-z0-9_-]{43}$/
/** 32 letters and digits that nobody confuses: no 0 o, no 1 l. */
const CLEAR_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

export function newToken(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url')
}

/** The stored form, or undefined when the text cannot be a token of ours. */
export function hashToken(token: string): TokenHash | undefined {
  if (!TOKEN_SHAPE.test(token)) return undefined
  return createHash('sha256').update(token).digest('hex') as TokenHash
}

/** The stored form of a token just made by newToken. */
export function hashOwnToken(token: string): TokenHash {
  return createHash('sha256').update(token).digest('hex') as TokenHash
}

/** A password for a phone: typed from a screen into a small keyboard, so without look-alikes and capitals. */
export function newSipPassword(randomBytes: RandomBytes): string {
  return clearText(randomBytes(SIP_PASSWORD_CHARS))
}

/** Decimal digits, the first ones too, each as likely as any other. */
export function newPin(randomBytes: RandomBytes, digits: number): string {
  let pin = ''
  while (pin.length < digits) {
    // 250 is the last multiple of 10 in a byte: what is above would make small digits likelier.
    for (const byte of randomBytes(digits)) if (byte < 250 && pin.length < digits) pin += byte % 10
  }
  return pin
}

/** `size` characters of 5 random bits each. */
export function clearText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += CLEAR_ALPHABET[byte & 31]
  return text
}

/** H(A1) of digest (RFC 7616 §3.4.2) for both algorithms, in lower-case hex. */
export function digestHa1(
  sipName: string,
  realm: string,
  password: string,
): { readonly md5: string; readonly sha256: string } {
  const a1 = `${sipName}:${realm}:${password}`
  return {
    md5: createHash('md5').update(a1).digest('hex'),
    sha256: createHash('sha256').update(a1).digest('hex'),
  }
}
