// What is known of an installation, from an inventory, a collector or a User-Agent, brought to one form.
import { FILES_MAX } from '../limits.ts'
import type { Platform } from '../platform.ts'
import { type Purl, parsePurl } from '../purl.ts'
import { readClientText } from '../versions/client.ts'
import { compareVersions, type Version } from '../versions/generic.ts'
import { productKey } from './product-names.ts'
import type { Doubt } from './verdict.ts'

export interface Installation {
  readonly vendor?: string
  readonly product?: string
  readonly platform?: Platform
  /** As it was reported. */
  readonly version?: string
  readonly files?: readonly { readonly name?: string; readonly sha256?: string }[]
  readonly purl?: string
  readonly userAgent?: string
}

export interface Known {
  readonly vendor: string | undefined
  readonly key: string | undefined
  readonly platform: Platform | undefined
  readonly version: Version | Doubt
  /** As it was reported, for schemes that write versions in their own way. */
  readonly rawVersion: string | undefined
  readonly files: readonly { readonly name: string | undefined; readonly sha256: string | undefined }[]
  readonly purl: Purl | undefined
}

export function knownOf(installation: Installation): Known {
  const said = installation.userAgent === undefined ? undefined : readClientText(installation.userAgent)
  const agent = said === 'unreadable' ? undefined : said
  const reported = installation.version === undefined ? undefined : readClientText(installation.version)
  const fromVersion = reported === 'unreadable' ? undefined : reported
  const product = installation.product ?? fromVersion?.product ?? agent?.product
  return {
    vendor: installation.vendor,
    key: product === undefined ? undefined : productKey(installation.vendor, product),
    platform: installation.platform ?? fromVersion?.platform ?? agent?.platform,
    version: versionOf(reported, said),
    rawVersion: installation.version?.trim() ?? agent?.version.text,
    files: (installation.files ?? []).slice(0, FILES_MAX).map(({ name, sha256 }) => ({
      name: name?.toLowerCase(),
      sha256: sha256?.toLowerCase(),
    })),
    purl: installation.purl === undefined ? undefined : parsePurl(installation.purl),
  }
}

type ClientSaid = ReturnType<typeof readClientText> | undefined

function versionOf(reported: ClientSaid, said: ClientSaid): Version | Doubt {
  if (reported === 'unreadable') return 'version-unreadable'
  if (reported === undefined) {
    if (said === undefined) return 'version-missing'
    return said === 'unreadable' ? 'version-unreadable' : said.version
  }
  // Two reports of one installation that differ: one of them is old or forged.
  const other = said === undefined || said === 'unreadable' ? undefined : said.version
  if (other && compareVersions(other, reported.version) !== 0) return 'versions-differ'
  return reported.version
}
