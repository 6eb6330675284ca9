// The part of Sigma that single records of proxies, resolvers, firewalls and Windows can answer. A rule is
// taken as a whole or not at all, with the reason: half of a rule would find something else.
import { fail, ok, type Result } from '@rufwerk/core'
import type { Document, Node } from 'yaml'
import { isAlias, isMap, LineCounter, parseAllDocuments, visit } from 'yaml'
import { readValue, refang } from '../defang.ts'
import { eventOf } from '../event.ts'
import { readGlob } from '../glob.ts'
import { createMatcher, matchEvent } from '../matcher.ts'
import type { Provenance, Reading, Rule, TextTest } from '../model.ts'
import { type Condition, type EventCategory, type GlobPart, LIMITS } from '../model.ts'
import { Collected } from '../remarks.ts'
import { type Json, objectOf, textOf } from './json.ts'
import type { Source } from './list.ts'
import { readCondition } from './sigma-condition.ts'

const DOCUMENTS_MAX = 500
const ALIASES_MAX = 50
const NESTING_MAX = 500
/** The parser is slow with lines that are all wrong. */
const LINES_MAX = 5_000

const CATEGORIES: Readonly<Record<string, EventCategory>> = {
  ...{ proxy: 'proxy', webserver: 'proxy', dns: 'dns', dns_query: 'dns' },
  ...{ network_connection: 'network_connection', firewall: 'network_connection' },
  ...{ image_load: 'image_load', process_creation: 'process_creation', file_event: 'file_event' },
}

/** What the readers of these logs give; a rule about another field would never find anything, silently. */
const FIELDS: Readonly<Partial<Record<EventCategory, readonly string[]>>> = {
  proxy: [
    ...['c-uri', 'c-uri-stem', 'c-uri-query', 'c-uri-extension', 'c-useragent', 'cs-host', 'cs-method'],
    ...['cs-uri-stem', 'cs-uri-query', 'cs-uri', 'cs-user-agent', 'r-dns', 'sc-status', 'c-ip', 'dst_ip'],
    ...['cs-username', 'src_ip'],
  ],
  dns: ['query', 'QueryName', 'answer', 'QueryResults', 'record_type', 'src_ip'],
  network_connection: [
    ...['src_ip', 'src_port', 'dst_ip', 'dst_port', 'action', 'SourceIp', 'SourcePort', 'DestinationIp'],
    ...['DestinationPort', 'DestinationHostname'],
  ],
}

export function readSigma(text: string, source: Source): Reading {
  const found = new Collected()
  if (text.length > LIMITS.yaml || text.split('\n').length > LINES_MAX)
    found.remark('document-too-large', '/')
  else if (isTooDeep(text)) found.remark('too-deep', '/')
  else for (const { rule, place } of documentsOf(text, found)) readRule(rule, { ...source, place }, found)
  return found.reading('sigma')
}

/** Brackets, and indents of blocks, nested deeper than any rule is: the parser goes down as deep. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (const char of text) {
    if (char === '[' || char === '{') depth += 1
    else if (char === ']' || char === '}') depth -= 1
    if (depth > NESTING_MAX) return true
  }
  return text.split('\n').some((line) => (/^(?:[-?:]? +|[-?:]$)*/.exec(line)?.[0].length ?? 0) > NESTING_MAX)
}

function documentsOf(text: string, found: Collected): { readonly rule: Json; readonly place: string }[] {
  const lines = new LineCounter()
  const rules: { rule: Json; place: string }[] = []
  let documents: readonly Document.Parsed[] = []
  const options = {
    customTags: null,
    prettyErrors: false,
    resolveKnownTags: false,
    merge: false,
    uniqueKeys: false,
  } as const
  try {
    // Without documents it is an empty list with other fields.
    documents = [
      ...parseAllDocuments(text, { ...options, schema: 'core', lineCounter: lines, logLevel: 'silent' }),
    ]
  } catch (error) {
    found.remark('not-yaml', '/', error instanceof Error ? error.name : '')
  }
  for (const [at, document] of documents.entries()) {
    const place = `rule ${at + 1}, line ${lines.linePos(document.range[0]).line}`
    if (at >= DOCUMENTS_MAX) {
      found.remark('too-many', place)
      break
    }
    const problem = document.errors[0]?.message ?? document.warnings[0]?.message ?? oddity(document)
    const rule = problem === undefined ? plainOf(document) : undefined
    if (rule === undefined) found.remark('not-yaml', place, problem?.split('\n')[0] ?? '')
    else rules.push({ rule, place })
  }
  return rules
}

/** A key twice in one map, or too many aliases. */
function oddity(document: Document.Parsed): string | undefined {
  let aliases = 0
  let problem: string | undefined
  visit(document, (_, node) => {
    if (isAlias(node)) aliases += 1
    if (aliases > ALIASES_MAX) problem = 'aliases'
    if (isMap(node)) {
      const keys = new Set(node.items.map(({ key }) => String((key as Node | null)?.toString())))
      if (keys.size < node.items.length) problem = 'a key twice'
    }
    return problem === undefined ? undefined : visit.BREAK
  })
  return problem
}

function plainOf(document: Document.Parsed): Json | undefined {
  try {
    return objectOf(document.toJS({ maxAliasCount: ALIASES_MAX }))
  } catch {
    // Aliases that point nowhere, or grow beyond the limit.
    return undefined
  }
}

