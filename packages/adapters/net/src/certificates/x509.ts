// Writes X.509 (RFC 5280), signing requests (RFC 2986) and the answer to TLS-ALPN-01 (RFC 8737), all with EC
// P-256. The only file that knows PKI.js; what it writes is PEM text that node:crypto reads back.
import { createHash, createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import { assert, type WallTime } from '@rufwerk/core'
import { ipBytes } from '@rufwerk/core/ip-address'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

/** A private key (PKCS #8) and its certificate chain, leaf first, both PEM. */
export interface KeyPair {
  readonly key: string
  readonly chain: string
}

/** From when to when a certificate is valid. */
export interface Validity {
  readonly notBefore: WallTime
  readonly notAfter: WallTime
}

export interface AuthorityOptions extends Validity {
  readonly commonName: string
  /** Domains below which the authority may sign, each with all its subdomains; none at all means no limit. */
  readonly permittedDomains: readonly string[]
  /** Networks within which it may sign: `10.0.0.0/8`. */
  readonly permittedNetworks: readonly string[]
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const HASH = 'SHA-256'
const OID = {
  commonName: '2.5.4.3',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  acmeIdentifier: '1.3.6.1.5.5.7.1.31',
  extensionRequest: '1.2.840.113549.1.9.14',
} as const
/** GeneralName choices (RFC 5280 §4.2.1.6). */
const DNS_NAME = 2
const IP_ADDRESS = 7
/** Key usage bits, from the left of their byte (RFC 5280 §4.2.1.3). */
const DIGITAL_SIGNATURE = 0x80
const CERTIFICATE_AND_CRL_SIGN = 0x06

/** A new private key in PEM. */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await newKeys()
  return pemOfKey(privateKey)
}

/** A certificate authority that may sign TLS certificates only, and only for the names it is given. */
export async function writeAuthority(options: AuthorityOptions): Promise<KeyPair> {
  const keys = await newKeys()
  const certificate = await emptyCertificate(options, keys.publicKey)
  certificate.subject = named(options.commonName)
  certificate.issuer = named(options.commonName)
  const limits = new pkijs.NameConstraints({ permittedSubtrees: subtrees(options) })
  certificate.extensions = [
    extension(OID.basicConstraints, true, new pkijs.BasicConstraints({ cA: true, pathLenConstraint: 0 })),
    keyUsage(CERTIFICATE_AND_CRL_SIGN),
    purposes(),
    subjectKeyIdentifier(certificate),
    ...((limits.permittedSubtrees ?? []).length > 0 ? [extension(OID.nameConstraints, true, limits)] : []),
  ]
  await certificate.sign(keys.privateKey, HASH)
  return { key: pemOfKey(keys.privateKey), chain: pem('CERTIFICATE', certificate.toSchema(true).toBER()) }
}

/** The name constraints of an authority. */
export interface Permitted {
  /** Each with all its subdomains. */
  readonly domains: readonly string[]
  readonly networks: readonly { readonly address: string; readonly length: number }[]
}

/** What an authority may sign, read from its certificate. */
export function readPermitted(chain: string): Permitted {
  const { extensions = [] } = pkijs.Certificate.fromBER(derOf(chain))
  const found = extensions.find(({ extnID }) => extnID === OID.nameConstraints)?.parsedValue
  const permitted = found instanceof pkijs.NameConstraints ? (found.permittedSubtrees ?? []) : []
  const bases = permitted.map(({ base }) => base)
  const networks = bases
    .filter(({ type }) => type === IP_ADDRESS)
    .map(({ value }) => bytesOf(value))
    .map((bytes) => {
      const half = bytes.length / 2
      const mask = [...bytes.subarray(half)].map((byte) => byte.toString(2).replaceAll('0', '')).join('')
      return { address: ipText(bytes.subarray(0, half)), length: mask.length }
    })
  return {
    domains: bases.filter(({ type }) => type === DNS_NAME).map(({ value }) => String(value)),
    networks,
  }
}

/** A server's certificate for host names and IP addresses, signed by `authority`; a new key with it. */
export async function writeLeaf(
  authority: KeyPair,
  names: readonly string[],
  validity: Validity,
): Promise<KeyPair> {
  const keys = await newKeys()
  const chain = await signFor(authority, keys.publicKey, names, validity)
  return { key: pemOfKey(keys.privateKey), chain }
}

/** A signing request for `names`, in DER (RFC 8555 §7.4 wants it so). */
export async function writeRequest(privateKey: string, names: readonly string[]): Promise<Uint8Array> {
  const request = new pkijs.CertificationRequest()
  await request.subjectPublicKeyInfo.importKey(await publicOf(privateKey))
  const extensions = new pkijs.Extensions({ extensions: [alternativeNames(names)] })
  request.attributes = [new pkijs.Attribute({ type: OID.extensionRequest, values: [extensions.toSchema()] })]
  await request.sign(await webKey(privateKey), HASH)
  return new Uint8Array(request.toSchema(true).toBER())
}

/**
 * Signs what a request asks for: its key and its names. For authorities in tests; undefined when the request
 * is not signed by its own key.
 */
export async function signRequest(
  authority: KeyPair,
  request: Uint8Array,
  validity: Validity,
): Promise<{ readonly names: readonly string[]; readonly chain: string } | undefined> {
  const parsed = pkijs.CertificationRequest.fromBER(new Uint8Array(request))
  if (!(await parsed.verify())) return undefined
  const wanted = parsed.attributes?.find(({ type }) => type === OID.extensionRequest)
  const { extensions } = new pkijs.Extensions({ schema: wanted?.values[0] })
  const names = extensions
    .filter(({ extnID }) => extnID === OID.subjectAltName)
    .flatMap(({ parsedValue }) => (parsedValue as pkijs.AltName).altNames)
    .map((name) => (name.type === DNS_NAME ? String(name.value) : ipText(bytesOf(name.value))))
  const publicKey = await parsed.getPublicKey()
  return { names, chain: await signFor(authority, publicKey, names, validity) }
}

/** The self-signed certificate that answers TLS-ALPN-01 for one name (RFC 8737 §3). */
export async function writeChallengeLeaf(
  name: string,
  keyAuthorization: string,
  validity: Validity,
): Promise<KeyPair> {
  const keys = await newKeys()
  const certificate = await emptyCertificate(validity, keys.publicKey)
  certificate.subject = named('ACME challenge')
  certificate.issuer = named('ACME challenge')
  const digest = createHash('sha256').update(keyAuthorization).digest()
  const proof = new asn1js.OctetString({ valueHex: new Uint8Array(digest) })
  certificate.extensions = [alternativeNames([name]), rawExtension(OID.acmeIdentifier, true, proof.toBER())]
  await certificate.sign(keys.privateKey, HASH)
  return { key: pemOfKey(keys.privateKey), chain: pem('CERTIFICATE', certificate.toSchema(true).toBER()) }
}

async function signFor(
  authority: KeyPair,
  publicKey: CryptoKey,
  names: readonly string[],
  validity: Validity,
): Promise<string> {
  const issuer = pkijs.Certificate.fromBER(derOf(authority.chain))
  const certificate = await emptyCertificate(validity, publicKey)
  // An address as common name would be checked as a host name against the authority's constraints.
  certificate.subject = named(names.find((name) => isIP(name) === 0) ?? 'Server with an IP address')
  certificate.issuer = issuer.subject
  certificate.extensions = [
    extension(OID.basicConstraints, true, new pkijs.BasicConstraints({ cA: false })),
    keyUsage(DIGITAL_SIGNATURE),
    purposes(),
    subjectKeyIdentifier(certificate),
    authorityKeyIdentifier(issuer),
    alternativeNames(names),
  ]
  await certificate.sign(await webKey(authority.key), HASH)
  return pem('CERTIFICATE', certificate.toSchema(true).toBER()) + authority.chain
}

async function emptyCertificate(validity: Validity, publicKey: CryptoKey): Promise<pkijs.Certificate> {
  const certificate = new pkijs.Certificate()
  certificate.version = 2 // That is version 3.
  const serial = new Uint8Array(randomBytes(16))
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40 // Positive, and always 16 bytes (RFC 5280 §4.1.2.2).
  certificate.serialNumber = new asn1js.Integer({ valueHex: serial })
  certificate.notBefore.value = new Date(validity.notBefore)
  certificate.notAfter.value = new Date(validity.notAfter)
  await certificate.subjectPublicKeyInfo.importKey(publicKey)
  return certificate
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])
}

