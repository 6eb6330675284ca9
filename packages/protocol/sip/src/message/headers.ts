// The headers of one message, in order. Names compare without case and compact forms equal their long form;
// values keep their text (folds become one space) and can never carry CR or LF; NUL only where a peer sent it
// escaped in quotes. Content-Length is not among them: parsing checks it, writing computes it.
import { fail, ok, type Result } from '@rufwerk/core'
import { SipError } from '../errors.ts'
import { type CSeq, parseCSeq } from './cseq.ts'
import { isToken, parseDigits, splitList, trimmed } from './grammar.ts'
import { headerKey, knownKey } from './header-table.ts'
import { HEADER_CHARS_MAX, LIST_ENTRIES_MAX } from './limits.ts'
import { type NameAddr, parseNameAddr } from './name-addr.ts'
import type { ParseError } from './parse-error.ts'
import { parseVia, type Via, writeVia } from './via.ts'

const EXPIRES_MAX_S = 2 ** 32 - 1
const NO_ENTRIES: readonly NameAddr[] = []
const NO_TEXTS: readonly string[] = []

/** What was parsed, by header key. A list header holds an array. */
class Parsed {
  via: readonly Via[] | undefined
  from: NameAddr | undefined
  to: NameAddr | undefined
  cseq: CSeq | undefined
  contact: readonly NameAddr[] | undefined
  route: readonly NameAddr[] | undefined
  'record-route': readonly NameAddr[] | undefined
}

const PARSED_KEYS: ReadonlySet<string> = new Set(Object.keys(new Parsed()))

// Doors for this package only, not exported by the index.

/** Appends what the parser already checked. */
export let append: (headers: Headers, key: string, name: string, value: string) => void
/** Copies all lines of one header, and what was parsed of them. */
export let copyHeader: (from: Headers, to: Headers, key: string) => void
/** Whether there is such a line, by its key. */
export let hasKey: (headers: Headers, key: string) => boolean
/** Puts another Via in place of the topmost. */
export let replaceTopVia: (headers: Headers, via: Via) => void
/** All lines as they are written. */
export let headerLines: (headers: Headers) => string
/** Parses every header that the accessors promise to have checked; the first trouble is returned. */
export let parseStructure: (headers: Headers) => ParseError | undefined

/**
 * Typed accessors parse once and keep the result. After `parseMessage` they are safe: what they read was
 * checked. On headers built here they throw SipError when the header is missing or does not parse.
 */
export class Headers {
  #keys: string[] = []
  #names: string[] = []
  #values: string[] = []
  #parsed = new Parsed()

  /** The first value, or undefined. */
  get(name: string): string | undefined {
    return this.#values[this.#keys.indexOf(headerKey(name))]
  }

  /** One value per header line, in order; lists are not split. */
  all(name: string): readonly string[] {
    return this.#all(headerKey(name))
  }

