// JSON (RFC 8259) from strangers: with limits, without names given twice, and into objects without a
// prototype, so that no key means anything but itself.
import { fail, ok, type Result } from '@rufwerk/core'
import { ADVISORY_CHARS_MAX, DEPTH_MAX, KEY_CHARS_MAX, TEXT_CHARS_MAX, VALUES_MAX } from '../limits.ts'
import { below, type Finding } from './finding.ts'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

const PROBLEMS = {
  size: {
    de: 'Das Dokument ist zu groß oder zu tief verschachtelt.',
    en: 'The document is too large or too deep.',
  },
  json: { de: 'Das ist kein gültiges JSON.', en: 'This is no valid JSON.' },
  twice: { de: 'Ein Name steht zweimal im selben Objekt.', en: 'A name stands twice in one object.' },
} as const

/** Thrown and caught inside this file only: a parser of nested values returns from its depth at once. */
class Refused extends Error {
  readonly problem: keyof typeof PROBLEMS
  readonly pointer: string

  constructor(problem: keyof typeof PROBLEMS, pointer: string) {
    super(problem)
    this.problem = problem
    this.pointer = pointer
  }
}

const SPACE = /[ \t\r\n]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
// A quotation mark, an escape or a control character ends the run.
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 forbids them in texts.
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y

class JsonReader {
  readonly #text: string
  #at = 0
  #values = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Json {
    const value = this.#value('', 0)
    this.#take(SPACE)
    if (this.#at < this.#text.length) throw new Refused('json', '')
    return value
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #isNext(character: string): boolean {
    this.#take(SPACE)
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #value(pointer: string, depth: number): Json {
    if (++this.#values > VALUES_MAX || depth > DEPTH_MAX) throw new Refused('size', pointer)
    if (this.#isNext('{')) return this.#object(pointer, depth)
    if (this.#isNext('[')) return this.#list(pointer, depth)
    if (this.#isNext('"')) return this.#string(pointer, TEXT_CHARS_MAX)
    const word = this.#take(WORD)
    if (word !== '') return word === 'null' ? null : word === 'true'
    const digits = this.#take(NUMBER)
    const number = Number(digits)
    if (digits === '' || !Number.isFinite(number)) throw new Refused('json', pointer)
    return number
  }

  #object(pointer: string, depth: number): Json {
    const read: Record<string, Json> = Object.create(null)
    if (this.#isNext('}')) return read
    do {
      if (!this.#isNext('"')) throw new Refused('json', pointer)
      const key = this.#string(pointer, KEY_CHARS_MAX)
      const place = below(pointer, key)
      if (Object.hasOwn(read, key)) throw new Refused('twice', place)
      if (!this.#isNext(':')) throw new Refused('json', place)
      read[key] = this.#value(place, depth + 1)
    } while (this.#isNext(','))
    if (!this.#isNext('}')) throw new Refused('json', pointer)
    return read
  }

  #list(pointer: string, depth: number): Json {
    const read: Json[] = []
    if (this.#isNext(']')) return read
    do {
      read.push(this.#value(below(pointer, read.length), depth + 1))
    } while (this.#isNext(','))
    if (!this.#isNext(']')) throw new Refused('json', pointer)
    return read
  }

  /** After its opening quotation mark. */
  #string(pointer: string, charsMax: number): string {
    const start = this.#at
    for (;;) {
      this.#take(PLAIN)
      if (this.#at - start > 6 * charsMax) throw new Refused('size', pointer)
      if (this.#text[this.#at] === '"') break
      if (this.#take(ESCAPE) === '') throw new Refused('json', pointer)
    }
    const read = JSON.parse(this.#text.slice(start - 1, ++this.#at)) as string
    if (read.length > charsMax) throw new Refused('size', pointer)
    return read
  }
}

/** The value, or the one thing for which it is refused. */
export function parseJson(text: string): Result<Json, Finding> {
  if (text.length > ADVISORY_CHARS_MAX) return fail({ rule: 'size', pointer: '', ...PROBLEMS.size })
  try {
    return ok(new JsonReader(text).whole())
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { problem, pointer } = error
    return fail({ rule: problem === 'size' ? 'size' : 'json', pointer, ...PROBLEMS[problem] })
  }
}

/** JSON with sorted keys: the same text for the same value. */
export function writeSorted(value: Json, indent?: number): string {
  return JSON.stringify(sorted(value), undefined, indent)
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const object = value as JsonObject
  const copy: Record<string, Json> = Object.create(null)
  for (const key of Object.keys(object).sort()) copy[key] = sorted(object[key] as Json)
  return copy
}
