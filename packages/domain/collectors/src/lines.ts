// The lines of a report, each read to a value. What is not known is not taken over; what is not as the format
// says is a finding with its place.
import { fail, ok, type Result } from '@rufwerk/core'
import { type Finding, finding } from './finding.ts'
import { DETAIL_CHARS_MAX, LINE_CHARS_MAX, PATH_CHARS_MAX, WORD_CHARS_MAX } from './limits.ts'
import {
  OUTCOMES,
  PLACE_STATES,
  PLACES,
  PLATFORMS,
  type PlaceState,
  type Platform,
  type RemovalStep,
  SCRIPTS,
  type ScriptName,
  STEP_KINDS,
  UNREAD_REASONS,
  type Unread,
} from './report.ts'

export interface HeadLine {
  readonly type: 'report'
  readonly script: ScriptName
  readonly tenant: string
  readonly list: string
  /** Seconds since 1970. */
  readonly takenAt: number
  readonly platform: Platform
  readonly platformVersion?: string
  readonly hostname: string
  readonly serial?: string
}
export interface InstallationLine {
  readonly type: 'installation'
  readonly number: number
  readonly path: string
  readonly vendor: string
  readonly product: string
  readonly version?: string
}
export interface FileLine {
  readonly type: 'file'
  /** Number of its installation; 0 for none. */
  readonly of: number
  readonly path: string
  readonly sha256?: string
  readonly problem?: Unread['why']
}
export type Line =
  | HeadLine
  | InstallationLine
  | FileLine
  | { readonly type: 'place'; readonly id: string; readonly state: PlaceState }
  | ({ readonly type: 'unread' } & Unread)
  | { readonly type: 'sought'; readonly product?: string; readonly file?: string }
  | { readonly type: 'removal'; readonly app: string; readonly really: boolean }
  | ({ readonly type: 'step' } & RemovalStep)
  | { readonly type: 'end'; readonly lines: number; readonly unread: number }

type Fields = Readonly<Record<string, unknown>>

/** Thrown and caught in this file only. */
class Refused extends Error {
  readonly found: Finding

  constructor(found: Finding) {
    super(found.en)
    this.found = found
  }
}

/** `number`: counted from 1, for the place of a finding. */
export function readLine(text: string, number: number): Result<Line, Finding> {
  const place = `line ${number}`
  if (text.length > LINE_CHARS_MAX) return fail(finding('size', place))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail(finding('json', place))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(finding('type', place))
  const { type } = value as Fields
  if (typeof type !== 'string' || !Object.hasOwn(READERS, type)) return fail(finding('type', place))
  try {
    return ok(READERS[type as Line['type']](new FieldReader(value as Fields, place)))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return fail(error.found)
  }
}

class FieldReader {
  readonly #fields: Fields
  readonly #place: string

  constructor(fields: Fields, place: string) {
    this.#fields = fields
    this.#place = place
  }

  refuse(problem: Parameters<typeof finding>[0], name: string): never {
    throw new Refused(finding(problem, `${this.#place}, ${name}`))
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name)
  }

  /** A name that is no UTF-8 holds halves of characters; nobody could store them, so they become U+FFFD. */
  text(name: string, charsMax = WORD_CHARS_MAX): string {
    const value = this.has(name) ? this.#fields[name] : undefined
    if (typeof value !== 'string' || value.length > charsMax) this.refuse('value', name)
    return value.toWellFormed()
  }

  word(name: string): string {
    const value = this.text(name).trim()
    return value === '' ? this.refuse('value', name) : value
  }

  count(name: string, least = 0): number {
    const value = this.has(name) ? this.#fields[name] : undefined
    if (!Number.isSafeInteger(value) || Number(value) < least) this.refuse('value', name)
    return Number(value)
  }

  one<Value extends string>(name: string, values: readonly Value[]): Value {
    const value = this.text(name)
    return values.find((known) => known === value) ?? this.refuse('value', name)
  }

  yes(name: string): boolean {
    const value = this.has(name) ? this.#fields[name] : undefined
    return typeof value === 'boolean' ? value : this.refuse('value', name)
  }
}

const READERS: Readonly<Record<Line['type'], (read: FieldReader) => Line>> = {
  report: (read) => {
    if (read.count('format') !== 1) read.refuse('format', 'format')
    return {
      type: 'report',
      script: read.one('script', SCRIPTS),
      tenant: read.text('tenant'),
      list: read.text('list'),
      takenAt: read.count('takenAt'),
      platform: read.one('platform', PLATFORMS),
      hostname: read.word('hostname'),
      ...(read.has('platformVersion') && { platformVersion: read.word('platformVersion') }),
      ...(read.has('serial') && { serial: read.text('serial') }),
    }
  },
  place: (read) => ({
    type: 'place',
    id: read.one('id', Object.values(PLACES).flat()),
    state: read.one('state', PLACE_STATES),
  }),
  sought: (read) =>
    read.has('file')
      ? { type: 'sought', file: read.word('file').toLowerCase() }
      : { type: 'sought', product: read.word('product') },
  unread: (read) => ({
    type: 'unread',
    path: read.text('path', PATH_CHARS_MAX),
    why: read.one('why', UNREAD_REASONS),
  }),
  installation: (read) => ({
    type: 'installation',
    number: read.count('number', 1),
    path: read.text('path', PATH_CHARS_MAX),
    vendor: read.word('vendor'),
    product: read.word('product'),
    ...(read.has('version') && { version: read.text('version') }),
  }),
  file: (read) => {
    const file = { type: 'file', of: read.count('of'), path: read.text('path', PATH_CHARS_MAX) } as const
    if (read.has('problem')) return { ...file, problem: read.one('problem', UNREAD_REASONS) }
    const sha256 = read.text('sha256').toLowerCase()
    if (!/^[0-9a-f]{64}$/.test(sha256)) read.refuse('value', 'sha256')
    return { ...file, sha256 }
  },
  removal: (read) => ({ type: 'removal', app: read.word('app'), really: read.yes('really') }),
  step: (read) => ({
    type: 'step',
    what: read.one('what', STEP_KINDS),
    outcome: read.one('outcome', OUTCOMES),
    ...(read.has('path') && { path: read.text('path', PATH_CHARS_MAX) }),
    ...(read.has('pid') && { pid: read.count('pid', 1) }),
    ...(read.has('command') && { command: read.text('command', PATH_CHARS_MAX) }),
    ...(read.has('detail') && { detail: read.text('detail', DETAIL_CHARS_MAX) }),
  }),
  end: (read) => ({ type: 'end', lines: read.count('lines'), unread: read.count('unread') }),
}
