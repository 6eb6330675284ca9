// `rufwerk audit verify FILE`: verifies an exported log of administration, without a server and without
// believing it: the key and heads that count are those that the reader kept.
import { createReadStream, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  beginVerification,
  type ChainLine,
  endVerification,
  type FindingCode,
  HEADS_MAX,
  LINE_BYTES_MAX,
  readLine,
  readPublicKey,
  type SignedHead,
  type Verification,
  verifyEntry,
} from '@rufwerk/audit'
import type { Language } from './words.ts'

export interface AuditWish {
  readonly file: string
  /** A public key that was kept elsewhere, PEM, or an answer of `audit head`. */
  readonly keyFile?: string
  /** An answer of `audit head` that was kept elsewhere. */
  readonly headFile?: string
}

export interface AuditTold {
  readonly isGood: boolean
  readonly lines: readonly string[]
}

type Words = Readonly<Record<Language, string>>

const FINDINGS: Readonly<Record<FindingCode, Words>> = {
  gap: {
    en: 'entry …: entries before it are missing or stand twice',
    de: 'Eintrag …: davor fehlt etwas oder steht doppelt',
  },
  changed: { en: 'entry …: was changed', de: 'Eintrag …: wurde verändert' },
  'told-changed': {
    en: 'entry …: names or details were changed',
    de: 'Eintrag …: Namen oder Angaben wurden verändert',
  },
  'head-differs': {
    en: 'entry …: the log was written anew from there or before; a signed head says otherwise',
    de: 'Eintrag …: ab hier oder früher neu geschrieben; ein unterschriebener Stand sagt anderes',
  },
  cut: { en: 'the end is cut off: there were … entries', de: 'das Ende fehlt: es waren … Einträge' },
  'bad-head': {
    en: 'the head for entry … is not signed by the key, or of another company',
    de: 'der Stand zu Eintrag … ist nicht mit dem Schlüssel unterschrieben oder von einem anderen Unternehmen',
  },
  'unsigned-end': {
    en: 'no head covers the end, up to entry …',
    de: 'kein Stand deckt das Ende bis Eintrag …',
  },
  'too-many-heads': {
    en: 'there are more heads than are checked',
    de: 'es sind mehr Stände, als geprüft werden',
  },
}
const SENTENCES = {
  good: {
    en: 'unchanged: … entries, {erased} of them without the names that were erased, {heads} signed heads',
    de: 'unverändert: … Einträge, davon {erased} ohne die gelöschten Namen, {heads} unterschriebene Stände',
  },
  bad: { en: 'NOT as it was written: … entries', de: 'NICHT, wie es geschrieben wurde: … Einträge' },
  'own-key': {
    en: 'The key was the one in the file: this proves nothing against who has the server. Keep `audit head` elsewhere and give it with --head.',
    de: 'Der Schlüssel stammt aus der Datei: gegen jemanden, der den Server hat, beweist das nichts. `audit head` woanders aufbewahren und mit --head angeben.',
  },
  more: { en: '… more findings', de: '… weitere Befunde' },
  'not-readable': { en: '… cannot be read', de: '… ist nicht lesbar' },
  'not-a-log': {
    en: 'line … is not of a log of administration',
    de: 'Zeile … gehört zu keinem Protokoll der Verwaltung',
  },
  incomplete: { en: 'the file ends too early', de: 'die Datei endet zu früh' },
  'wrong-key': { en: 'there is no Ed25519 key in …', de: 'in … steht kein Ed25519-Schlüssel' },
  'wrong-head': { en: 'there is no head in …', de: 'in … steht kein Stand' },
  'other-key': { en: 'the key in the file is another one', de: 'der Schlüssel in der Datei ist ein anderer' },
} as const

/** Undefined: another command. */
export function readAuditWish(args: readonly string[], current: string): AuditWish | undefined {
  const [noun, verb, ...rest] = args
  if (noun !== 'audit' || verb !== 'verify') return undefined
  const named = (name: string): string | undefined => {
    const at = rest.indexOf(name)
    const value = at < 0 ? undefined : rest[at + 1]
    return value === undefined ? undefined : resolve(current, value)
  }
  const isValue = (at: number): boolean =>
    ['--key', '--head'].includes(rest[at] ?? '') || ['--key', '--head'].includes(rest[at - 1] ?? '')
  const [file = ''] = rest.filter((_, at) => !isValue(at))
  const keyFile = named('--key')
  const headFile = named('--head')
  return { file: resolve(current, file), ...(keyFile && { keyFile }), ...(headFile && { headFile }) }
}

