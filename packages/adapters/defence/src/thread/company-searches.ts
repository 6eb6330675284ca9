// What a case looks for, and what was found: indicators are kept as their readers give them, defanged; of a
// log only the hits are kept, and the log itself never.
import { gunzipSync } from 'node:zlib'
import type { Inventory } from '@rufwerk/fleet'
import {
  createMatcher,
  type Indicator,
  type LogEvent,
  type Matcher,
  matchEvent,
  type Rule,
} from '@rufwerk/indicators'
import { LogSearch, type Searched } from '@rufwerk/indicators/logs'
import { readIndicators } from '@rufwerk/indicators/readers'
import { HITS_MAX, INDICATOR_FILES_MAX, INDICATORS_MAX, SEARCHES_MAX, UNPACKED_BYTES_MAX } from '../limits.ts'
import type { IndicatorsRead, Search, SearchesPage, SearchRefused, SearchWish } from '../messages.ts'
import type { CompanyStore } from './company-store.ts'

const REMARKS_MAX = 100
const GZIP = [0x1f, 0x8b] as const

/** A file of indicators as it is kept. */
export interface KeptIndicators {
  readonly name: string
  readonly at: number
  readonly by: string
  readonly format: string
  readonly indicators: readonly Indicator[]
  readonly rules: readonly Rule[]
}

export class CompanySearches {
  readonly #store: CompanyStore

  constructor(store: CompanyStore) {
    this.#store = store
  }

  addIndicators({ case: id, name, by, at }: SearchWish, bytes: Uint8Array): IndicatorsRead | SearchRefused {
    const before = this.#store.indicatorsOf(id)
    if (before.length >= INDICATOR_FILES_MAX) return { refused: 'full' }
    const { format, indicators, rules, remarks, remarksBeyond } = readIndicators(textOf(bytes), {
      caseId: id,
      document: name,
    })
    if (indicators.length + rules.length === 0) return { refused: 'nothing' }
    const known = before.reduce((sum, one) => sum + one.indicators.length, 0)
    if (known + indicators.length > INDICATORS_MAX) return { refused: 'full' }
    this.#store.keepIndicators(id, { name, at, by, format, indicators, rules })
    return {
      ...{ name, format, indicators: indicators.length, rules: rules.length },
      remarks: remarks.slice(0, REMARKS_MAX).map(({ place, sentence }) => ({ where: place, ...sentence })),
      remarksLeft: remarksBeyond + Math.max(0, remarks.length - REMARKS_MAX),
    }
  }

  /** A log, also packed by gzip. */
  searchLog(wish: SearchWish, bytes: Uint8Array): Search | SearchRefused {
    const matcher = this.#matcherOf(wish.case)
    if (matcher === undefined) return { refused: 'no-indicators' }
    const plain = unpacked(bytes)
    if (plain === undefined) return { refused: 'unreadable' }
    const search = new LogSearch(matcher)
    search.push(textOf(plain))
    return this.#keep(wish, 'log', search.end())
  }

  /** What is known of the devices: where they called from, and files that were found on them. */
  searchOwn(wish: SearchWish, { devices }: Inventory): Search | SearchRefused {
    const matcher = this.#matcherOf(wish.case)
    if (matcher === undefined) return { refused: 'no-indicators' }
    const hits: Searched['hits'][number][] = []
    for (const device of devices.values()) {
      const files = [...device.installations.values()].flatMap(({ found }) => found.files ?? [])
      const event: LogEvent = {
        who: { host: device.key, ...(device.person !== undefined && { user: device.person }) },
        ...{ domains: [], urls: [], addresses: device.addresses, fields: new Map() },
        hashes: files.flatMap(({ sha256 }) => sha256 ?? []),
        files: files.flatMap(({ name }) => name ?? []),
      }
      for (const { found, seen } of matchEvent(matcher, event)) {
        const { caseId, document, place } = found
        const what =
          'condition' in found
            ? ({ kind: 'rule', text: found.name } as const)
            : { kind: found.kind, text: found.text }
        hits.push({ line: 0, who: event.who, found: what, origin: { caseId, document, place }, seen })
      }
    }
    const none = { hitsBeyond: 0, notUnderstood: 0, tooLong: 0, notRead: [] }
    return this.#keep(wish, 'own', { ...none, hits, lines: devices.size, compared: devices.size })
  }

  page(id: string): SearchesPage {
    return {
      indicators: this.#store.indicatorsOf(id).map(({ indicators, rules, ...file }) => ({
        ...{ ...file, indicators: indicators.length, rules: rules.length },
      })),
      searches: this.#store.searchesOf(id),
    }
  }

  #matcherOf(id: string): Matcher | undefined {
    const files = this.#store.indicatorsOf(id)
    if (files.length === 0) return undefined
    return createMatcher(
      files.flatMap(({ indicators }) => indicators),
      files.flatMap(({ rules }) => rules),
    )
  }

  #keep(
    { case: id, name, by, at }: SearchWish,
    kind: Search['kind'],
    searched: Searched,
  ): Search | SearchRefused {
    if (this.#store.searchesOf(id).length >= SEARCHES_MAX) return { refused: 'full' }
    const { hits, hitsBeyond, ...figures } = searched
    const kept = hits.slice(0, HITS_MAX)
    const search: Search = {
      ...{ name, kind, at, by, ...figures },
      hits: kept,
      hitsBeyond: hitsBeyond + hits.length - kept.length,
    }
    this.#store.keepSearch(id, search)
    return search
  }
}

/** Undefined: packed, and broken or too large. */
function unpacked(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== GZIP[0] || bytes[1] !== GZIP[1]) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX })
  } catch {
    return undefined
  }
}

/** UTF-8, or UTF-16 as Windows writes it. */
function textOf(bytes: Uint8Array): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes)
}