function readRule(rule: Json, from: Provenance, found: Collected): void {
  const name = textOf(rule.title) ?? 'rule'
  const said = objectOf(rule.logsource)?.category
  const category = Object.hasOwn(CATEGORIES, String(said)) ? CATEGORIES[String(said)] : undefined
  const detection = objectOf(rule.detection)
  if (rule.correlation !== undefined || category === undefined || detection === undefined) {
    found.remark('not-applicable', from.place, `${name}: logsource ${String(said)}`)
    return
  }
  const read = conditionOf(detection, category)
  if (!read.ok) {
    found.remark('not-applicable', from.place, `${name}: ${read.error}`)
    return
  }
  const level = textOf(rule.level)
  const condition = read.value
  const whole: Rule = {
    name,
    category,
    condition,
    ...from,
    ...(level !== undefined && { confidence: level }),
  }
  found.rule(whole)
  takeHashes(whole, from, found)
}

function conditionOf(detection: Json, category: EventCategory): Result<Condition, string> {
  const selections = new Map<string, Condition>()
  const budget = { left: LIMITS.tests }
  for (const [name, value] of Object.entries(detection)) {
    if (name === 'condition') continue
    if (name === 'timeframe') return fail('timeframe')
    const selection = selectionOf(value, category, budget)
    if (!selection.ok) return fail(`${name}: ${selection.error}`)
    selections.set(name, selection.value)
  }
  const texts = [detection.condition].flat()
  const parts: Condition[] = []
  for (const text of texts.slice(0, LIMITS.depth)) {
    const read = readCondition(typeof text === 'string' ? text : '', selections)
    if (!read.ok) return fail(`condition: ${read.error}`)
    parts.push(read.value)
  }
  return ok({ type: 'any', parts })
}

interface Budget {
  left: number
}

/** A map: all of its fields. A list of maps: any of them. */
function selectionOf(value: unknown, category: EventCategory, budget: Budget): Result<Condition, string> {
  const isList = Array.isArray(value)
  const parts: Condition[] = []
  for (const one of isList ? value : [value]) {
    const fields = objectOf(one)
    if (fields === undefined) return fail('keywords')
    const tests: Condition[] = []
    for (const [key, wanted] of Object.entries(fields)) {
      const test = fieldOf(key, wanted, category, budget)
      if (!test.ok) return test
      tests.push(test.value)
    }
    parts.push({ type: 'all', parts: tests })
  }
  if (parts.some((part) => part.type === 'all' && part.parts.length === 0)) return fail('empty')
  return parts.length === 0 ? fail('empty') : ok({ type: 'any', parts })
}

const MODIFIERS = new Set(['contains', 'startswith', 'endswith', 'all', 'cidr'])

function fieldOf(
  key: string,
  wanted: unknown,
  category: EventCategory,
  budget: Budget,
): Result<Condition, string> {
  const [field = '', ...modifiers] = key.split('|')
  const unknown = modifiers.find((modifier) => !MODIFIERS.has(modifier))
  if (unknown !== undefined) return fail(`${field}|${unknown}`)
  const known = FIELDS[category]
  if (field === '' || (known !== undefined && !known.includes(field))) return fail(`field ${field}`)
  const values = [wanted].flat()
  budget.left -= values.length
  if (budget.left < 0) return fail('too many values')
  const parts: Condition[] = []
  for (const value of values) {
    const test = testOf(value, modifiers)
    if (test === undefined) return fail(`${field}: value`)
    parts.push({ type: 'field', field, test })
  }
  if (parts.length === 0) return fail(`${field}: no value`)
  return ok({ type: modifiers.includes('all') ? 'all' : 'any', parts })
}

function testOf(value: unknown, modifiers: readonly string[]): TextTest | undefined {
  if (value === null) return { type: 'absent' }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const text = String(value)
  if (text.length > LIMITS.lineChars) return undefined
  if (modifiers.includes('cidr')) {
    const network = readValue(text, 'network')
    if (!network.ok) return undefined
    const plain = refang(network.value.text)
    const whole = plain.includes(':') ? 128 : 32
    return { type: 'network', network: plain.includes('/') ? plain : `${plain}/${whole}` }
  }
  if (text === '') return { type: 'absent' }
  const many: GlobPart = { any: 'many' }
  const before = modifiers.some((one) => one === 'contains' || one === 'endswith') ? [many] : []
  const behind = modifiers.some((one) => one === 'contains' || one === 'startswith') ? [many] : []
  return { type: 'glob', glob: [...before, ...readGlob(text.toLowerCase(), true), ...behind] }
}

/** Hashes that are enough by themselves are indicators, too: folders are searched for them. */
function takeHashes(rule: Rule, from: Provenance, found: Collected): void {
  const matcher = createMatcher([], [rule])
  const ofCategory = rule.category && { category: rule.category }
  if (matchEvent(matcher, eventOf({ ...ofCategory })).length > 0) return
  for (const text of hashTexts(rule.condition)) {
    const hash = /(?:^|=)([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})$/i.exec(text)?.[1]
    const event = eventOf({ ...ofCategory, fields: new Map([['Hashes', text]]) })
    if (hash === undefined || /^imphash=/i.test(text) || matchEvent(matcher, event).length === 0) continue
    const read = readValue(hash, 'hash')
    if (read.ok) found.indicator(read.value, from)
  }
}

function hashTexts(condition: Condition): string[] {
  if (condition.type === 'all' || condition.type === 'any') return condition.parts.flatMap(hashTexts)
  if (condition.type !== 'field' || condition.field !== 'Hashes' || condition.test.type !== 'glob') return []
  return condition.test.glob.filter((part): part is string => typeof part === 'string')
}
