// Sentences for what a source says and the search does not use, and a collector that never grows past a
// limit.
import type { Rule, Words } from './model.ts'
import {
  type Indicator,
  LIMITS,
  type Observable,
  type Provenance,
  type Reading,
  type Remark,
} from './model.ts'

const SENTENCES = {
  empty: { en: 'The value is empty.', de: 'Der Wert ist leer.' },
  'too-long': { en: 'The value is too long.', de: 'Der Wert ist zu lang.' },
  'not-understood': {
    en: 'This is no domain, address, URL, hash or file name: …',
    de: 'Das ist weder Domain noch Adresse, URL, Hash oder Dateiname: …',
  },
  'network-wrong': {
    en: 'The length of the network is wrong: …',
    de: 'Die Länge des Netzes stimmt nicht: …',
  },
  'address-wrong': { en: 'This is no IP address: …', de: 'Das ist keine IP-Adresse: …' },
  'document-too-large': {
    en: 'The document is larger than the limit and was not read.',
    de: 'Das Dokument ist größer als die Grenze und wurde nicht gelesen.',
  },
  'too-many': {
    en: 'More than the limit; from here on nothing was taken.',
    de: 'Mehr als die Grenze; ab hier wurde nichts mehr übernommen.',
  },
  'too-deep': {
    en: 'The document is nested deeper than the limit and was not read.',
    de: 'Das Dokument ist tiefer verschachtelt als die Grenze und wurde nicht gelesen.',
  },
  'not-json': { en: 'This is no JSON: …', de: 'Das ist kein JSON: …' },
  'not-yaml': {
    en: 'This is no YAML that is read here: …',
    de: 'Das ist kein YAML, das hier gelesen wird: …',
  },
  'not-this-format': { en: 'This is no document of the kind …', de: 'Das ist kein Dokument der Art …' },
  'no-header': {
    en: 'The first line names no column that is known (value, indicator, ioc): …',
    de: 'Die erste Zeile nennt keine bekannte Spalte (value, indicator, ioc): …',
  },
  'quote-open': {
    en: 'A quotation mark is not closed; the rest was not read.',
    de: 'Ein Anführungszeichen ist nicht geschlossen; der Rest wurde nicht gelesen.',
  },
  'not-affected': {
    en: 'The document does not say that this product is affected: …',
    de: 'Das Dokument nennt dieses Produkt nicht betroffen: …',
  },
  'hash-unknown': {
    en: 'Hashes of this kind are not searched for: …',
    de: 'Nach Hashes dieser Art wird nicht gesucht: …',
  },
  'type-unknown': {
    en: 'Objects of this type are not searched for: …',
    de: 'Nach Objekten dieser Art wird nicht gesucht: …',
  },
  revoked: { en: 'The source has withdrawn it: …', de: 'Die Quelle hat es zurückgezogen: …' },
  'not-applicable': {
    en: 'This cannot be searched for in single records: …',
    de: 'Danach lässt sich in einzelnen Einträgen nicht suchen: …',
  },
  'pattern-wrong': { en: 'The pattern has a mistake: …', de: 'Das Muster hat einen Fehler: …' },
  'field-missing': {
    en: 'A field is missing or of another type: …',
    de: 'Ein Feld fehlt oder ist anderer Art: …',
  },
} as const satisfies Readonly<Record<string, Words>>

export type RemarkCode = keyof typeof SENTENCES

const ABOUT_CHARS_MAX = 120

export function remarkOf(code: RemarkCode, place: string, about = ''): Remark {
  const clean = about.replace(/\p{Cc}/gu, ' ')
  const shown = clean.length > ABOUT_CHARS_MAX ? `${clean.slice(0, ABOUT_CHARS_MAX)}…` : clean
  // A function, because `$&` in a text means nothing.
  const said = (words: string): string => words.replace('…', () => shown)
  return { code, place, sentence: { en: said(SENTENCES[code].en), de: said(SENTENCES[code].de) } }
}

/** Not found in a set but by looking at each. */
function isCompared({ kind, text }: Observable): boolean {
  return kind === 'file' ? /[*?/\\]/.test(text) : kind === 'url' && text.includes('*')
}

/** What one document gives. */
export class Collected {
  readonly #indicators: Indicator[] = []
  readonly #rules: Rule[] = []
  readonly #remarks: Remark[] = []
  #beyond = 0
  #wildcards = 0
  #isFull = false
  readonly #seen = new Set<string>()

  remark(code: RemarkCode, place: string, about = ''): void {
    if (this.#remarks.length < LIMITS.remarks) this.#remarks.push(remarkOf(code, place, about))
    else this.#beyond += 1
  }

  /** The same value twice in one document is one indicator: its first place counts. */
  indicator(observable: Observable, from: Provenance): void {
    const key = `${observable.kind} ${observable.text}`
    if (this.#seen.has(key)) return
    if (isCompared(observable)) this.#wildcards += 1
    if (this.#indicators.length >= LIMITS.indicators || this.#wildcards > LIMITS.wildcards) {
      this.#full(from.place)
      return
    }
    this.#seen.add(key)
    const isWeak = observable.algorithm === 'sha1' || observable.algorithm === 'md5'
    this.#indicators.push({ ...observable, ...from, isWeak })
  }

  rule(rule: Rule): void {
    if (this.#rules.length < LIMITS.rules) this.#rules.push(rule)
    else this.#full(rule.place)
  }

  reading(format: string): Reading {
    return {
      ...{ format, indicators: this.#indicators, rules: this.#rules, remarks: this.#remarks },
      remarksBeyond: this.#beyond,
    }
  }

  #full(place: string): void {
    if (!this.#isFull) this.remark('too-many', place)
    this.#isFull = true
  }
}
