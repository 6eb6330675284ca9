// Readers of unknown JSON that name the place of what is wrong. A reader gives a new value with the fields
// that are known, in their order; nothing is repaired and nothing unknown is let through.
import type { Findings } from './problem.ts'

/** Undefined: a problem was found. */
export type Reader<T> = (input: unknown, path: string, found: Findings) => T | undefined

export interface Optional<T> {
  readonly optional: Reader<T>
}

/** A reader for each field; those that may be absent are marked, and only those. */
export type Shape<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? Optional<Exclude<T[K], undefined>>
    : Reader<T[K]>
}

export function maybe<T>(optional: Reader<T>): Optional<T> {
  return { optional }
}

export function record<T extends object>(shape: Shape<T>): Reader<T> {
  const readers = Object.entries<Reader<unknown> | Optional<unknown>>(shape)
  const known = new Set(readers.map(([name]) => name))
  return (input, path, found) => {
    if (!isObject(input)) return found.add(path, 'not-an-object')
    for (const name of Object.keys(input))
      if (!known.has(name)) found.add(fieldOf(path, shown(name)), 'unknown-field')
    const given = new Map(Object.entries(input))
    const read: [name: string, value: unknown][] = []
    for (const [name, reader] of readers) {
      const value = given.get(name)
      const isOptional = typeof reader !== 'function'
      if (value !== undefined)
        read.push([name, (isOptional ? reader.optional : reader)(value, fieldOf(path, name), found)])
      else if (!isOptional) found.add(fieldOf(path, name), 'missing')
    }
    return Object.fromEntries(read) as T
  }
}

/** One of several shapes, told apart by the value of one field. */
export function choice<T extends object, K extends keyof T & string>(
  by: K,
  shapes: { readonly [V in T[K] & string]: Reader<Extract<T, Record<K, V>>> },
): Reader<T> {
  const readers = new Map(Object.entries<Reader<T>>(shapes))
  return (input, path, found) => {
    if (!isObject(input)) return found.add(path, 'not-an-object')
    const value = new Map(Object.entries(input)).get(by)
    const reader = typeof value === 'string' ? readers.get(value) : undefined
    if (reader) return reader(input, path, found)
    return found.add(fieldOf(path, by), 'not-one-of', { known: [...readers.keys()].join(', ') })
  }
}

export function list<T>(reader: Reader<T>, most: number): Reader<readonly T[]> {
  return (input, path, found) => {
    if (!Array.isArray(input)) return found.add(path, 'not-a-list')
    if (input.length > most)
      return found.add(path, 'too-many', { entries: String(input.length), most: String(most) })
    return input.map((entry: unknown, at) => reader(entry, `${path}[${at}]`, found)) as readonly T[]
  }
}

export function oneOf<T extends string>(...known: readonly T[]): Reader<T> {
  return (input, path, found) =>
    known.find((one) => one === input) ?? found.add(path, 'not-one-of', { known: known.join(', ') })
}

export const flag: Reader<boolean> = (input, path, found) =>
  typeof input === 'boolean' ? input : found.add(path, 'not-yes-or-no')

export function count(least: number, most: number): Reader<number> {
  return (input, path, found) => {
    const isCount = typeof input === 'number' && Number.isSafeInteger(input)
    if (isCount && input >= least && input <= most) return input
    return found.add(path, 'not-a-count', { least: String(least), most: String(most) })
  }
}

/** `wanted` says in words what the pattern means. */
export function digits(pattern: RegExp, wanted: string): Reader<string> {
  return (input, path, found) =>
    typeof input === 'string' && pattern.test(input) ? input : found.add(path, 'not-digits', { wanted })
}

export function text(most: number): Reader<string> {
  return (input, path, found) => {
    const isText = typeof input === 'string' && input.length <= most && /^[^\p{C}]+$/u.test(input)
    return isText ? input : found.add(path, 'not-a-name', { most: String(most) })
  }
}

export function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

export function fieldOf(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** Names that somebody made up, short and without anything that a terminal or a log could take for more. */
function shown(name: string): string {
  return name.slice(0, 40).replace(/[^\w-]/g, '?')
}
