// What certificates are got and trusted with, outside the interface: the local authority's certificate as a
// file, and the proofs that an ACME authority fetches. Public, like every certificate.
import { PATHS } from '@rufwerk/contract'
import type { CertificatePort } from '../ports.ts'

/** Answers the ACME authority, who comes from anywhere and before anything is set up. */
export function acmeProof(url: string, certificates: CertificatePort | undefined): Response | undefined {
  const { pathname } = new URL(url)
  if (!pathname.startsWith(PATHS.acmeChallenge)) return undefined
  const proof = certificates?.answerChallenge(pathname)
  return proof === undefined ? undefined : file(proof, 'text/plain')
}

/** Undefined when the path is not one of these. */
export function authorityFile(
  pathname: string,
  certificates: CertificatePort | undefined,
): Response | undefined {
  const authority = certificates?.authority()
  if (authority === undefined) return undefined
  // RFC 2585 §3 says application/pkix-cert; only this older name makes Android and iOS offer to install it.
  if (pathname === PATHS.authority.der) return file(authority.der.slice(), 'application/x-x509-ca-cert')
  if (pathname === PATHS.authority.pem) return file(authority.pem, 'application/x-pem-file')
  return undefined
}

function file(body: string | Uint8Array<ArrayBuffer>, type: string): Response {
  return new Response(body, { headers: { 'content-type': type } })
}
