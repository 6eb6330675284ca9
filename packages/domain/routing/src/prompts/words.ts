// Single words for what is put together: numbers, days, months, times, keys.
import type { PromptText } from './text.ts'

/** The largest number that is one prompt. */
export const NUMBER_MAX = 100

const ONES_DE = ['null', 'eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun', 'zehn']
const TEENS_DE = ['elf', 'zwölf', 'dreizehn', 'vierzehn', 'fünfzehn', 'sechzehn', 'siebzehn', 'achtzehn']
const TENS_DE = ['', 'zehn', 'zwanzig', 'dreißig', 'vierzig', 'fünfzig', 'sechzig', 'siebzig', 'achtzig']
const ONES_EN = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const TEENS_EN = ['eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen']
const TENS_EN = ['', 'ten', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty']

const UNDER_20_DE = [...ONES_DE, ...TEENS_DE, 'neunzehn']
const UNDER_20_EN = [...ONES_EN, ...TEENS_EN, 'nineteen']
const ALL_TENS_DE = [...TENS_DE, 'neunzig']
const ALL_TENS_EN = [...TENS_EN, 'ninety']

/** 0 to NUMBER_MAX in German. */
export function germanNumber(value: number): string {
  if (value === NUMBER_MAX) return 'hundert'
  const low = UNDER_20_DE[value]
  if (low !== undefined) return low
  const [ten, one] = [ALL_TENS_DE[Math.floor(value / 10)], value % 10]
  if (one === 0) return ten ?? ''
  return `${one === 1 ? 'ein' : UNDER_20_DE[one]}und${ten}`
}

/** 0 to NUMBER_MAX in English. */
export function englishNumber(value: number): string {
  if (value === NUMBER_MAX) return 'one hundred'
  const low = UNDER_20_EN[value]
  if (low !== undefined) return low
  const [ten, one] = [ALL_TENS_EN[Math.floor(value / 10)], value % 10]
  return one === 0 ? (ten ?? '') : `${ten}-${UNDER_20_EN[one]}`
}

/** The day of a month as in "am Montag, dem dritten Mai". */
function germanDay(day: number): string {
  const odd: Readonly<Record<number, string>> = { 1: 'ersten', 3: 'dritten', 7: 'siebten', 8: 'achten' }
  return odd[day] ?? `${germanNumber(day)}${day < 20 ? 'ten' : 'sten'}`
}

const ODD_DAYS_EN: Readonly<Record<number, string>> = {
  ...{ 1: 'first', 2: 'second', 3: 'third', 5: 'fifth', 8: 'eighth', 9: 'ninth', 12: 'twelfth' },
  ...{ 20: 'twentieth', 30: 'thirtieth' },
}

function englishDay(day: number): string {
  const odd = ODD_DAYS_EN[day]
  if (odd !== undefined) return odd
  return day > 20 ? `${ALL_TENS_EN[Math.floor(day / 10)]}-${englishDay(day % 10)}` : `${englishNumber(day)}th`
}

const WEEKDAYS = [
  ...[['Montag', 'Monday'] as const, ['Dienstag', 'Tuesday'] as const, ['Mittwoch', 'Wednesday'] as const],
  ...[['Donnerstag', 'Thursday'] as const, ['Freitag', 'Friday'] as const],
  ...[['Samstag', 'Saturday'] as const, ['Sonntag', 'Sunday'] as const],
]
const MONTHS = [
  ...[['Januar', 'January'] as const, ['Februar', 'February'] as const, ['März', 'March'] as const],
  ...[['April', 'April'] as const, ['Mai', 'May'] as const, ['Juni', 'June'] as const],
  ...[['Juli', 'July'] as const, ['August', 'August'] as const, ['September', 'September'] as const],
  ...[['Oktober', 'October'] as const, ['November', 'November'] as const, ['Dezember', 'December'] as const],
]

const count = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)

export const WORD_PROMPTS: readonly PromptText[] = [
  ...count(0, NUMBER_MAX).map((value) => ({
    ...{ name: `number-${value}`, de: germanNumber(value), en: englishNumber(value) },
    use: 'A number, a digit, an hour or a minute.',
  })),
  { name: 'more-than-100', de: 'mehr als hundert', en: 'more than one hundred', use: 'A larger number.' },
  { name: 'plus', de: 'plus', en: 'plus', use: 'The first character of a number from abroad.' },
  { name: 'star', de: 'Stern', en: 'star', use: 'The key, where digits are read out.' },
  { name: 'hash', de: 'Raute', en: 'hash', use: 'The key, where digits are read out.' },
  { name: 'one-minute', de: 'eine Minute.', en: 'one minute.', use: 'A length.' },
  { name: 'minutes', de: 'Minuten.', en: 'minutes.', use: 'A length, after a number.' },
  { name: 'today', de: 'heute', en: 'today', use: 'A day.' },
  { name: 'yesterday', de: 'gestern', en: 'yesterday', use: 'A day.' },
  { name: 'at', de: 'um', en: 'at', use: 'Before a time.' },
  { name: 'hour-1', de: 'ein', en: 'one', use: 'The hour, before "Uhr".' },
  { name: 'o-clock', de: 'Uhr', en: "o'clock", use: 'After the hour.' },
  { name: 'oh', de: 'null', en: 'oh', use: 'Before a minute below ten, in English.' },
  { name: 'am', de: 'vormittags', en: 'a.m.', use: 'After a time, in English.' },
  { name: 'pm', de: 'nachmittags', en: 'p.m.', use: 'After a time, in English.' },
  ...WEEKDAYS.map(([de, en], at) => ({
    ...{ name: `weekday-${at + 1}`, de: `am ${de},`, en: `on ${en},` },
    use: 'A day, Monday first.',
  })),
  ...count(1, 31).map((day) => ({
    ...{ name: `day-${day}`, de: `dem ${germanDay(day)}`, en: `${englishDay(day)}` },
    use: 'The day of a month.',
  })),
  ...MONTHS.map(([de, en], at) => ({
    ...{ name: `month-${at + 1}`, de, en },
    use: 'A month.',
  })),
]