  /**
   * Entries of a comma-separated header over all its lines; commas in quotes and angle brackets do not
   * split.
   */
  list(name: string): readonly string[] {
    const key = headerKey(name)
    if (!this.#keys.includes(key)) return NO_TEXTS // Most messages have few of the many headers asked for.
    return this.#all(key).flatMap((value) => (value === '' ? [] : (splitList(value) ?? [value])))
  }

  has(name: string): boolean {
    return this.#keys.includes(headerKey(name))
  }

  /** Replaces every line of that name by one, at the place of the first. Throws SipError on CR, LF or NUL. */
  set(name: string, value: string): this {
    const key = checkedKey(name, value)
    const first = this.#keys.indexOf(key)
    if (first < 0) return this.add(name, value)
    this.#names[first] = name
    this.#values[first] = value
    this.#removeFrom(first + 1, key)
    return this
  }

  /** Appends a line. Throws SipError on CR, LF or NUL. */
  add(name: string, value: string): this {
    const key = checkedKey(name, value)
    append(this, key, name, value)
    this.#forget(key)
    return this
  }

  /** Puts a line before all others (Via). Throws SipError on CR, LF or NUL. */
  prepend(name: string, value: string): this {
    const key = checkedKey(name, value)
    this.#keys.unshift(key)
    this.#names.unshift(name)
    this.#values.unshift(value)
    this.#forget(key)
    return this
  }

  delete(name: string): this {
    this.#removeFrom(0, headerKey(name))
    return this
  }

  *entries(): IterableIterator<readonly [name: string, value: string]> {
    for (let at = 0; at < this.#names.length; at++)
      yield [this.#names[at] as string, this.#values[at] as string]
  }

  clone(): Headers {
    const copy = new Headers()
    copy.#keys = this.#keys.slice()
    copy.#names = this.#names.slice()
    copy.#values = this.#values.slice()
    Object.assign(copy.#parsed, this.#parsed)
    return copy
  }

  /** The topmost Via. */
  get via(): Via {
    return this.vias[0] ?? missing('Via')
  }

  get vias(): readonly Via[] {
    this.#parsed.via ??= sure('Via', this.#parseAll('via', parseVia))
    return this.#parsed.via
  }

  get from(): NameAddr {
    this.#parsed.from ??= sure('From', parseNameAddr(this.get('from') ?? missing('From')))
    return this.#parsed.from
  }

  get to(): NameAddr {
    this.#parsed.to ??= sure('To', parseNameAddr(this.get('to') ?? missing('To')))
    return this.#parsed.to
  }

  get fromTag(): string | undefined {
    return this.from.params.get('tag')
  }

  get toTag(): string | undefined {
    return this.to.params.get('tag')
  }

  get callId(): string {
    return this.get('call-id') ?? missing('Call-ID')
  }

  get cseq(): CSeq {
    this.#parsed.cseq ??= sure('CSeq', parseCSeq(this.get('cseq') ?? missing('CSeq')))
    return this.#parsed.cseq
  }

  /** Empty when absent or `*`. */
  get contacts(): readonly NameAddr[] {
    if (this.#parsed.contact === undefined)
      this.#parsed.contact = this.isContactStar ? NO_ENTRIES : this.#nameAddrs('contact')
    return this.#parsed.contact
  }

  /** `Contact: *` (only meaningful in REGISTER). */
  get isContactStar(): boolean {
    return this.get('contact') === '*'
  }

  get routes(): readonly NameAddr[] {
    this.#parsed.route ??= this.#nameAddrs('route')
    return this.#parsed.route
  }

  get recordRoutes(): readonly NameAddr[] {
    this.#parsed['record-route'] ??= this.#nameAddrs('record-route')
    return this.#parsed['record-route']
  }

  get maxForwards(): number | undefined {
    const text = this.get('max-forwards')
    return text === undefined ? undefined : parseDigits(text, 255)
  }

  /** Seconds, 0 to 2^32-1; undefined also when malformed. */
  get expires(): number | undefined {
    const text = this.get('expires')
    return text === undefined ? undefined : parseDigits(text, EXPIRES_MAX_S)
  }

  /** Media type in lower case without parameters, e.g. `application/sdp`. */
  get contentType(): string | undefined {
    const text = this.get('content-type')
    if (text === undefined) return undefined
    const semicolon = text.indexOf(';')
    return trimmed(text, 0, semicolon < 0 ? text.length : semicolon).toLowerCase()
  }

  #all(key: string): readonly string[] {
    const values: string[] = []
    for (let at = 0; at < this.#keys.length; at++) {
      if (this.#keys[at] === key) values.push(this.#values[at] as string)
    }
    return values
  }

  #nameAddrs(key: string): readonly NameAddr[] {
    if (!this.#keys.includes(key)) return NO_ENTRIES
    return sure(key, this.#parseAll(key, parseNameAddr))
  }

  #parseAll<T>(
    key: string,
    parse: (text: string) => Result<T, ParseError>,
  ): Result<readonly T[], ParseError> {
    const parsed: T[] = []
    for (let at = 0; at < this.#keys.length; at++) {
      if (this.#keys[at] !== key) continue
      const entries = splitList(this.#values[at] as string)
      if (entries === undefined) return fail({ code: 'bad-value', offset: 0, header: key })
      for (const entry of entries) {
        const result = parse(entry)
        if (!result.ok) return fail({ ...result.error, header: key })
        parsed.push(result.value)
        if (parsed.length > LIST_ENTRIES_MAX) return fail({ code: 'too-many', offset: 0, header: key })
      }
    }
    return ok(parsed)
  }

  #removeFrom(start: number, key: string): void {
    for (let at = this.#keys.length - 1; at >= start; at--) {
      if (this.#keys[at] !== key) continue
      this.#keys.splice(at, 1)
      this.#names.splice(at, 1)
      this.#values.splice(at, 1)
    }
    this.#forget(key)
  }

  #forget(key: string): void {
    if (PARSED_KEYS.has(key)) this.#parsed[key as keyof Parsed] = undefined
  }

  static {
    append = (headers, key, name, value) => {
      headers.#keys.push(key)
      headers.#names.push(name)
      headers.#values.push(value)
    }
    copyHeader = (from, to, key) => {
      for (let at = 0; at < from.#keys.length; at++) {
        if (from.#keys[at] !== key) continue
        append(to, key, from.#names[at] as string, from.#values[at] as string)
      }
      const parsed = from.#parsed[key as keyof Parsed]
      if (parsed !== undefined) (to.#parsed as unknown as Record<string, unknown>)[key] = parsed
    }
    hasKey = (headers, key) => headers.#keys.includes(key)
    replaceTopVia = (headers, via) => {
      const vias = headers.vias
      const at = headers.#keys.indexOf('via')
      const value = headers.#values[at] as string
      const others = value.includes(',') ? (splitList(value) ?? []).slice(1) : NO_TEXTS
      headers.#values[at] = [writeVia(via), ...others].join(', ')
      headers.#parsed.via = [via, ...vias.slice(1)]
    }
    headerLines = (headers) => {
      let text = ''
      for (let at = 0; at < headers.#names.length; at++)
        text += `${headers.#names[at]}: ${headers.#values[at]}\r\n`
      return text
    }
    parseStructure = (headers) => {
      const parsed = headers.#parsed as unknown as Record<string, unknown>
      for (let at = 0; at < headers.#keys.length; at++) {
        const key = headers.#keys[at] as string
        const parse = STRUCTURED.get(key)
        if (parse === undefined || parsed[key] !== undefined) continue
        const value = headers.#values[at] as string
        if (key === 'contact' && value === '*') continue
        const isList = key !== 'from' && key !== 'to' && key !== 'cseq'
        const result = isList ? headers.#parseAll<unknown>(key, parse) : parse(value)
        if (!result.ok) return { ...result.error, header: key }
        parsed[key] = result.value
      }
      return undefined
    }
  }
}

const STRUCTURED = new Map<string, (text: string) => Result<unknown, ParseError>>([
  ['via', parseVia],
  ['from', parseNameAddr],
  ['to', parseNameAddr],
  ['cseq', parseCSeq],
  ['contact', parseNameAddr],
  ['route', parseNameAddr],
  ['record-route', parseNameAddr],
])

/** The key of a header that may be written. */
function checkedKey(name: string, value: string): string {
  const known = knownKey(name)
  if (known === undefined && !isToken(name)) throw new SipError('SIP_HEADER_NAME', name)
  // A NUL may stand in a quoted pair only (RFC 3261 §25.1), as in RFC 4475 §3.1.1.2.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (value.length > HEADER_CHARS_MAX || /[\r\n]|(?<!\\)\u0000/.test(value))
    throw new SipError('SIP_HEADER_VALUE', name)
  return known ?? headerKey(name)
}

function missing(name: string): never {
  throw new SipError('SIP_HEADER_MISSING', name)
}

function sure<T>(name: string, result: Result<T, ParseError>): T {
  if (!result.ok) throw new SipError('SIP_HEADER_VALUE', `${name}: ${result.error.code}`)
  return result.value
}
