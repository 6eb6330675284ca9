// What a warning says, in both languages, and how its words become text in markup or in a header. Every word
// in it is somebody's: nothing of it is markup.
import type { ThreatLevel } from '@rufwerk/advisories'
import type { CaseProduct } from '@rufwerk/advisories/write'

export type Language = 'de' | 'en'
export const LANGUAGES: readonly Language[] = ['de', 'en']
export type Texts = Readonly<Record<Language, string>>

/** Which document machines get: first that something happened, then advice, then what is affected. */
export const PHASES = ['incident-response', 'advisory', 'vex'] as const
export type Phase = (typeof PHASES)[number]

export interface WarningRevision {
  readonly at: number
  readonly phase: Phase
  readonly summary: Texts
}

export interface Warning {
  /** `urn:uuid:…`, the same over all revisions. */
  readonly urn: string
  /** As people name it. */
  readonly number: string
  readonly level: ThreatLevel
  readonly title: Texts
  readonly summary: Texts
  readonly advice: readonly Texts[]
  readonly products: readonly CaseProduct[]
  readonly checked: { readonly at: number; readonly by: string; readonly what: Texts }
  /** Oldest first, at least one. */
  readonly revisions: readonly WarningRevision[]
}

export const STATUS_WORDS: Readonly<Record<CaseProduct['status'], Texts>> = {
  affected: { de: 'betroffen', en: 'affected' },
  notAffected: { de: 'nicht betroffen', en: 'not affected' },
  fixed: { de: 'behoben', en: 'fixed' },
  underInvestigation: { de: 'wird untersucht', en: 'under investigation' },
}

/** What XML 1.0 §2.2 does not allow, and halves of characters. */
const NO_CHARACTER = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and for attributes in quotation marks, in HTML and in XML. */
export function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replace(NO_CHARACTER, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** An address of ours that may stand in a header or in an attribute. */
export function isHttps(text: string): boolean {
  return /^https:\/\/[\x21-\x7e]+$/.test(text) && !/[<>"'\\]/.test(text) && URL.canParse(text)
}

/** Of our own host, or https. */
export function isPlace(text: string): boolean {
  return isHttps(text) || (/^\/(?!\/)[\x21-\x7e]*$/.test(text) && !/[<>"'\\]/.test(text))
}

/** Reckoned and shown in UTC, so that everybody reads the same. */
export function shownTime(at: number, language: Language): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T')
  const day = language === 'de' ? date.split('-').reverse().join('.') : date
  return `${day}, ${time.slice(0, 5)} UTC`
}

export const URN = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
