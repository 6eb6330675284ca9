// All indicators of a case as sets, asked once per event. Here alone they are spelled out.
import { addressBytes, ipBytes } from '@rufwerk/core/ip-address'
import { plainDomain, refang } from './defang.ts'
import { eventOf, type LogEvent } from './event.ts'
import { fits, readGlob } from './glob.ts'
import type { Condition, GlobPart, Indicator, Observable, Rule, TextTest } from './model.ts'

/** What was found in which text. */
export interface Match {
  readonly found: Indicator | Rule
  /** As the log or folder has it; not defanged. */
  readonly seen: string
}

interface Pattern<T> {
  readonly glob: readonly GlobPart[]
  readonly of: T
}

interface FilePattern<T> {
  readonly glob: readonly GlobPart[]
  readonly lowerGlob: readonly GlobPart[]
  /** For the end of the path, not for the name. */
  readonly isPath: boolean
  readonly isWindows: boolean
  readonly of: T
}

interface FileSet<T> {
  /** By the lower-case last component. */
  readonly names: Map<string, T[]>
  /** Paths and names with wildcards. */
  readonly patterns: FilePattern<T>[]
}

/** Sets of one kind of target. */
interface Sets<T> {
  readonly domains: Map<string, T[]>
  /** Host and path without scheme, lower-case host. */
  readonly urls: Map<string, T[]>
  readonly urlGlobs: Map<string, Pattern<T>[]>
  /** By length of the network, then by its bytes. */
  readonly networks: Map<number, Map<string, T[]>>
  readonly hashes: Map<string, T[]>
  readonly files: FileSet<T>
}

export interface Matcher {
  readonly size: number
  readonly sets: Sets<Indicator>
  readonly rules: readonly { readonly rule: Rule; readonly test: (event: LogEvent) => boolean }[]
}

export function createMatcher(indicators: Iterable<Indicator>, rules: Iterable<Rule> = []): Matcher {
  const sets = emptySets<Indicator>()
  let size = 0
  for (const indicator of indicators) {
    insert(sets, indicator, indicator)
    size += 1
  }
  const compiled = [...rules].map((rule) => ({ rule, test: testOf(rule.condition) }))
  return { size: size + compiled.length, sets, rules: compiled }
}

export function matchEvent(matcher: Matcher, event: LogEvent): Match[] {
  const matches: Match[] = []
  collect(matcher.sets, event, (found, seen) => {
    if (!matches.some((match) => match.found === found)) matches.push({ found, seen })
  })
  for (const { rule, test } of matcher.rules) {
    if (rule.category !== undefined && rule.category !== event.category) continue
    if (test(event)) matches.push({ found: rule, seen: seenOf(event) })
  }
  return matches
}

/** For folders: what the name or path of a file matches. `isCaseFree`: as on Windows and macOS. */
export function matchFile(matcher: Matcher, path: string, isCaseFree: boolean): Indicator[] {
  const found: Indicator[] = []
  filesOf(matcher.sets.files, path, isCaseFree || isWindowsPath(path), (one) => found.push(one))
  return found
}

/** For folders: rules of no kind of log that one file fulfils by its name and hashes together. */
export function matchFileRules(matcher: Matcher, path: string, hashes: readonly string[]): Rule[] {
  // As a path of Windows it is compared without regard to case, as folders are.
  const event = eventOf({ files: [path.replaceAll('/', '\\')], hashes })
  return matcher.rules
    .filter(({ rule, test }) => rule.category === undefined && test(event))
    .map(({ rule }) => rule)
}

export function matchHash(matcher: Matcher, hash: string): readonly Indicator[] {
  return matcher.sets.hashes.get(hash.toLowerCase()) ?? []
}

function emptySets<T>(): Sets<T> {
  return {
    ...{ domains: new Map(), urls: new Map(), urlGlobs: new Map(), networks: new Map(), hashes: new Map() },
    files: { names: new Map(), patterns: [] },
  }
}

function put<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function insert<T>(sets: Sets<T>, { kind, text }: Observable, value: T): void {
  switch (kind) {
    case 'domain':
      put(sets.domains, refang(text), value)
      return
    case 'hash':
      put(sets.hashes, text, value)
      return
    case 'url': {
      const key = urlKey(refang(text))
      if (!key.includes('*')) put(sets.urls, key, value)
      else {
        const slash = key.indexOf('/')
        put(sets.urlGlobs, key.slice(0, slash), { glob: globWithoutOne(key.slice(slash)), of: value })
      }
      return
    }
    case 'ip':
    case 'network': {
      const [address = '', length] = refang(text).split('/')
      const bytes = (length === undefined ? addressBytes(address) : ipBytes(address)) ?? new Uint8Array()
      const bits = length === undefined ? bytes.length * 8 : Number(length)
      // Of IPv6 from 200 on, so that both are in one map.
      const place = bytes.length === 16 ? 200 + bits : bits
      const network = sets.networks.get(place) ?? new Map<string, T[]>()
      sets.networks.set(place, network)
      put(network, maskedKey(bytes, bits), value)
      return
    }
    case 'file': {
      const base = text.split(/[/\\]/).at(-1) ?? ''
      if (/[*?]/.test(text) || base !== text) sets.files.patterns.push(filePattern(text, value))
      else put(sets.files.names, text.toLowerCase(), value)
    }
  }
}

/** In a URL a question mark begins the query and is no wildcard. */
function globWithoutOne(text: string): GlobPart[] {
  return readGlob(text).map((part) => (typeof part !== 'string' && part.any === 'one' ? '?' : part))
}

