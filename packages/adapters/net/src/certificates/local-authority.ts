// The authority of this installation: made on first use, limited to names that belong to a local network, so
// that a device which trusts it cannot be deceived about any other site. Signs short-lived certificates.
import { X509Certificate } from 'node:crypto'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { fail, ok, type Result, type WallTime, wallTime } from '@rufwerk/core'
import { LOOPBACK_NETWORKS, PRIVATE_NETWORKS } from '@rufwerk/core/ip-address'
import { type CheckedPair, checkPair } from './check.ts'
import type { CertificateError } from './errors.ts'
import type { CertificateFolder } from './folder.ts'
import type { KeyPair, Permitted } from './x509.ts'

const AUTHORITY_FILE = 'local-authority.pem'
const LEAF_FILE = 'local.pem'
const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3650
const LEAF_DAYS = 90
/** Clocks of phones are wrong. */
const BACKDATE_MS = DAY_MS

/** Names that no public authority signs (RFC 6761, 6762, 8375, ICANN's "internal", and what routers use). */
const LOCAL_DOMAINS = ['localhost', 'local', 'lan', 'home', 'home.arpa', 'internal', 'intranet', 'corp']
const LOCAL_NETWORKS = [...LOOPBACK_NETWORKS, ...PRIVATE_NETWORKS]

/** The certificate to install on devices. */
export interface AuthorityCertificate {
  readonly pem: string
  readonly der: Uint8Array
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string
  readonly notAfter: WallTime
}

export class LocalAuthority {
  readonly #folder: CertificateFolder
  readonly #pair: KeyPair
  readonly certificate: AuthorityCertificate

  private constructor(folder: CertificateFolder, pair: KeyPair, certificate: X509Certificate) {
    this.#folder = folder
    this.#pair = pair
    this.certificate = {
      pem: pair.chain,
      der: certificate.raw,
      fingerprint: certificate.fingerprint256,
      notAfter: wallTime(certificate.validToDate.getTime()),
    }
  }

  /**
   * The authority of this folder. A new one is limited to local names and to `names`, those it is made for;
   * later names outside that limit are refused by `issue`. `isNew` makes another one in its place, which
   * every device must then trust anew.
   */
  static async open(
    folder: CertificateFolder,
    names: readonly string[],
    now: WallTime,
    isNew = false,
  ): Promise<Result<LocalAuthority, CertificateError>> {
    const known = isNew ? undefined : folder.readPair(AUTHORITY_FILE)
    const certificate = known && readCertificate(known.chain)
    if (known && certificate && certificate.validToDate.getTime() > now)
      return ok(new LocalAuthority(folder, known, certificate))
    const hosts = names.filter((name) => isIP(name) === 0)
    const addresses = names.filter((name) => isIP(name) !== 0)
    const { writeAuthority } = await import('./x509.ts') // 15 MB of memory: only when something is written.
    const made = await writeAuthority({
      commonName: `Rufwerk local authority ${new Date(now).toISOString().slice(0, 10)}`,
      permittedDomains: [...LOCAL_DOMAINS, ...hosts.filter((name) => !isWithin(name, LOCAL_DOMAINS))],
      permittedNetworks: [
        ...LOCAL_NETWORKS,
        ...addresses.map((address) => `${address}/${isIPv6(address) ? 128 : 32}`),
      ],
      notBefore: wallTime(now - BACKDATE_MS),
      notAfter: wallTime(now + AUTHORITY_DAYS * DAY_MS),
    })
    const written = folder.writePair(AUTHORITY_FILE, made)
    if (!written.ok) return written
    return ok(new LocalAuthority(folder, made, new X509Certificate(made.chain)))
  }

  /** The stored certificate when it is for exactly these names and not due, otherwise a new one. */
  async issue(names: readonly string[], now: WallTime): Promise<Result<CheckedPair, CertificateError>> {
    if (names.length === 0) return fail({ code: 'no-names', message: 'A certificate needs a name.' })
    const known = this.#folder.readPair(LEAF_FILE)
    const checked = known && checkPair(known, names, now)
    if (checked?.ok && this.#isMine(checked.value) && now < renewalTime(checked.value)) return checked
    const x509 = await import('./x509.ts')
    const outside = this.#notPermitted(names, x509.readPermitted(this.#pair.chain))
    if (outside.length > 0)
      return fail({
        code: 'name-not-permitted',
        message: `The local authority may not sign for ${outside.join(', ')}: make a new one with this name.`,
      })
    const notAfter = Math.min(now + LEAF_DAYS * DAY_MS, this.certificate.notAfter)
    const leaf = await x509.writeLeaf(this.#pair, names, {
      notBefore: wallTime(now - BACKDATE_MS),
      notAfter: wallTime(notAfter),
    })
    const written = this.#folder.writePair(LEAF_FILE, leaf)
    return written.ok ? checkPair(leaf, names, now) : written
  }

  #isMine({ leaf }: CheckedPair): boolean {
    return leaf.verify(new X509Certificate(this.#pair.chain).publicKey)
  }

  /** The names that the constraints in the authority's certificate rule out. */
  #notPermitted(names: readonly string[], { domains, networks }: Permitted): string[] {
    const list = new BlockList()
    for (const { address, length } of networks) list.addSubnet(address, length, familyOf(address))
    return names.filter(
      (name) => !(isIP(name) === 0 ? isWithin(name, domains) : list.check(name, familyOf(name))),
    )
  }
}

/** When a certificate should be replaced: after two thirds of its life. */
export function renewalTime({ notBefore, notAfter }: CheckedPair): WallTime {
  return wallTime(notBefore + ((notAfter - notBefore) * 2) / 3)
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

function isWithin(name: string, domains: readonly string[]): boolean {
  const lower = name.toLowerCase()
  return domains.some((domain) => lower === domain || lower.endsWith(`.${domain}`))
}

function readCertificate(chain: string): X509Certificate | undefined {
  try {
    return new X509Certificate(chain)
  } catch {
    return undefined
  }
}
