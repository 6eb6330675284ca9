// The part of STIX 2.1 patterns (§9) that one record can answer: `[…]` with =, IN, LIKE and ISSUBSET, joined
// by AND, OR and brackets. The rest has a reason. Linear in the length of the pattern, bounded in depth.
import { fail, ok, type Result } from '@rufwerk/core'
import { readValue } from '../defang.ts'
import { type Condition, LIMITS, type Observable } from '../model.ts'

export interface PatternProblem {
  readonly code: 'not-applicable' | 'pattern-wrong'
  readonly about: string
}

type Read = Result<Condition, PatternProblem>

const PATTERN_CHARS_MAX = 65_536
const TOKEN =
  /\s+|\/\*|(t?'(?:[^'\\]|\\.)*')|([A-Za-z_][A-Za-z0-9_-]*)|(!=|<>|<=|>=|[[\]():.,=<>*])|(\d+(?:\.\d+)?)/y

const KIND_OF_PATH: Readonly<Record<string, Observable['kind']>> = {
  'domain-name:value': 'domain',
  'ipv4-addr:value': 'ip',
  'ipv6-addr:value': 'ip',
  'url:value': 'url',
  'file:name': 'file',
  'file:hashes.sha-256': 'hash',
  'file:hashes.sha256': 'hash',
  'file:hashes.sha-1': 'hash',
  'file:hashes.sha1': 'hash',
  'file:hashes.md5': 'hash',
}

export function readPattern(pattern: string): Read {
  if (pattern.length > PATTERN_CHARS_MAX) return wrong('its length')
  const tokens = tokensOf(pattern)
  if (tokens === undefined) return wrong(pattern)
  const reader = new PatternReader(tokens)
  const read = reader.observations(0)
  if (!read.ok) return read
  const rest = reader.next()
  if (rest === undefined) return read
  return /^(FOLLOWEDBY|WITHIN|REPEATS|START|STOP|AND)$/i.test(rest) ? notApplicable(rest) : wrong(rest)
}

function tokensOf(pattern: string): string[] | undefined {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < pattern.length) {
    const match = TOKEN.exec(pattern)
    if (match === null || match[0] === '/*') return undefined
    if (match[0].trim() !== '') tokens.push(match[0])
  }
  return tokens
}

const wrong = (about: string): Read => fail({ code: 'pattern-wrong', about })
const notApplicable = (about: string): Read => fail({ code: 'not-applicable', about })
const isText = (token: string | undefined): token is string => token?.startsWith("'") === true

class PatternReader {
  readonly #tokens: readonly string[]
  #at = 0
  #tests = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  next(): string | undefined {
    return this.#tokens[this.#at]
  }

  /** Alternatives; two observations that both have to be made are not in one record. */
  observations(depth: number): Read {
    return this.#joined('OR', () => this.#observation(depth))
  }

  #observation(depth: number): Read {
    if (depth > LIMITS.depth) return wrong('its depth')
    const close = this.#take('[') ? ']' : this.#take('(') ? ')' : undefined
    if (close === undefined) return wrong(this.next() ?? 'the end')
    const read = close === ']' ? this.#comparisons(depth + 1) : this.observations(depth + 1)
    if (!read.ok) return read
    if (!this.#take(close)) return unexpected(this.next())
    const behind = this.next()
    return /^(FOLLOWEDBY|WITHIN|REPEATS|START|AND)$/i.test(behind ?? '') ? notApplicable(`${behind}`) : read
  }

  #comparisons(depth: number): Read {
    return this.#joined('OR', () => this.#joined('AND', () => this.#comparison(depth)))
  }

  #comparison(depth: number): Read {
    if (depth > LIMITS.depth) return wrong('its depth')
    if (this.#take('(')) {
      const read = this.#comparisons(depth + 1)
      return read.ok && !this.#take(')') ? unexpected(this.next()) : read
    }
    const path = this.#path()
    if (path === undefined) return wrong(this.next() ?? 'the end')
    if (this.#take('NOT')) return notApplicable(`${path} NOT`)
    const operator = this.next()?.toUpperCase() ?? ''
    this.#at += 1
    const kind = Object.hasOwn(KIND_OF_PATH, path.toLowerCase())
      ? KIND_OF_PATH[path.toLowerCase()]
      : undefined
    if (kind === undefined) return notApplicable(path)
    if (operator === 'IN') return this.#set(kind)
    const value = this.next()
    this.#at += 1
    if (!isText(value)) return wrong(value ?? 'the end')
    const text = unquoted(value)
    if (operator === '=' || (operator === 'ISSUBSET' && kind === 'ip')) return this.#seen(kind, text, false)
    if (operator === 'LIKE' && (kind === 'file' || kind === 'url'))
      return this.#seen(kind, text.replaceAll('%', '*').replaceAll('_', '?'), true)
    return notApplicable(`${path} ${operator}`)
  }

  #set(kind: Observable['kind']): Read {
    const parts: Condition[] = []
    if (!this.#take('(')) return wrong(this.next() ?? 'the end')
    do {
      const value = this.next()
      this.#at += 1
      if (!isText(value)) return wrong(value ?? 'the end')
      const read = this.#seen(kind, unquoted(value), false)
      if (!read.ok) return read
      parts.push(read.value)
    } while (this.#take(','))
    return this.#take(')') ? ok({ type: 'any', parts }) : unexpected(this.next())
  }

  #seen(kind: Observable['kind'], text: string, isGlob: boolean): Read {
    this.#tests += 1
    if (this.#tests > LIMITS.tests) return wrong('its length')
    // An asterisk in a value that is no LIKE is a letter, and no such file or URL can be searched for.
    if (!isGlob && kind !== 'hash' && /[*?]/.test(kind === 'url' ? text.replaceAll('?', '') : text))
      return notApplicable(text)
    const read = readValue(text, kind)
    return read.ok ? ok({ type: 'seen', observable: read.value }) : wrong(text)
  }

  /** `file:hashes.'SHA-256'` without its quotes. */
  #path(): string | undefined {
    let path = ''
    while (this.#at < this.#tokens.length) {
      const token = this.next() ?? ''
      const isPart = /^[A-Za-z_]/.test(token) || token === ':' || token === '.' || token === '['
      const isDone = path !== '' && !/[:.]$/.test(path) && token !== ':' && token !== '.' && token !== '['
      if (isDone || (!isPart && !isText(token))) break
      if (token === '[') {
        const index = this.#tokens.slice(this.#at, this.#at + 3).join('')
        if (!/^\[[\d*]+\]$/.test(index)) return undefined
        path += index
        this.#at += 3
        continue
      }
      path += isText(token) ? unquoted(token) : token
      this.#at += 1
    }
    return path.includes(':') ? path : undefined
  }

  #take(token: string): boolean {
    const isNext = this.next()?.toUpperCase() === token
    if (isNext) this.#at += 1
    return isNext
  }

  #joined(word: 'AND' | 'OR', read: () => Read): Read {
    const parts: Condition[] = []
    do {
      const part = read()
      if (!part.ok) return part
      parts.push(part.value)
    } while (this.#take(word))
    const [only, ...more] = parts
    if (only !== undefined && more.length === 0) return ok(only)
    return ok({ type: word === 'AND' ? 'all' : 'any', parts })
  }
}

function unexpected(token: string | undefined): Read {
  return wrong(token ?? 'the end')
}

function unquoted(token: string): string {
  return token.slice(1, -1).replace(/\\(['\\])/g, '$1')
}
