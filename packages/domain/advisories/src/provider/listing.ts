// What an issuer lists as published: changes.csv of a folder (CSAF 2.0 §7.1.13), or a ROLIE feed (§7.1.15).
import { fail, ok, type Result } from '@rufwerk/core'
import { LISTED_MAX, LISTING_CHARS_MAX } from '../limits.ts'
import type { Finding } from '../read/finding.ts'
import { parseJson } from '../read/json.ts'
import { httpsAddress, listOf, objectOf } from './metadata.ts'

export interface Listed {
  readonly address: string
  /** When it was changed, by the word of its issuer; milliseconds since 1970. */
  readonly at: number
}

export interface Listing {
  readonly documents: readonly Listed[]
  /** Entries that cannot be read: they may name documents that nobody looks at. */
  readonly unread: number
}

const TOO_LONG = { de: 'Die Liste ist zu lang.', en: 'The list is too long.' }
const NO_FEED = { de: 'Das ist kein ROLIE-Feed.', en: 'This is no ROLIE feed.' }
const ROW = /^"([^"]+)"\s*,\s*"?([^",]+)"?\s*$/
const BARE_ROW = /^([^",]+)\s*,\s*"?([^",]+)"?\s*$/

/** `folder` ends with a slash; what lies outside of it is not read. */
export function readChanges(text: string, folder: string): Result<Listing, Finding> {
  if (text.length > LISTING_CHARS_MAX) return fail({ rule: 'size', pointer: '', ...TOO_LONG })
  const rows = text.split(/\r?\n/).filter((row) => row.trim() !== '')
  return listingOf(
    rows.map((row) => {
      const [, path = '', at = ''] = ROW.exec(row) ?? BARE_ROW.exec(row) ?? []
      const address = isPlainPath(path) ? httpsAddress(`${folder}${path}`) : undefined
      return listed(address, at)
    }),
  )
}

export function readRolie(text: string): Result<Listing, Finding> {
  const read = parseJson(text)
  if (!read.ok) return read
  const feed = objectOf(objectOf(read.value)?.feed)
  if (feed === undefined) return fail({ rule: 'schema', pointer: '/feed', ...NO_FEED })
  return listingOf(
    listOf(feed.entry).map((entry) => {
      const one = objectOf(entry)
      const self = listOf(one?.link).find((link) => objectOf(link)?.rel === 'self')
      const address = httpsAddress(objectOf(one?.content)?.src) ?? httpsAddress(objectOf(self)?.href)
      return listed(address, typeof one?.updated === 'string' ? one.updated : '')
    }),
  )
}

/** Relative, without a step out of the folder in any writing. */
function isPlainPath(path: string): boolean {
  return /^[\w+.-]+(?:\/[\w+.-]+)*$/.test(path) && !path.split('/').some((part) => /^\.+$/.test(part))
}

function listed(address: string | undefined, time: string): Listed | undefined {
  const at = /^\d{4}-\d\d-\d\dT/.test(time) ? Date.parse(time) : Number.NaN
  if (address?.endsWith('.json') !== true || !Number.isFinite(at)) return undefined
  return { address, at }
}

/** The newest first; of an address that stands there twice, the newest. */
function listingOf(entries: readonly (Listed | undefined)[]): Result<Listing, Finding> {
  if (entries.length > LISTED_MAX) return fail({ rule: 'size', pointer: '', ...TOO_LONG })
  const newest = new Map<string, Listed>()
  for (const one of entries)
    if (one && one.at >= (newest.get(one.address)?.at ?? Number.NEGATIVE_INFINITY))
      newest.set(one.address, one)
  const unread = entries.filter((one) => one === undefined).length
  return ok({ documents: [...newest.values()].sort((a, b) => b.at - a.at), unread })
}