type Problem = keyof typeof SENTENCES

class Refused extends Error {
  readonly problem: Problem
  readonly about: string

  constructor(problem: Problem, about = '') {
    super(problem)
    this.problem = problem
    this.about = about
  }
}

export async function carryOutAudit(wish: AuditWish, language: Language): Promise<AuditTold> {
  const say = (problem: Problem, about: string | number = '') =>
    SENTENCES[problem][language].replace('…', String(about))
  try {
    const { verification, heads, isOwnKey } = await verifyFile(wish)
    const { findings, more, seq, erased } = verification
    const isGood = findings.length === 0
    const summary = say(isGood ? 'good' : 'bad', seq)
      .replace('{erased}', String(erased))
      .replace('{heads}', String(heads))
    const told = findings.map((finding) => FINDINGS[finding.code][language].replace('…', String(finding.seq)))
    const rest = more > 0 ? [say('more', more)] : []
    return { isGood, lines: [summary, ...told, ...rest, ...(isOwnKey ? [say('own-key')] : [])] }
  } catch (error) {
    if (error instanceof Refused) return { isGood: false, lines: [say(error.problem, error.about)] }
    return { isGood: false, lines: [say('not-readable', wish.file)] }
  }
}

interface Verified {
  readonly verification: Verification
  readonly heads: number
  /** Nothing from outside said which key it is. */
  readonly isOwnKey: boolean
}

async function verifyFile({ file, keyFile, headFile }: AuditWish): Promise<Verified> {
  const kept = headFile === undefined ? undefined : readHead(headFile)
  const keptKey = keyFile === undefined ? kept?.key : readKeyFile(keyFile)
  const heads: SignedHead[] = kept ? [kept.head] : []
  let about: Extract<ChainLine, { readonly type: 'audit' }> | undefined
  let verification: Verification | undefined
  let isEnded = false
  let number = 0
  for await (const text of linesOf(file)) {
    number += 1
    const read = readLine(text)
    if (!read.ok || isEnded || (number === 1) !== (read.value.type === 'audit'))
      throw new Refused('not-a-log', String(number))
    const line = read.value
    if (line.type === 'audit') about = line
    else if (line.type === 'head' && verification === undefined && heads.length <= HEADS_MAX) heads.push(line)
    else if (line.type === 'head') throw new Refused('not-a-log', String(number))
    else {
      verification ??= begin(about, heads, keptKey, keyFile ?? headFile ?? file)
      if (line.type === 'entry') verification = verifyEntry(verification, line)
      else isEnded = true
    }
  }
  if (verification === undefined || !isEnded) throw new Refused('incomplete')
  return { verification: endVerification(verification), heads: heads.length, isOwnKey: keptKey === undefined }
}

function begin(
  about: Extract<ChainLine, { readonly type: 'audit' }> | undefined,
  heads: readonly SignedHead[],
  keptKey: string | undefined,
  where: string,
): Verification {
  const key = readPublicKey(keptKey ?? about?.key ?? '')
  if (key === undefined) throw new Refused('wrong-key', where)
  if (keptKey !== undefined && about?.key.trim() !== keptKey.trim()) throw new Refused('other-key')
  return beginVerification(about?.tenant ?? '', heads, key)
}

function readHead(file: string): { readonly head: SignedHead; readonly key?: string } {
  const text = readKeyFile(file)
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>
    const read = readLine(JSON.stringify({ ...value, type: 'head' }))
    if (read.ok && read.value.type === 'head')
      return { head: read.value, ...(typeof value.key === 'string' && { key: value.key }) }
  } catch {
    // Said below.
  }
  throw new Refused('wrong-head', file)
}

function readKeyFile(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').slice(0, LINE_BYTES_MAX)
  } catch {
    throw new Refused('not-readable', file)
  }
  return text
}

/** Lines of a file of any length; one that has no end is cut where it is too long anyway. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, 'utf8')
  let rest = ''
  for await (const piece of stream) {
    rest += String(piece)
    for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n')) {
      yield rest.slice(0, at)
      rest = rest.slice(at + 1)
    }
    if (rest.length > LINE_BYTES_MAX) break
  }
  if (rest !== '') yield rest
}
