// Keys for SRTP in the description (SDES, RFC 4568): a=crypto lines as values. One key a line; no key
// derivation rate, no unencrypted or unauthenticated streams, no FEC.
import { fail, ok, type Result } from '@rufwerk/core'
import { type Attribute, attributeValues } from '../model.ts'

/** RFC 4568 §6.2, RFC 6188, RFC 7714. The names are those of the rtp package, which may not be imported. */
export type CryptoSuite =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AEAD_AES_128_GCM'
  | 'AEAD_AES_256_GCM'

/** Bytes of master key and salt. */
export const SUITES: ReadonlyMap<CryptoSuite, { readonly keyBytes: number; readonly saltBytes: number }> =
  new Map([
    ['AES_CM_128_HMAC_SHA1_80', { keyBytes: 16, saltBytes: 14 }],
    ['AES_CM_128_HMAC_SHA1_32', { keyBytes: 16, saltBytes: 14 }],
    ['AES_256_CM_HMAC_SHA1_80', { keyBytes: 32, saltBytes: 14 }],
    ['AES_256_CM_HMAC_SHA1_32', { keyBytes: 32, saltBytes: 14 }],
    ['AEAD_AES_128_GCM', { keyBytes: 16, saltBytes: 12 }],
    ['AEAD_AES_256_GCM', { keyBytes: 32, saltBytes: 12 }],
  ])

/** What an answer takes when the policy says nothing. */
export const KNOWN_SUITES: readonly CryptoSuite[] = [...SUITES.keys()]

/** The master key of one direction. Secret: for the media engine only, never for a log. */
export interface SrtpKeys {
  readonly key: Uint8Array
  readonly salt: Uint8Array
}

/** One a=crypto line that we can use. */
export interface CryptoLine extends SrtpKeys {
  /** 1–9 digits; the answer repeats that of the line it takes. */
  readonly tag: number
  readonly suite: CryptoSuite
  /** Packets that the key may be used for; absent: as many as SRTP allows. */
  readonly lifetimePackets?: number
  /** Each packet under this key carries these 1–128 bytes. */
  readonly mki?: Uint8Array
}

/** Why a line is passed over. */
export type CryptoFault = 'malformed' | 'unknown-suite' | 'unknown-parameter' | 'several-keys'

/** Further a=crypto lines of one section are not read. */
export const CRYPTO_LINES_MAX = 16
const MKI_BYTES_MAX = 128
const LIFETIME_EXPONENT_MAX = 48

/** Reads the value of an a=crypto attribute (RFC 4568 §9.1). */
export function parseCrypto(value: string): Result<CryptoLine, CryptoFault> {
  const [tag, suiteName, keyParams, ...sessionParams] = value.trim().split(/ +/)
  if (tag === undefined || suiteName === undefined || keyParams === undefined) return fail('malformed')
  if (!/^[0-9]{1,9}$/.test(tag)) return fail('malformed')
  const suite = KNOWN_SUITES.find((name) => name === suiteName.toUpperCase())
  if (suite === undefined) return fail('unknown-suite')
  if (!sessionParams.every(isHarmless)) return fail('unknown-parameter')
  if (keyParams.includes(';')) return fail('several-keys')
  const inline = /^inline:([A-Za-z0-9+/]{1,96}={0,2})((?:\|[^|]{1,40}){0,2})$/i.exec(keyParams)
  if (inline === null) return fail('malformed')
  const keys = cutKeys(suite, inline[1] as string)
  const limits = readKeyLimits((inline[2] as string).split('|').slice(1))
  if (keys === undefined || limits === undefined) return fail('malformed')
  return ok({ tag: Number(tag), suite, ...keys, ...limits })
}

/**
 * Session parameters that change nothing for us (RFC 4568 §6.3): a window hint, a derivation rate of 0, and
 * anything marked with "-" as not needed.
 */
function isHarmless(parameter: string): boolean {
  return /^(?:-.+|WSH=[0-9]{1,5}|KDR=0)$/i.test(parameter)
}

function cutKeys(suite: CryptoSuite, base64: string): SrtpKeys | undefined {
  const { keyBytes, saltBytes } = SUITES.get(suite) as { keyBytes: number; saltBytes: number }
  const digits = base64.replace(/=+$/, '')
  // Some peers leave the padding out; the number of digits decides.
  if (digits.length !== Math.ceil(((keyBytes + saltBytes) * 4) / 3)) return undefined
  const bytes = Uint8Array.from(atob(digits), (char) => char.charCodeAt(0))
  return { key: bytes.subarray(0, keyBytes), salt: bytes.subarray(keyBytes) }
}

/** `|lifetime|mki:length`, each at most once, in this order (RFC 4568 §6.1). */
function readKeyLimits(parts: readonly string[]): Pick<CryptoLine, 'lifetimePackets' | 'mki'> | undefined {
  const limits: { lifetimePackets?: number; mki?: Uint8Array } = {}
  for (const [place, part] of parts.entries()) {
    const lifetime = place === 0 ? /^(?:2\^([0-9]{1,2})|([1-9][0-9]{0,14}))$/.exec(part) : null
    if (lifetime !== null) {
      const packets = lifetime[1] === undefined ? Number(lifetime[2]) : 2 ** Number(lifetime[1])
      if (packets > 2 ** LIFETIME_EXPONENT_MAX) return undefined
      limits.lifetimePackets = packets
      continue
    }
    const mki = /^([0-9]{1,15}):([0-9]{1,3})$/.exec(part)
    const length = Number(mki?.[2])
    if (mki === null || limits.mki !== undefined || length < 1 || length > MKI_BYTES_MAX) return undefined
    const bytes = new Uint8Array(length)
    let rest = BigInt(mki[1] as string)
    for (let at = length - 1; at >= 0; at -= 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn)
    if (rest > 0n) return undefined
    limits.mki = bytes
  }
  return limits
}

export function writeCrypto({ tag, suite, key, salt }: CryptoLine): string {
  return `${tag} ${suite} inline:${btoa(String.fromCharCode(...key, ...salt))}`
}

/**
 * Tag and suite of a line, in place of it where no key may stand. It is no line for
 * `parseCrypto`.
 */
export function writeNamedKey({ tag, suite }: Pick<CryptoLine, 'tag' | 'suite'>): string {
  return `${tag} ${suite}`
}

/** Reads what `writeNamedKey` wrote; undefined for anything else, also for a whole line. */
export function readNamedKey(value: string): Pick<CryptoLine, 'tag' | 'suite'> | undefined {
  const [, tag, name] = /^([0-9]{1,9}) ([A-Z0-9_]{1,40})$/.exec(value) ?? []
  const suite = KNOWN_SUITES.find((known) => known === name)
  return tag === undefined || suite === undefined ? undefined : { tag: Number(tag), suite }
}

/** The usable lines of a section, in their order; of two with one tag the first. */
export function readCryptoLines(attributes: readonly Attribute[]): CryptoLine[] {
  const lines: CryptoLine[] = []
  for (const value of attributeValues(attributes, 'crypto').slice(0, CRYPTO_LINES_MAX)) {
    const line = parseCrypto(value)
    if (line.ok && !lines.some(({ tag }) => tag === line.value.tag)) lines.push(line.value)
  }
  return lines
}

/** A text with the keys of all a=crypto lines blotted out, for logs and traces. */
export function redactKeys(text: string): string {
  return text.replace(/(\binline:)[^\s;|]+/gi, '$1…')
}
