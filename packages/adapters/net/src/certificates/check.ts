// Reads a PEM chain with its key and says in one sentence what is wrong with it: order, key, dates, names.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { fail, ok, type Result, type WallTime, wallTime } from '@rufwerk/core'
import type { CertificateError } from './errors.ts'
import type { KeyPair } from './x509.ts'

/** A chain and key that were checked and fit together. */
export interface CheckedPair extends KeyPair {
  readonly leaf: X509Certificate
  readonly notBefore: WallTime
  readonly notAfter: WallTime
}

/** Certificates in one chain; a longer one is refused. */
const CHAIN_LENGTH_MAX = 10
const RSA_BITS_MIN = 2048
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Checks everything a TLS client would complain about, besides trust. `names` are those that must be in it.
 */
export function checkPair(
  pair: KeyPair,
  names: readonly string[],
  now: WallTime,
): Result<CheckedPair, CertificateError> {
  const chain = readChain(pair.chain)
  if (!chain.ok) return chain
  const [leaf] = chain.value
  const key = readKey(pair.key)
  if (!key.ok) return key
  if (leaf === undefined) return problem('unreadable', 'There is no certificate in the file.')
  if (!leaf.checkPrivateKey(key.value))
    return problem('key-mismatch', 'The private key does not belong to the first certificate of the file.')
  if (leaf.ca)
    return problem('not-a-server-certificate', `The certificate of ${subject(leaf)} is an authority's.`)
  const weak = weakness(leaf)
  if (weak !== undefined) return problem('weak-key', weak)
  const notBefore = wallTime(leaf.validFromDate.getTime())
  const notAfter = wallTime(leaf.validToDate.getTime())
  if (now >= notAfter) return problem('expired', `The certificate expired on ${day(notAfter)}.`)
  if (now < notBefore)
    return problem('not-yet-valid', `The certificate is valid from ${day(notBefore)} only.`)
  const missing = names.filter((name) => !covers(leaf, name))
  if (missing.length > 0)
    return problem('name-missing', `The certificate is not for ${missing.slice(0, 5).join(', ')}.`)
  return ok({ ...pair, leaf, notBefore, notAfter })
}

/** True when a TLS client that wants to reach `name` accepts the certificate. */
export function covers(leaf: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return leaf.checkIP(name) !== undefined
  return leaf.checkHost(name, { subject: 'never' }) !== undefined
}

function readChain(text: string): Result<X509Certificate[], CertificateError> {
  const blocks = text.match(PEM_CERTIFICATE) ?? []
  if (blocks.length === 0) return problem('unreadable', 'There is no PEM certificate in the file.')
  if (blocks.length > CHAIN_LENGTH_MAX)
    return problem('unreadable', `There are more than ${CHAIN_LENGTH_MAX} certificates in the file.`)
  const chain: X509Certificate[] = []
  for (const [index, block] of blocks.entries()) {
    try {
      chain.push(new X509Certificate(block))
    } catch {
      return problem('unreadable', `Certificate ${index + 1} of the file cannot be read.`)
    }
  }
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1]
    if (issuer === undefined || isSignedBy(certificate, issuer)) continue
    const expected = `${subject(certificate)} is not signed by ${subject(issuer)}, which follows it`
    return problem('chain-order', `${expected}. First the server's certificate, then each one's signer.`)
  }
  return ok(chain)
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function readKey(text: string): Result<KeyObject, CertificateError> {
  if (/ENCRYPTED/.test(text))
    return problem('key-unreadable', 'The private key has a password; write it without one.')
  try {
    return ok(createPrivateKey(text))
  } catch {
    return problem('key-unreadable', 'There is no private key in PEM form in the file.')
  }
}

function weakness({ publicKey }: X509Certificate): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey
  if (type === 'rsa' || type === 'rsa-pss') {
    const bits = details?.modulusLength ?? 0
    return bits < RSA_BITS_MIN
      ? `An RSA key of ${bits} bits is too short; at least ${RSA_BITS_MIN}.`
      : undefined
  }
  if (type === 'ec' || type === 'ed25519' || type === 'ed448') return undefined
  return `Keys of type ${type ?? 'unknown'} are not used in TLS.`
}

function subject(certificate: X509Certificate): string {
  return certificate.subject?.split('\n').at(-1)?.replace(/^CN=/, '') || 'a certificate without a name'
}

function day(time: WallTime): string {
  return new Date(time).toISOString().slice(0, 10)
}

function problem(code: CertificateError['code'], message: string): Result<never, CertificateError> {
  return fail({ code, message })
}
