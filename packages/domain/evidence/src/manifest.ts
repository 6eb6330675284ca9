// What a bundle says of itself: what it is about, who made it when, and what each entry is.
import { fail, ok, type Result } from '@rufwerk/core'
import { ENTRIES_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX } from './limits.ts'

export const FORMAT = 'rufwerk-evidence/1'

export interface About {
  /** Of the case, as the company names it. */
  readonly case: string
  readonly title: string
  readonly company: string
  /** Who asked for it. */
  readonly madeBy: string
  /** UTC milliseconds. */
  readonly madeAt: number
  /** What is in it is of this time, UTC milliseconds, both included. */
  readonly from: number
  readonly until: number
}

export interface Described {
  /** Letters, digits, `.`, `-` and `_`. */
  readonly name: string
  readonly mediaType: string
  readonly what: { readonly de: string; readonly en: string }
  /** Where it comes from: a part of this system, or who handed it in. */
  readonly origin: string
}

export interface Manifest extends About {
  readonly entries: readonly (Described & { readonly bytes: number; readonly sha256: string })[]
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]+$/
const SHA256 = /^[0-9a-f]{64}$/

export function isMediaType(text: string): boolean {
  return MEDIA_TYPE.test(text)
}

/** Milliseconds since 1970 that a date can be made of (ECMA-262 §21.4.1.1). */
export function isTime(milliseconds: number): boolean {
  return Number.isSafeInteger(milliseconds) && Math.abs(milliseconds) <= 8.64e15
}

export function isName(name: string): boolean {
  return name.length <= NAME_CHARS_MAX && NAME.test(name)
}

/** Keys in this order, so that the same evidence gives the same bytes. */
export function writeManifest({ entries, ...about }: Manifest): string {
  const { case: id, title, company, madeBy, madeAt, from, until } = about
  const times = { madeAt: timeOf(madeAt), from: timeOf(from), until: timeOf(until) }
  const listed = entries.map(({ name, mediaType, bytes, sha256, what, origin }) => ({
    ...{ path: `entries/${name}`, mediaType, bytes, sha256 },
    ...{ what: { de: what.de, en: what.en }, origin },
  }))
  const manifest = { format: FORMAT, case: id, title, company, madeBy, ...times, entries: listed }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** Only what `writeManifest` writes, byte by byte. */
export function readManifest(text: string): Result<Manifest, 'malformed'> {
  const value = parsed(text)
  if (!isObject(value) || value.format !== FORMAT || !Array.isArray(value.entries)) return fail('malformed')
  const { case: id, title, company, madeBy, entries } = value
  const [madeAt, from, until] = [value.madeAt, value.from, value.until].map(millisecondsOf)
  if (!isText(id) || !isText(title) || !isText(company) || !isText(madeBy)) return fail('malformed')
  if (madeAt === undefined || from === undefined || until === undefined) return fail('malformed')
  if (entries.length > ENTRIES_MAX) return fail('malformed')
  const read = entries.map(entryOf)
  if (!read.every((one) => one !== undefined)) return fail('malformed')
  const manifest = { case: id, title, company, madeBy, madeAt, from, until, entries: read }
  return writeManifest(manifest) === text ? ok(manifest) : fail('malformed')
}

function entryOf(value: unknown): Manifest['entries'][number] | undefined {
  if (!isObject(value) || !isObject(value.what)) return undefined
  const { path, mediaType, bytes, sha256, origin, what } = value
  const name = typeof path === 'string' && path.startsWith('entries/') ? path.slice('entries/'.length) : ''
  if (!isName(name) || typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType)) return undefined
  if (!Number.isSafeInteger(bytes) || typeof sha256 !== 'string' || !SHA256.test(sha256)) return undefined
  const { de, en } = what
  if (!isText(de) || !isText(en) || !isText(origin)) return undefined
  return { name, mediaType, bytes: Number(bytes), sha256, what: { de, en }, origin }
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString()

function millisecondsOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= TEXT_CHARS_MAX

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