/** Host and path: scheme, person, port and fragment are left out. */
function urlKey(url: string): string {
  const rest = url.replace(/^[a-z][a-z0-9+-]*:\/\//i, '')
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const path = end < 0 ? '/' : rest.slice(end).split('#')[0]
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d{0,5}$/, '')
  return `${plainDomain(host) ?? host.toLowerCase()}${path?.startsWith('/') ? path : `/${path}`}`
}

function maskedKey(bytes: Uint8Array, bits: number): string {
  let key = ''
  for (let at = 0; at * 8 < bits; at += 1) {
    const left = Math.min(8, bits - at * 8)
    key += String.fromCharCode((bytes[at] ?? 0) & (0xff00 >> left) & 0xff)
  }
  return key
}

type Take<T> = (value: T, seen: string) => void

function collect<T extends Observable>(sets: Sets<T>, event: LogEvent, take: Take<T>): void {
  for (const domain of event.domains) {
    hostOf(sets, domain, domain, take)
  }
  for (const url of event.urls) {
    const key = urlKey(url)
    const slash = key.indexOf('/')
    const host = key.slice(0, slash)
    hostOf(sets, host, url, take)
    for (const value of sets.urls.get(key) ?? []) take(value, url)
    const query = key.indexOf('?')
    if (query >= 0) for (const value of sets.urls.get(key.slice(0, query)) ?? []) take(value, url)
    for (const { glob, of } of sets.urlGlobs.get(host) ?? []) if (fits(key.slice(slash), glob)) take(of, url)
  }
  for (const address of event.addresses) addressOf(sets, address, address, take)
  for (const hash of event.hashes)
    for (const value of sets.hashes.get(hash.toLowerCase()) ?? []) take(value, hash)
  for (const file of event.files) filesOf(sets.files, file, isWindowsPath(file), (value) => take(value, file))
}

/** A name and the names above it; or an address where a host is written. */
function hostOf<T extends Observable>(sets: Sets<T>, host: string, seen: string, take: Take<T>): void {
  const domain = plainDomain(host)
  if (domain === undefined || /\.\d+$/.test(domain)) {
    addressOf(sets, host, seen, take)
    return
  }
  for (let at = 0; at >= 0; ) {
    for (const value of sets.domains.get(at === 0 ? domain : domain.slice(at)) ?? []) take(value, seen)
    const dot = domain.indexOf('.', at)
    at = dot < 0 ? -1 : dot + 1
  }
}

function addressOf<T extends Observable>(sets: Sets<T>, address: string, seen: string, take: Take<T>): void {
  if (sets.networks.size === 0) return
  const bytes = addressBytes(address)
  if (bytes === undefined) return
  const isV6 = bytes.length === 16
  for (const [place, networks] of sets.networks) {
    if (place >= 200 !== isV6) continue
    for (const value of networks.get(maskedKey(bytes, place % 200)) ?? []) take(value, seen)
  }
}

function isWindowsPath(path: string): boolean {
  return path.includes('\\') || /^[a-z]:/i.test(path)
}

function filesOf<T extends Observable>(
  files: FileSet<T>,
  path: string,
  isCaseFree: boolean,
  take: (value: T) => void,
): void {
  const slashes = path.replaceAll('\\', '/')
  const base = slashes.slice(slashes.lastIndexOf('/') + 1)
  for (const value of files.names.get(base.toLowerCase()) ?? []) {
    if (isCaseFree || value.text === base) take(value)
  }
  for (const { glob, lowerGlob, isPath, isWindows, of } of files.patterns) {
    const text = isPath ? `/${slashes}` : base
    if (isCaseFree || isWindows ? fits(text.toLowerCase(), lowerGlob) : fits(text, glob)) take(of)
  }
}

/** A pattern of one component is for the name, a longer one for the end of the path. */
function filePattern<T>(text: string, of: T): FilePattern<T> {
  const slashes = text.replaceAll('\\', '/')
  const isPath = slashes.includes('/')
  const pattern = isPath ? `*${slashes.startsWith('/') ? '' : '/'}${slashes}` : slashes
  const glob = readGlob(pattern)
  return { glob, lowerGlob: readGlob(pattern.toLowerCase()), isPath, isWindows: text.includes('\\'), of }
}

function testOf(condition: Condition): (event: LogEvent) => boolean {
  switch (condition.type) {
    case 'all': {
      const tests = condition.parts.map(testOf)
      return (event) => tests.every((test) => test(event))
    }
    case 'any': {
      const tests = condition.parts.map(testOf)
      return (event) => tests.some((test) => test(event))
    }
    case 'not': {
      const test = testOf(condition.part)
      return (event) => !test(event)
    }
    case 'seen': {
      const sets = emptySets<Observable>()
      insert(sets, condition.observable, condition.observable)
      return (event) => {
        let isFound = false
        collect(sets, event, () => {
          isFound = true
        })
        return isFound
      }
    }
    case 'field':
      return (event) => fieldFits(event.fields.get(condition.field), condition.test)
  }
}

function fieldFits(value: string | undefined, test: TextTest): boolean {
  switch (test.type) {
    case 'absent':
      return value === undefined || value === ''
    case 'glob':
      return value !== undefined && fits(value.toLowerCase(), test.glob)
    case 'network': {
      const [address = '', length] = test.network.split('/')
      const bytes = addressBytes(value ?? '')
      const wanted = ipBytes(address)
      if (bytes === undefined || wanted === undefined || bytes.length !== wanted.length) return false
      return maskedKey(bytes, Number(length)) === maskedKey(wanted, Number(length))
    }
  }
}

/** The most telling text of an event, for a rule's hit. */
function seenOf({ urls, domains, files, addresses, hashes }: LogEvent): string {
  return urls[0] ?? domains[0] ?? files[0] ?? addresses[0] ?? hashes[0] ?? ''
}