function webKey(privateKey: string): Promise<CryptoKey> {
  const der = createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', new Uint8Array(der), CURVE, true, ['sign'])
}

async function publicOf(privateKey: string): Promise<CryptoKey> {
  const { kty, crv, x, y } = createPrivateKey(privateKey).export({ format: 'jwk' })
  return webcrypto.subtle.importKey('jwk', { kty, crv, x, y }, CURVE, true, ['verify'])
}

function named(commonName: string): pkijs.RelativeDistinguishedNames {
  const value = new asn1js.Utf8String({ value: commonName.slice(0, 64) }) // ub-common-name
  return new pkijs.RelativeDistinguishedNames({
    typesAndValues: [new pkijs.AttributeTypeAndValue({ type: OID.commonName, value })],
  })
}

function rawExtension(extnID: string, critical: boolean, extnValue: ArrayBuffer): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue })
}

function extension(
  extnID: string,
  critical: boolean,
  value: { toSchema(): { toBER(): ArrayBuffer } },
): pkijs.Extension {
  return rawExtension(extnID, critical, value.toSchema().toBER())
}

/** TLS and nothing else: neither code nor mail can be signed with what follows from it. */
function purposes(): pkijs.Extension {
  const value = new pkijs.ExtKeyUsage({ keyPurposes: [OID.serverAuth, OID.clientAuth] })
  return extension(OID.extendedKeyUsage, false, value)
}

