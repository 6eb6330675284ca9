// Installations of a device as they are kept: which of two reports is about the same one, and what changed.
import { readClientText } from '@rufwerk/advisories'
import { productKey } from '@rufwerk/advisories/match'
import { FILES_MAX, PATH_CHARS_MAX, TEXT_CHARS_MAX } from './limits.ts'
import { type Found, type Scope, type Source, scopeOf } from './report.ts'

export interface Kept {
  readonly key: string
  readonly found: Found
  readonly source: Source
  /** Since when this product, version and files have been reported. */
  readonly since: number
  readonly lastSeen: number
}

/** What it is compared by in advisories; undefined where nothing names a product. */
export function productOf({ vendor, product, version, userAgent }: Found): string | undefined {
  if (product !== undefined) return productKey(vendor, product)
  for (const text of [version, userAgent]) {
    const read = text === undefined ? 'unreadable' : readClientText(text)
    if (read !== 'unreadable' && read.product !== undefined) return productKey(vendor, read.product)
  }
  return undefined
}

/** The same for two reports of one installation: product and place, or its files where no more is known. */
export function keyOf(found: Found, source: Source): string {
  const what = productOf(found) ?? found.files?.[0]?.sha256 ?? found.files?.[0]?.name ?? found.userAgent ?? ''
  return JSON.stringify([scopeOf(source), what.toLowerCase(), found.path?.toLowerCase() ?? ''])
}

export function scopeOfKept({ source }: Kept): Scope {
  return scopeOf(source)
}

/** Texts within their limits; a cut one ends with `…`, so that nobody takes it for the whole. */
export function trimmed(found: Found): Found {
  const { files, path, platform, ...texts } = found
  const cut: Record<string, string> = {}
  for (const [name, text] of Object.entries(texts)) if (typeof text === 'string') cut[name] = short(text)
  return {
    ...(cut as Omit<Found, 'files' | 'path' | 'platform'>),
    ...(platform !== undefined && { platform }),
    ...(path !== undefined && { path: short(path, PATH_CHARS_MAX) }),
    ...(files !== undefined && {
      files: files.slice(0, FILES_MAX).map(({ name, sha256 }) => ({
        ...(name !== undefined && { name: short(name) }),
        ...(sha256 !== undefined && { sha256: short(sha256) }),
      })),
    }),
  }
}

export function short(text: string, charsMax: number = TEXT_CHARS_MAX): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`
}

export function isSame(a: Found, b: Found): boolean {
  return shapeOf(a) === shapeOf(b)
}

/** Files in no order, names and checksums in lower case. */
function shapeOf({ vendor, product, platform, version, files = [], purl, userAgent }: Found): string {
  const sorted = files.map(({ name, sha256 }) => `${name?.toLowerCase()} ${sha256?.toLowerCase()}`).sort()
  return JSON.stringify([vendor, product, platform, version, purl, userAgent, sorted])
}
