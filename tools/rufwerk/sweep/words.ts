// What a sweep says, in German and English.
import type { Language } from '../words.ts'

type Words = Readonly<Record<Language, string>>

/** `…` and names in braces are filled in. */
export const SENTENCES = {
  'folders-missing': {
    en: 'say a FOLDER, or logs with --log',
    de: 'es fehlt ein ORDNER, oder Protokolle mit --log',
  },
  'indicators-missing': {
    en: 'say what to look for: --indicators FILE',
    de: 'es fehlt, wonach gesucht wird: --indicators DATEI',
  },
  'flag-unknown': { en: 'there is no such flag here: …', de: 'diese Angabe gibt es hier nicht: …' },
  'hit-file': { en: 'FOUND {path}: {what}', de: 'GEFUNDEN {path}: {what}' },
  'hit-log': {
    en: 'FOUND {path}, line {line}: {what}\n      {time} {who}: {seen}',
    de: 'GEFUNDEN {path}, Zeile {line}: {what}\n      {time} {who}: {seen}',
  },
  'hit-name-only': { en: 'only the name', de: 'nur der Name' },
  'hit-weak': {
    en: 'two files can have the same hash of this kind',
    de: 'diesen Hash können zwei Dateien haben',
  },
  'who-unknown': { en: 'unknown client', de: 'unbekannter Client' },
  'time-unknown': { en: 'no time', de: 'ohne Zeit' },
  'time-zone': { en: 'zone not said', de: 'ohne Zeitzone' },
  'time-year': { en: 'year not said', de: 'ohne Jahr' },
  'not-read': { en: 'NOT READ {path}: {why}', de: 'NICHT GELESEN {path}: {why}' },
  'not-read-more': { en: 'and … more places that were not read', de: 'und … weitere nicht gelesene Stellen' },
  'hits-more': { en: 'and … more hits', de: 'und … weitere Treffer' },
  remark: { en: 'not searched for ({path}, {place}): {what}', de: 'nicht gesucht ({path}, {place}): {what}' },
  'remarks-more': {
    en: 'and … more that is not searched for',
    de: 'und … weitere, nach denen nicht gesucht wird',
  },
  'rule-of-programs': {
    en: 'rule about programs that run, of which only hashes are searched for ({path}, {place}): {what}',
    de: 'Regel über laufende Programme; davon wird nur nach Hashes gesucht ({path}, {place}): {what}',
  },
  indicators: {
    en: 'Searched for: {indicators} indicators and {rules} rules.',
    de: 'Gesucht nach: {indicators} Indikatoren und {rules} Regeln.',
  },
  folders: {
    en: 'Folders: {files} files by name, {hashed} of them by hash ({bytes} bytes); {links} links not followed, {others} pipes and devices not opened.',
    de: 'Ordner: {files} Dateien nach Namen, davon {hashed} nach Hash ({bytes} Bytes); {links} Verknüpfungen nicht verfolgt, {others} Pipes und Geräte nicht geöffnet.',
  },
  log: {
    en: 'Log {path} ({format}): {compared} of {lines} lines tell something and were compared.',
    de: 'Protokoll {path} ({format}): {compared} von {lines} Zeilen sagen etwas und wurden verglichen.',
  },
  'log-unknown': { en: 'format not known', de: 'Format unbekannt' },
  found: { en: 'Hits: …', de: 'Treffer: …' },
  nothing: {
    en: 'Nothing of it was found in what was read. That does not prove that it was never there.',
    de: 'Davon wurde in dem, was gelesen wurde, nichts gefunden. Das beweist nicht, dass es nie da war.',
  },
  incomplete: {
    en: 'Not everything could be read: … places, see above.',
    de: 'Nicht alles war lesbar: … Stellen, siehe oben.',
  },
} as const satisfies Readonly<Record<string, Words>>

/** Why a place was not read. */
const REASONS: Readonly<Record<string, Words>> = {
  EACCES: { en: 'no right to read it', de: 'kein Recht, es zu lesen' },
  EPERM: { en: 'no right to read it', de: 'kein Recht, es zu lesen' },
  ENOENT: { en: 'is not there', de: 'ist nicht da' },
  ENOTDIR: { en: 'is no folder', de: 'ist kein Ordner' },
  ELOOP: { en: 'is a link', de: 'ist eine Verknüpfung' },
  link: { en: 'is a link', de: 'ist eine Verknüpfung' },
  'not-a-file': { en: 'is no file', de: 'ist keine Datei' },
  'no-files': {
    en: 'holds no files but views of the running system',
    de: 'enthält Sichten des laufenden Systems',
  },
  'too-deep': { en: 'is too deep', de: 'liegt zu tief' },
  'too-many': { en: 'more than the limit; the rest was left out', de: 'mehr als die Grenze; der Rest fehlt' },
  'too-large': { en: 'is larger than the limit', de: 'ist größer als die Grenze' },
  'no-indicators': {
    en: 'nothing in it can be searched for',
    de: 'darin ist nichts, wonach sich suchen lässt',
  },
  'format-unknown': { en: 'is no log of a known format', de: 'ist kein Protokoll eines bekannten Formats' },
  'nothing-compared': {
    en: 'no line of it tells of a name, an address or a connection',
    de: 'keine Zeile davon nennt einen Namen, eine Adresse oder eine Verbindung',
  },
  Z_BUF_ERROR: { en: 'the packed file ends too early', de: 'die gepackte Datei endet zu früh' },
  Z_DATA_ERROR: { en: 'the packed file is damaged', de: 'die gepackte Datei ist beschädigt' },
}
const LINES: Words = {
  en: '{count} lines not understood or too long, the first: {numbers}',
  de: '{count} Zeilen nicht verstanden oder zu lang, zuerst: {numbers}',
}

export type SentenceName = keyof typeof SENTENCES
type Values = Readonly<Record<string, string | number>>

/** Nothing in a value moves the cursor, hides or turns text. */
export function say(name: SentenceName, language: Language, values: Values | string | number = ''): string {
  return fill(SENTENCES[name][language], typeof values === 'object' ? values : { '…': values })
}

export function reasonOf(code: string, language: Language): string {
  return REASONS[code]?.[language] ?? code
}

export function linesNotRead(count: number, numbers: readonly number[], language: Language): string {
  return fill(LINES[language], { count, numbers: numbers.join(', ') })
}

function fill(sentence: string, values: Values): string {
  return sentence.replace(/…|\{([a-z]+)\}/g, (mark, name: string | undefined) =>
    printable(String(values[name ?? '…'] ?? mark)),
  )
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}
