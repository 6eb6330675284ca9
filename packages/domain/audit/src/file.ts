// A chain as a file that is verified offline: JSON lines, in this order: what it is, its heads, its entries,
// and how many they were.
import { fail, ok, type Result } from '@rufwerk/core'
import type { Entry } from './chain.ts'
import type { SignedHead } from './head.ts'

/** Bytes of a line. */
export const LINE_BYTES_MAX = 65_536

export type ChainLine =
  | { readonly type: 'audit'; readonly format: 1; readonly tenant: string; readonly key: string }
  | ({ readonly type: 'head' } & SignedHead)
  | ({ readonly type: 'entry' } & Entry)
  | { readonly type: 'end'; readonly entries: number }

export type LineProblem = 'too-long' | 'not-json' | 'not-understood'

export function writeLine(line: ChainLine): string {
  return `${JSON.stringify(line)}\n`
}

/** One line without its line break. Names that are not known are not taken over. */
export function readLine(text: string): Result<ChainLine, LineProblem> {
  if (Buffer.byteLength(text) > LINE_BYTES_MAX) return fail('too-long')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail('not-json')
  }
  const line = isObject(value) ? understood(value) : undefined
  return line ? ok(line) : fail('not-understood')
}

function understood(value: Fields): ChainLine | undefined {
  const { type, tenant, key, seq, at, hash, signature, entries } = value
  switch (type) {
    case 'audit':
      return value.format === 1 && isText(tenant) && isText(key)
        ? { type, format: 1, tenant, key }
        : undefined
    case 'head':
      return isText(tenant) && isCount(seq) && isHash(hash) && isTime(at) && isText(signature)
        ? { type, tenant, seq, hash, at, signature }
        : undefined
    case 'entry':
      return entryOf(value)
    case 'end':
      return entries === 0 || isCount(entries) ? { type, entries } : undefined
    default:
      return undefined
  }
}

function entryOf({ seq, at, act, commitment, hash, told }: Fields): ChainLine | undefined {
  if (!isCount(seq) || !isTime(at) || !isText(act) || !isHash(commitment) || !isHash(hash)) return undefined
  const link = { type: 'entry', seq, at, act, commitment, hash } as const
  if (told === undefined) return link
  if (!isObject(told)) return undefined
  const { actor, subject, salt, detail } = told
  if (!isText(actor) || !isText(subject) || !isText(salt) || !isObject(detail)) return undefined
  const pairs = Object.entries(detail)
  if (!pairs.every((pair): pair is [string, string] => isText(pair[1]))) return undefined
  return { ...link, told: { actor, subject, salt, detail: Object.fromEntries(pairs) } }
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isTime = (value: unknown): value is number => Number.isSafeInteger(value)
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
const isHash = (value: unknown): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value)
