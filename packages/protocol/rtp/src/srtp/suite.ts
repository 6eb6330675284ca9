// The SRTP suites that we speak (RFC 3711, RFC 6188, RFC 7714) under their names in SDP (RFC 4568 §6.2),
// and the derivation of session keys (RFC 3711 §4.3). No key derivation rate, no F8, no null cipher.
import { createCipheriv } from 'node:crypto'
import { assert } from '@rufwerk/core'

export type SrtpSuite =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AEAD_AES_128_GCM'
  | 'AEAD_AES_256_GCM'

export interface SuiteFacts {
  readonly keyBytes: 16 | 32
  readonly saltBytes: 12 | 14
  readonly isAead: boolean
  readonly rtpTagBytes: 4 | 10 | 16
  /** SRTCP is never shortened to 32 bits (RFC 3711 §5.2, RFC 6188 §4). */
  readonly rtcpTagBytes: 10 | 16
}

export const SRTP_SUITES: Readonly<Record<SrtpSuite, SuiteFacts>> = {
  AES_CM_128_HMAC_SHA1_80: facts(16, 10),
  AES_CM_128_HMAC_SHA1_32: facts(16, 4),
  AES_256_CM_HMAC_SHA1_80: facts(32, 10),
  AES_256_CM_HMAC_SHA1_32: facts(32, 4),
  AEAD_AES_128_GCM: facts(16, 16),
  AEAD_AES_256_GCM: facts(32, 16),
}

function facts(keyBytes: 16 | 32, rtpTagBytes: 4 | 10 | 16): SuiteFacts {
  const isAead = rtpTagBytes === 16
  return { keyBytes, saltBytes: isAead ? 12 : 14, isAead, rtpTagBytes, rtcpTagBytes: isAead ? 16 : 10 }
}

/** What one direction of a stream is protected with. `auth` is empty with the AEAD suites. */
export interface SessionKeys {
  readonly key: Uint8Array
  readonly salt: Uint8Array
  readonly auth: Uint8Array
}

const AUTH_KEY_BYTES = 20
const IV_BYTES = 16
/** RFC 3711 §4.3.1: where the label meets the salt when the derivation rate is 0. */
const LABEL_AT = 7
const LABELS = { rtp: { key: 0, auth: 1, salt: 2 }, rtcp: { key: 3, auth: 4, salt: 5 } } as const

/**
 * Session keys out of the master key (RFC 3711 §4.3; RFC 6188 §3 with AES-256; RFC 7714 §11, where the salt
 * of 12 bytes is filled up with zeros). Lengths must be those of the suite.
 */
export function deriveKeys(
  suite: SrtpSuite,
  masterKey: Uint8Array,
  masterSalt: Uint8Array,
  kind: 'rtp' | 'rtcp',
): SessionKeys {
  const { keyBytes, saltBytes, isAead } = SRTP_SUITES[suite]
  assert(masterKey.length === keyBytes, 'the master key has the length of its suite')
  assert(masterSalt.length === saltBytes, 'the master salt has the length of its suite')
  const derive = (label: number, bytes: number): Uint8Array => {
    const iv = new Uint8Array(IV_BYTES)
    iv.set(masterSalt)
    iv[LABEL_AT] = (iv[LABEL_AT] as number) ^ label
    return createCipheriv(keyBytes === 16 ? 'aes-128-ctr' : 'aes-256-ctr', masterKey, iv).update(
      new Uint8Array(bytes),
    )
  }
  const labels = LABELS[kind]
  return {
    key: derive(labels.key, keyBytes),
    salt: derive(labels.salt, saltBytes),
    auth: isAead ? new Uint8Array(0) : derive(labels.auth, AUTH_KEY_BYTES),
  }
}
