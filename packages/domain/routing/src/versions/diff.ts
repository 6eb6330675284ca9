// What differs between two dial plans, by place. Entries of lists are found again by what names them (id,
// person, key …), so that a list in another order is told as moves and not as changes of everything.
import type { DialPlan } from '../dial-plan.ts'
import { CHANGES_MAX } from './limits.ts'
import { fieldOf, isObject } from './reading.ts'

export interface PlanChange {
  /** `flows[welcome].keys[1].target`: entries by their name, those without one by their place from 0. */
  readonly path: string
  readonly what: 'added' | 'removed' | 'changed' | 'moved'
  /** What was there; of a move the place from 1. */
  readonly before?: unknown
  readonly after?: unknown
}

export interface PlanDiff {
  /** At most CHANGES_MAX. */
  readonly changes: readonly PlanChange[]
  /** Changes beyond that. */
  readonly more: number
}

export function diffPlans(before: DialPlan, after: DialPlan): PlanDiff {
  const comparing = new Comparing()
  comparing.values(before, after, '')
  return { changes: comparing.changes, more: comparing.more }
}

/** What names an entry; the first that it has. */
const NAMES = [
  'id',
  'person',
  'site',
  'key',
  'code',
  'extension',
  'prefix',
  'outside',
  'number',
  'on',
] as const
/** An entry with another of these is another thing. */
const KINDS = ['to', 'kind'] as const

class Comparing {
  readonly changes: PlanChange[] = []
  more = 0

  values(before: unknown, after: unknown, path: string): void {
    if (before === after) return
    if (before === undefined) this.#add({ path, what: 'added', after })
    else if (after === undefined) this.#add({ path, what: 'removed', before })
    else if (Array.isArray(before) && Array.isArray(after)) this.#lists(before, after, path)
    else if (isObject(before) && isObject(after) && isSameKind(before, after))
      this.#objects(before, after, path)
    else this.#add({ path, what: 'changed', before, after })
  }

  #objects(before: object, after: object, path: string): void {
    const old = new Map<string, unknown>(Object.entries(before))
    const now = new Map<string, unknown>(Object.entries(after))
    for (const name of new Set([...old.keys(), ...now.keys()]))
      this.values(old.get(name), now.get(name), fieldOf(path, name))
  }

  #lists(before: readonly unknown[], after: readonly unknown[], path: string): void {
    const old = byName(before)
    const now = byName(after)
    if (old === undefined || now === undefined) {
      for (let at = 0; at < Math.max(before.length, after.length); at += 1)
        this.values(before[at], after[at], `${path}[${at}]`)
      return
    }
    for (const [name, { entry }] of old)
      if (!now.has(name)) this.#add({ path: `${path}[${name}]`, what: 'removed', before: entry })
    for (const [name, { entry }] of now) this.values(old.get(name)?.entry, entry, `${path}[${name}]`)
    const common = [...now.keys()].filter((name) => old.has(name))
    const places = common.map((name) => old.get(name)?.at ?? 0)
    const kept = longestRise(places)
    for (const [at, name] of common.entries()) {
      if (kept.has(at)) continue
      const [from, to] = [old.get(name)?.at ?? 0, now.get(name)?.at ?? 0]
      this.#add({ path: `${path}[${name}]`, what: 'moved', before: from + 1, after: to + 1 })
    }
  }

  #add(change: PlanChange): void {
    if (this.changes.length < CHANGES_MAX) this.changes.push(change)
    else this.more += 1
  }
}

function isSameKind(before: object, after: object): boolean {
  const old = new Map<string, unknown>(Object.entries(before))
  const now = new Map<string, unknown>(Object.entries(after))
  return KINDS.every((field) => old.get(field) === now.get(field))
}

/** Undefined when some entry has no name, or the name of another one. */
function byName(
  entries: readonly unknown[],
): ReadonlyMap<string, { readonly entry: unknown; readonly at: number }> | undefined {
  const named = new Map<string, { readonly entry: unknown; readonly at: number }>()
  for (const [at, entry] of entries.entries()) {
    const name = nameOf(entry)
    if (name === undefined || named.has(name)) return undefined
    named.set(name, { entry, at })
  }
  return named
}

function nameOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry
  if (!isObject(entry)) return undefined
  const fields = new Map<string, unknown>(Object.entries(entry))
  const field = NAMES.find((name) => typeof fields.get(name) === 'string')
  const name = field === undefined ? undefined : String(fields.get(field))
  // A voicemail box and a queue may have the same id.
  const isService =
    field === 'id' && ['voicemail', 'queue', 'conference', 'parking'].includes(String(fields.get('kind')))
  return isService ? `${String(fields.get('kind'))}:${name}` : name
}

/** Places of a longest rising subsequence: what stayed in order while the rest was moved. */
function longestRise(values: readonly number[]): ReadonlySet<number> {
  /** `ends[length]`: where the rise of that length with the smallest end ends. */
  const ends: number[] = []
  const before: (number | undefined)[] = []
  for (const [at, value] of values.entries()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1
      else high = middle
    }
    before[at] = low === 0 ? undefined : ends[low - 1]
    ends[low] = at
  }
  const kept = new Set<number>()
  for (let at = ends.at(-1); at !== undefined; at = before[at]) kept.add(at)
  return kept
}
