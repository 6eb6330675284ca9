// What a value must look like, as data, and the one function that compares. Our own words for the rules of
// the CSAF 2.0 standard (chapter 3): none of the files of OASIS is used.
import { TEXT_CHARS_MAX } from '../limits.ts'
import { below } from './finding.ts'
import { type Json, type JsonObject, writeSorted } from './json.ts'

export type Shape =
  | { readonly is: 'text'; readonly fits: (text: string) => boolean; readonly what: Sentence }
  | { readonly is: 'number'; readonly min: number; readonly max: number }
  | { readonly is: 'list'; readonly of: Shape; readonly min: number; readonly isUnique: boolean }
  | RecordShape
  | { readonly is: 'later'; readonly shape: () => Shape }
  | { readonly is: 'by-version'; readonly shapes: Readonly<Record<string, Shape>> }

export interface RecordShape {
  readonly is: 'record'
  readonly fields: Readonly<Record<string, Shape>>
  readonly required: readonly string[]
  /** Fields that it must have at least, and at most. */
  readonly min: number
  readonly max: number
}

export interface Sentence {
  readonly de: string
  readonly en: string
}

export interface Misfit extends Sentence {
  readonly pointer: string
}

const NOT_EMPTY: Sentence = { de: 'Hier muss ein Text stehen.', en: 'A text must stand here.' }

export function text(fits: (text: string) => boolean = (given) => given !== '', what = NOT_EMPTY): Shape {
  return { is: 'text', fits, what }
}

export function oneOf(...words: readonly string[]): Shape {
  const list = words.join(', ')
  const what = { de: `Hier muss eines davon stehen: ${list}.`, en: `One of these must stand here: ${list}.` }
  return text((given) => words.includes(given), what)
}

export function list(of: Shape, options: { readonly min?: number; readonly isUnique?: boolean } = {}): Shape {
  return { is: 'list', of, min: options.min ?? 1, isUnique: options.isUnique ?? false }
}

/** Names that end in `!` are required. */
export function record(
  fields: Readonly<Record<string, Shape>>,
  counts: { readonly min?: number; readonly max?: number } = {},
): RecordShape {
  const entries = Object.entries(fields)
  return {
    is: 'record',
    fields: Object.fromEntries(entries.map(([name, shape]) => [name.replace('!', ''), shape])),
    required: entries.filter(([name]) => name.endsWith('!')).map(([name]) => name.slice(0, -1)),
    min: counts.min ?? 0,
    max: counts.max ?? Number.POSITIVE_INFINITY,
  }
}

/** Tells what does not fit. Fields that the shape does not know are allowed (CSAF 2.0 §9). */
export function compare(value: Json, shape: Shape, pointer: string, report: (misfit: Misfit) => void): void {
  const wrong = (de: string, en: string) => report({ pointer, de, en })
  switch (shape.is) {
    case 'later':
      compare(value, shape.shape(), pointer, report)
      return
    case 'text':
      if (typeof value !== 'string' || value.length > TEXT_CHARS_MAX) report({ pointer, ...NOT_EMPTY })
      else if (!shape.fits(value)) report({ pointer, ...shape.what })
      return
    case 'number':
      if (typeof value !== 'number' || value < shape.min || value > shape.max)
        wrong(
          `Hier muss eine Zahl von ${shape.min} bis ${shape.max} stehen.`,
          `A number from ${shape.min} to ${shape.max} must stand here.`,
        )
      return
    case 'list':
      if (!Array.isArray(value)) wrong('Hier muss eine Liste stehen.', 'A list must stand here.')
      else compareList(value, shape, pointer, report)
      return
    case 'record':
      if (!isObject(value)) wrong('Hier muss ein Objekt stehen.', 'An object must stand here.')
      else compareRecord(value, shape, pointer, report)
      return
    case 'by-version': {
      const version = isObject(value) ? value.version : undefined
      const isKnown = typeof version === 'string' && Object.hasOwn(shape.shapes, version)
      const chosen = isKnown ? shape.shapes[version] : undefined
      if (chosen) compare(value, chosen, pointer, report)
      else wrong('Diese Version ist hier nicht vorgesehen.', 'This version is not foreseen here.')
    }
  }
}

function compareList(
  value: readonly Json[],
  shape: Shape & { readonly is: 'list' },
  pointer: string,
  report: (misfit: Misfit) => void,
): void {
  const wrong = (de: string, en: string) => report({ pointer, de, en })
  if (value.length < shape.min)
    wrong(`Die Liste braucht mindestens ${shape.min}.`, `The list needs at least ${shape.min}.`)
  if (shape.isUnique && new Set(value.map((item) => writeSorted(item))).size < value.length)
    wrong('In der Liste steht etwas doppelt.', 'Something stands in the list twice.')
  for (const [index, item] of value.entries()) compare(item, shape.of, below(pointer, index), report)
}

function compareRecord(
  value: JsonObject,
  shape: RecordShape,
  pointer: string,
  report: (misfit: Misfit) => void,
): void {
  const count = Object.keys(value).length
  if (count < shape.min || count > shape.max)
    report({
      pointer,
      de: 'Das Objekt hat zu wenige oder zu viele Angaben.',
      en: 'The object has too few or too many fields.',
    })
  for (const name of shape.required)
    if (!Object.hasOwn(value, name))
      report({
        pointer: below(pointer, name),
        de: `Die Angabe „${name}“ fehlt.`,
        en: `The field "${name}" is missing.`,
      })
  for (const [name, of] of Object.entries(shape.fields))
    if (Object.hasOwn(value, name)) compare(value[name] as Json, of, below(pointer, name), report)
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
