// `rufwerk evidence verify FILE`: verifies a bundle of evidence without a server, and without unpacking it.
// The key that counts is one that the reader has from elsewhere.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readPublicKey } from '@rufwerk/audit'
import { type BundleFindingCode, type BundleVerified, verifyBundle } from '@rufwerk/evidence'
import type { Language } from './words.ts'

export interface EvidenceWish {
  readonly file: string
  /** A public key that was kept elsewhere, PEM. */
  readonly keyFile?: string
  readonly isJson: boolean
}

export interface EvidenceTold {
  /** Unchanged since it was signed and, where a key was given, signed with it. */
  readonly isGood: boolean
  /** Signed with the given key. Without one, a program must not take it for verified. */
  readonly isKnownKey: boolean
  readonly lines: readonly string[]
}

type Words = Readonly<Record<Language, string>>

const NOTHING = { isGood: false, isKnownKey: false } as const

const FINDINGS: Readonly<Record<BundleFindingCode, Words>> = {
  'too-large': { en: 'the file is too large', de: 'die Datei ist zu groß' },
  truncated: { en: 'the file ends too early', de: 'die Datei endet zu früh' },
  malformed: { en: '… is not as a bundle is written', de: '… ist nicht, wie ein Paket geschrieben wird' },
  extra: { en: '… does not belong to it or there', de: '… gehört nicht dazu oder nicht dorthin' },
  missing: { en: '… is missing', de: '… fehlt' },
  changed: { en: '… was changed', de: '… wurde verändert' },
  'bad-key': { en: 'the key in it is none', de: 'der Schlüssel darin ist keiner' },
  'bad-signature': {
    en: 'it is not signed with the key in it',
    de: 'es ist nicht mit dem Schlüssel darin unterschrieben',
  },
  'other-key': {
    en: 'it is signed with another key',
    de: 'es ist mit einem anderen Schlüssel unterschrieben',
  },
}
const SENTENCES = {
  good: {
    en: 'unchanged since it was signed: … entries',
    de: 'unverändert seit dem Unterschreiben: … Einträge',
  },
  bad: { en: 'NOT as it was signed', de: 'NICHT, wie es unterschrieben wurde' },
  known: { en: 'signed with the given key', de: 'mit dem angegebenen Schlüssel unterschrieben' },
  unknown: {
    en: 'The key was the one in the file; compare … with what the company has told you, or give it with --key.',
    de: 'Der Schlüssel stammt aus der Datei; vergleichen Sie … mit dem, was das Unternehmen Ihnen genannt hat, oder geben Sie ihn mit --key an.',
  },
  'not-readable': { en: '… cannot be read', de: '… ist nicht lesbar' },
  'wrong-key': { en: 'there is no Ed25519 key in …', de: 'in … steht kein Ed25519-Schlüssel' },
  file: { en: 'the file', de: 'die Datei' },
} as const

/** Undefined: another command. */
export function readEvidenceWish(
  args: readonly string[],
  current: string,
  isJson: boolean,
): EvidenceWish | undefined {
  const [noun, verb, ...rest] = args
  if (noun !== 'evidence' || verb !== 'verify') return undefined
  const at = rest.indexOf('--key')
  const keyFile = at < 0 ? undefined : rest[at + 1]
  const [file = ''] = rest.filter((_, index) => at < 0 || (index !== at && index !== at + 1))
  return { file: resolve(current, file), isJson, ...(keyFile && { keyFile: resolve(current, keyFile) }) }
}

export function carryOutEvidence({ file, keyFile, isJson }: EvidenceWish, language: Language): EvidenceTold {
  const say = (sentence: keyof typeof SENTENCES, about: string | number = ''): string =>
    SENTENCES[sentence][language].replace('…', String(about))
  const keyText = keyFile === undefined ? undefined : bytesOf(keyFile)?.toString('utf8')
  const key = keyText === undefined ? undefined : readPublicKey(keyText)
  if (keyFile !== undefined && key === undefined) return { ...NOTHING, lines: [say('wrong-key', keyFile)] }
  const bytes = bytesOf(file)
  if (bytes === undefined) return { ...NOTHING, lines: [say('not-readable', file)] }
  const verified = verifyBundle(bytes, key === undefined ? [] : [key])
  const isGood = verified.findings.length === 0
  const { key: fingerprint = '', isKnownKey } = verified
  if (isJson) return { isGood, isKnownKey, lines: [JSON.stringify({ isGood, ...verified }, undefined, 2)] }
  const findings = verified.findings.map(({ code, where }) =>
    FINDINGS[code][language].replace('…', where === '' ? say('file') : where),
  )
  const ofKey = isKnownKey ? say('known') : say('unknown', fingerprint)
  const summary = isGood ? say('good', verified.manifest?.entries.length ?? 0) : say('bad')
  // What is not as it was signed is not told as if it were.
  const content = isGood ? [...contentOf(verified, language), ofKey] : []
  return { isGood, isKnownKey, lines: [summary, ...findings, ...content] }
}

/** Texts of others without what moves a cursor or turns the direction of writing. */
function contentOf({ manifest }: BundleVerified, language: Language): string[] {
  if (manifest === undefined) return []
  const { case: id, title, company, madeBy, madeAt, entries } = manifest
  const lines = [
    `${id}: ${title}`,
    `${company}, ${madeBy}, ${new Date(madeAt).toISOString()}`,
    ...entries.map(({ name, bytes, what }) => `  ${name} (${bytes}): ${what[language]}`),
  ]
  return lines.map((line) => line.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '�'))
}

function bytesOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
