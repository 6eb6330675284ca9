// Public holidays of the 16 German states since 1990, as data. The five new states are computed for 1990 as
// for 1991; Easter Sunday and Whit Sunday are named only where the law does.
//
// Sources: Art. 2 (2) Einigungsvertrag for 3 October, and of the states § 1 FTG BW, Art. 1 BayFTG, § 1
// FeiertG BE, § 2 FTG BB, § 2 FeiertG HB, § 1 FeiertG HH, § 1 HFeiertagsG, § 2 FTG MV, § 2 NFeiertagsG, § 2
// FeiertG NW, § 2 LFtG RP, § 2 SFG SL, § 1 SächsSFG, § 2 FeiertG LSA, § 2 SFTG SH, § 2 ThürFGtG.
import { type Day, dayOf, easterSunday, plusDays, weekdayFrom } from './day.ts'
import type { Holiday } from './holidays.ts'

/** ISO 3166-2 in small letters. */
export const GERMAN_STATES = [
  ...(['de-bw', 'de-by', 'de-be', 'de-bb', 'de-hb', 'de-hh', 'de-he', 'de-mv'] as const),
  ...(['de-ni', 'de-nw', 'de-rp', 'de-sl', 'de-sn', 'de-st', 'de-sh', 'de-th'] as const),
]
export type GermanState = (typeof GERMAN_STATES)[number]

/**
 * Valid only in parts of a state. Augsburg has the Peace Festival and, as a mostly Catholic city, Assumption
 * Day; the others stand for the municipalities that a statistic (Art. 1 (1) 2 BayFTG), a regulation (§ 1
 * SächsSFG) or the custom of 1994 (§ 10 ThürFGtG) names.
 */
export const GERMAN_PARTS = [
  'by-augsburg',
  'by-assumption',
  'sn-corpus-christi',
  'th-corpus-christi',
] as const
export type GermanPart = (typeof GERMAN_PARTS)[number]

type Where = 'all' | readonly (GermanState | GermanPart)[]

interface Rule {
  readonly id: string
  readonly de: string
  readonly en: string
  /** Month and day, or days after Easter Sunday, or a function of the year. */
  readonly on: readonly [month: number, dayOfMonth: number] | number | ((year: number) => Day)
  readonly where: Where
  /** First and last year; without them it has always been and has no end. */
  readonly since?: number
  readonly through?: number
}

const NEW_STATES = ['de-bb', 'de-mv', 'de-sn', 'de-st', 'de-th'] as const
const OLD_STATES = GERMAN_STATES.filter((state) => !NEW_STATES.some((other) => other === state))

/** The Wednesday before 23 November, which is the one before the last Sunday of the church's year. */
const repentance = (year: number) => weekdayFrom(dayOf(year, 11, 16), 2)

const EPIPHANY = { id: 'epiphany', de: 'Heilige Drei Könige', en: 'Epiphany' }
const WOMEN = { id: 'womens-day', de: 'Internationaler Frauentag', en: "International Women's Day" }
const CORPUS_CHRISTI = { id: 'corpus-christi', de: 'Fronleichnam', en: 'Corpus Christi' }
const UNITY = { id: 'unity-day', de: 'Tag der Deutschen Einheit', en: 'Day of German Unity' }
const REFORMATION = { id: 'reformation-day', de: 'Reformationstag', en: 'Reformation Day' }
const REPENTANCE = { id: 'repentance-day', de: 'Buß- und Bettag', en: 'Day of Repentance and Prayer' }
const LIBERATION = { id: 'liberation-day', de: 'Tag der Befreiung', en: 'Liberation Day' }

