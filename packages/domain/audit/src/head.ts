// The signed head of a chain: how long it was at a time, and its last hash. Whoever keeps one elsewhere can
// say later whether what it covers was changed, also by the one who owns the server and its key.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

export interface Head {
  readonly tenant: string
  /** Entries that it covers. */
  readonly seq: number
  readonly hash: string
  /** When it was signed, UTC milliseconds. */
  readonly at: number
}

export interface SignedHead extends Head {
  /** Ed25519 (RFC 8032), in base64. */
  readonly signature: string
}

/** DER of an Ed25519 private key before its 32 bytes (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** `seed`: 32 secret bytes, for this purpose only. */
export function signingKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

/** The public key as others need it to check: PEM (RFC 8410). */
export function publicPem(key: KeyObject): string {
  const isPrivate = key.type === 'private'
  return (isPrivate ? createPublicKey(key) : key).export({ type: 'spki', format: 'pem' }).toString()
}

/** Undefined when this is no Ed25519 public key. */
export function readPublicKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

export function signHead(head: Head, key: KeyObject): SignedHead {
  return { ...head, signature: sign(null, bytesOf(head), key).toString('base64') }
}

export function isSignedBy(head: SignedHead, key: KeyObject): boolean {
  const signature = Buffer.from(head.signature, 'base64')
  return signature.length === 64 && verify(null, bytesOf(head), key, signature)
}

/** A line for each field; none of them can hold a line break but the name of the company, which is quoted. */
function bytesOf({ tenant, seq, hash, at }: Head): Buffer {
  return Buffer.from(`rufwerk-audit-head/v1\n${JSON.stringify(tenant)}\n${seq}\n${hash}\n${at}\n`)
}