function keyUsage(bits: number): pkijs.Extension {
  const unusedBits = 31 - Math.clz32(bits & -bits)
  const value = new asn1js.BitString({ valueHex: new Uint8Array([bits]), unusedBits })
  return rawExtension(OID.keyUsage, true, value.toBER())
}

function keyHash(certificate: pkijs.Certificate): Uint8Array<ArrayBuffer> {
  const key = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView
  return new Uint8Array(createHash('sha1').update(key).digest()) // RFC 5280 §4.2.1.2
}

function subjectKeyIdentifier(certificate: pkijs.Certificate): pkijs.Extension {
  const value = new asn1js.OctetString({ valueHex: keyHash(certificate) })
  return rawExtension(OID.subjectKeyIdentifier, false, value.toBER())
}

function authorityKeyIdentifier(issuer: pkijs.Certificate): pkijs.Extension {
  const keyIdentifier = new asn1js.OctetString({ valueHex: keyHash(issuer) })
  return extension(OID.authorityKeyIdentifier, false, new pkijs.AuthorityKeyIdentifier({ keyIdentifier }))
}

function alternativeNames(names: readonly string[]): pkijs.Extension {
  const altNames = names.map((name) => generalName(name))
  return extension(OID.subjectAltName, false, new pkijs.AltName({ altNames }))
}

/** The text of 4 or 16 bytes; IPv6 without abbreviation. */
function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  return (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':')
}

function generalName(name: string): pkijs.GeneralName {
  const bytes = ipBytes(name)
  if (bytes === undefined) return new pkijs.GeneralName({ type: DNS_NAME, value: name })
  const value = new asn1js.OctetString({ valueHex: bytes })
  return new pkijs.GeneralName({ type: IP_ADDRESS, value })
}

function bytesOf(value: asn1js.OctetString): Buffer {
  return Buffer.from(value.valueBlock.valueHexView)
}

/** RFC 5280 §4.2.1.10: a network is its address followed by its mask. */
function subtrees(options: AuthorityOptions): pkijs.GeneralSubtree[] {
  const domains = options.permittedDomains.map(
    (value) => new pkijs.GeneralSubtree({ base: new pkijs.GeneralName({ type: DNS_NAME, value }) }),
  )
  const networks = options.permittedNetworks.map((network) => {
    const [address = '', length = ''] = network.split('/')
    const bytes = ipBytes(address)
    assert(bytes, `${network} is a network`)
    const mask = bytes.map((_, index) => 0xff00 >> Math.min(Math.max(Number(length) - index * 8, 0), 8))
    const value = new asn1js.OctetString({ valueHex: new Uint8Array([...bytes, ...mask]) })
    return new pkijs.GeneralSubtree({ base: new pkijs.GeneralName({ type: IP_ADDRESS, value }) })
  })
  return [...domains, ...networks]
}

function pemOfKey(key: CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** The first certificate of a PEM text, in DER. */
function derOf(chain: string): Uint8Array<ArrayBuffer> {
  const body = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(chain)?.[1] ?? ''
  return new Uint8Array(Buffer.from(body, 'base64'))
}
