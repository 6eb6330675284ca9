// What `rufwerk exposure` says: who is affected, who is unknown and why, in plain words.
import type { ChangedState, Counts, Exposed, Exposure, State, Unknown } from '@rufwerk/fleet/exposure'
import type { Language } from '../words.ts'

type Words = Readonly<Record<Language, string>>

export const STATES: Readonly<Record<State, Words>> = {
  affected: { de: 'betroffen', en: 'affected' },
  unknown: { de: 'unbekannt', en: 'unknown' },
  underInvestigation: { de: 'in Untersuchung', en: 'under investigation' },
  clean: { de: 'nicht betroffen', en: 'not affected' },
}

const RANGE: Words = {
  de: 'Ein Versionsbereich in der Warnung lässt sich nicht auswerten.',
  en: 'A range of versions in the advisory cannot be evaluated.',
}
const WHY: Readonly<Record<Unknown, Words>> = {
  'no-programs-known': {
    de: 'Niemand hat gesagt, welche Programme dort sind.',
    en: 'Nobody has said which programs are there.',
  },
  'not-all-read': {
    de: 'Nicht alles war lesbar; was dort liegt, weiß niemand.',
    en: 'Not everything could be read; what lies there, nobody knows.',
  },
  'not-named': { de: 'Das Programm wird nicht genannt.', en: 'The program is not named.' },
  'version-missing': { de: 'Die Version fehlt.', en: 'The version is missing.' },
  'version-unreadable': { de: 'Die Version ist nicht lesbar.', en: 'The version cannot be read.' },
  'versions-differ': {
    de: 'Zwei Angaben zur Version widersprechen sich.',
    en: 'Two reports of the version differ.',
  },
  'listed-version-unreadable': {
    de: 'Eine Version in der Warnung ist nicht lesbar.',
    en: 'A version in the advisory cannot be read.',
  },
  'pre-release': {
    de: 'Es ist eine Vorabversion, die die Warnung nicht nennt.',
    en: 'It is a pre-release that the advisory does not name.',
  },
  'platform-missing': { de: 'Das Betriebssystem fehlt.', en: 'The operating system is missing.' },
  'part-of-another-product': {
    de: 'Betroffen ist ein Teil eines anderen Produkts; ob es dort ist, sagt niemand.',
    en: 'Affected is a part of another product; whether that is there, nobody says.',
  },
  'range-malformed': RANGE,
  'range-too-long': RANGE,
  'range-scheme-unknown': RANGE,
  'range-version-unknown': RANGE,
  'range-order': RANGE,
  'range-sequence': RANGE,
}

const SENTENCES = {
  report: {
    de: 'So steht es in den Listen und Berichten. Es ist kein Beweis: Was niemand gemeldet hat, ist unbekannt.',
    en: 'This is what lists and reports say. It is no proof: what nobody has reported is unknown.',
  },
  device: { de: 'Gerät', en: 'device' },
  devices: { de: 'Geräte', en: 'devices' },
  changes: { de: 'Gegenüber der früheren Warnung ändert sich:', en: 'Compared with the advisory before:' },
  'no-change': {
    de: 'Gegenüber der früheren Warnung ändert sich nichts.',
    en: 'Nothing changes compared with the advisory before.',
  },
  unread: { de: 'Nicht gelesene Zeilen', en: 'Lines that were not read' },
  absent: { de: 'fehlt', en: 'absent' },
  since: { de: 'seit', en: 'since' },
} as const
export type Sentence = keyof typeof SENTENCES

export const say = (sentence: Sentence, language: Language): string => SENTENCES[sentence][language]

export function countsLine(counts: Counts, language: Language): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const each = (Object.keys(STATES) as State[])
    .filter((state) => state !== 'underInvestigation' || counts[state] > 0)
    .map((state) => `${counts[state]} ${STATES[state][language]}`)
  return `${all} ${say(all === 1 ? 'device' : 'devices', language)}: ${each.join(', ')}`
}

/** Those affected, unknown and under investigation, the strictest first. */
export function deviceLines({ devices }: Exposure, language: Language): string[] {
  const order: readonly State[] = ['affected', 'unknown', 'underInvestigation']
  return order.flatMap((state) =>
    devices.filter((device) => device.state === state).map((device) => deviceLine(device, language)),
  )
}

function deviceLine(device: Exposed, language: Language): string {
  const { names, person, site, platform, state, unknown, reasons } = device
  const who = [names.hostname ?? names.serial ?? device.device, person, site, platform]
  const [reason] = reasons
  const { found, because = [], since } = reason ?? {}
  const program = [found?.product ?? found?.userAgent, found?.version].filter((text) => text !== undefined)
  const by = because.find(({ doubt }) => doubt === undefined)
  const why = unknown.map((one) => WHY[one][language])
  const told = [
    plain(who.filter((text) => text !== undefined).join(', ')),
    ...(program.length > 0 ? [plain(program.join(' '))] : []),
    ...(state !== 'unknown' && since !== undefined ? [`${say('since', language)} ${dayOf(since)}`] : []),
    ...(by === undefined ? [] : [plain(`${by.advisory} ${by.revision} (${by.issuer})`)]),
    ...why,
  ]
  return `${STATES[state][language]}: ${told.join(' · ')}`
}

export function changeLines(changes: readonly ChangedState[], language: Language): string[] {
  if (changes.length === 0) return [say('no-change', language)]
  const word = (state: State | undefined): string =>
    state === undefined ? say('absent', language) : STATES[state][language]
  const lines = changes.map(
    ({ device, before, after }) => `  ${plain(device)}: ${word(before)} → ${word(after)}`,
  )
  return [say('changes', language), ...lines]
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** What others wrote does not steer the terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are taken out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
}
