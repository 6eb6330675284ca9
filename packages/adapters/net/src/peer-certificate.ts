// Whom a TLS peer proved to be: the names in its verified certificate, as SIP reads them (RFC 5922).
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** What a connection's certificate says; only made when it was verified against an authority. */
export interface PeerCertificate {
  /** True when the certificate is for this host name or IP address. */
  isFor(name: string): boolean
}

/**
 * True when the certificate names `name`: as `sip:` URI (RFC 5922 §7.1), as host name, or as IP address.
 * Deviates from RFC 5922 §7.2: a wildcard matches one label, as with HTTPS, because carriers use them.
 */
export function isCertifiedFor(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined
  const lower = name.toLowerCase()
  // Node puts anything that could be mistaken for a separator into quotes, which then match no name.
  const entries = (certificate.subjectAltName ?? '').toLowerCase().split(', ')
  if (entries.includes(`uri:sip:${lower}`)) return true
  return certificate.checkHost(lower, { subject: 'never' }) !== undefined
}

/** For `checkServerIdentity` of node:tls: an error when the server is somebody else. */
export function checkPeer(name: string, raw: Buffer): Error | undefined {
  if (isCertifiedFor(new X509Certificate(raw), name)) return undefined
  return Object.assign(new Error(`the certificate is not for ${name}`), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
}

/** The verified certificate of the other end, when it showed one. */
export function peerCertificateOf(socket: TLSSocket): PeerCertificate | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  return certificate && { isFor: (name) => isCertifiedFor(certificate, name) }
}