const RULES: readonly Rule[] = [
  { id: 'new-year', de: 'Neujahr', en: "New Year's Day", on: [1, 1], where: 'all' },
  { ...EPIPHANY, on: [1, 6], where: ['de-bw', 'de-by', 'de-st'] },
  // § 1 (1) FeiertG BE as changed in January 2019.
  { ...WOMEN, on: [3, 8], where: ['de-be'], since: 2019 },
  // § 2 FTG MV as changed in 2022.
  { ...WOMEN, on: [3, 8], where: ['de-mv'], since: 2023 },
  { id: 'good-friday', de: 'Karfreitag', en: 'Good Friday', on: -2, where: 'all' },
  { id: 'easter-sunday', de: 'Ostersonntag', en: 'Easter Sunday', on: 0, where: ['de-bb'] },
  { id: 'easter-monday', de: 'Ostermontag', en: 'Easter Monday', on: 1, where: 'all' },
  { id: 'labour-day', de: 'Tag der Arbeit', en: 'Labour Day', on: [5, 1], where: 'all' },
  // § 1 (1) FeiertG BE: once each, 75 and 80 years after the end of the war.
  { ...LIBERATION, on: [5, 8], where: ['de-be'], since: 2020, through: 2020 },
  { ...LIBERATION, on: [5, 8], where: ['de-be'], since: 2025, through: 2025 },
  { id: 'ascension-day', de: 'Christi Himmelfahrt', en: 'Ascension Day', on: 39, where: 'all' },
  { id: 'whit-sunday', de: 'Pfingstsonntag', en: 'Whit Sunday', on: 49, where: ['de-bb'] },
  { id: 'whit-monday', de: 'Pfingstmontag', en: 'Whit Monday', on: 50, where: 'all' },
  {
    ...CORPUS_CHRISTI,
    on: 60,
    where: [
      ...(['de-bw', 'de-by', 'de-he', 'de-nw', 'de-rp', 'de-sl'] as const),
      ...(['sn-corpus-christi', 'th-corpus-christi'] as const),
    ],
  },
  // The Day of German Unity of the old states, for the last time; the Unification Treaty moved it to 3
  // October.
  { ...UNITY, on: [6, 17], where: OLD_STATES, through: 1990 },
  {
    id: 'uprising-day',
    de: 'Jahrestag des Aufstandes vom 17. Juni 1953',
    en: 'Anniversary of the uprising of 17 June 1953',
    on: [6, 17],
    // § 1 (1) FeiertG BE, act of July 2024: once.
    where: ['de-be'],
    since: 2028,
    through: 2028,
  },
  {
    id: 'peace-festival',
    de: 'Augsburger Hohes Friedensfest',
    en: 'Augsburg Peace Festival',
    on: [8, 8],
    where: ['by-augsburg'],
  },
  {
    id: 'assumption-day',
    de: 'Mariä Himmelfahrt',
    en: 'Assumption Day',
    on: [8, 15],
    where: ['de-sl', 'by-assumption', 'by-augsburg'],
  },
  {
    id: 'childrens-day',
    de: 'Weltkindertag',
    en: "World Children's Day",
    on: [9, 20],
    where: ['de-th'],
    since: 2019,
  },
  { ...UNITY, on: [10, 3], where: 'all' },
  { ...REFORMATION, on: [10, 31], where: NEW_STATES },
  // 500 years after the theses: by acts and regulations of all the other states, once.
  { ...REFORMATION, on: [10, 31], where: OLD_STATES, since: 2017, through: 2017 },
  { ...REFORMATION, on: [10, 31], where: ['de-hb', 'de-hh', 'de-ni', 'de-sh'], since: 2018 },
  {
    id: 'all-saints-day',
    de: 'Allerheiligen',
    en: "All Saints' Day",
    on: [11, 1],
    where: ['de-bw', 'de-by', 'de-nw', 'de-rp', 'de-sl'],
  },
  // § 58 (2) SGB XI: given up in 1995 for the care insurance, everywhere but in Saxony.
  { ...REPENTANCE, on: repentance, where: 'all', through: 1994 },
  { ...REPENTANCE, on: repentance, where: ['de-sn'], since: 1995 },
  { id: 'christmas-day', de: 'Erster Weihnachtstag', en: 'Christmas Day', on: [12, 25], where: 'all' },
  {
    id: 'second-christmas-day',
    de: 'Zweiter Weihnachtstag',
    en: 'Second Day of Christmas',
    on: [12, 26],
    where: 'all',
  },
]

/** Holidays of a state and of the chosen parts of it, in the order of the table. */
export function germanHolidays(state: GermanState, parts: readonly GermanPart[], year: number): Holiday[] {
  const easter = easterSunday(year)
  const here: readonly string[] = [state, ...parts]
  const found: Holiday[] = []
  for (const { id, de, en, on, where, since, through } of RULES) {
    if (year < (since ?? year) || year > (through ?? year)) continue
    if (where !== 'all' && !where.some((place) => here.includes(place))) continue
    const day =
      typeof on === 'function' ? on(year) : typeof on === 'number' ? plusDays(easter, on) : dayOf(year, ...on)
    found.push({ id, day, name: { de, en }, isObserved: false })
  }
  return found
}
