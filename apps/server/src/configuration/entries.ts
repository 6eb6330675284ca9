// Things of a section that are known by an id, as queues, rooms and boxes: added and changed, never removed.
// One after the other; when one cannot be stored, those before it are taken back.
import { isDeepStrictEqual } from 'node:util'
import { fail, ok, type Result } from '@rufwerk/core'
import type { ConfigProblem, Preparation, Prepared } from './section.ts'

export interface Entry {
  /** Its place among the changes: the id. */
  readonly id: string
  /** As the file says it, without secrets; undefined: it is new. */
  readonly before: unknown
  readonly after: unknown
  /** False: nothing was changed. */
  put(): Promise<boolean>
  takeBack(): Promise<boolean>
}

export function preparedOf(entries: readonly Entry[]): Prepared {
  const changed = entries.filter(({ before, after }) => !isDeepStrictEqual(before, after))
  const done: Entry[] = []
  const undo = async (): Promise<boolean> => {
    let isUndone = true
    for (const entry of done.splice(0).toReversed()) isUndone = (await entry.takeBack()) && isUndone
    return isUndone
  }
  return {
    changes: changed.map(({ id, before, after }) =>
      before === undefined
        ? { path: id, what: 'added', after }
        : { path: id, what: 'changed', before, after },
    ),
    async apply() {
      for (const entry of changed) {
        if (!(await entry.put())) {
          await undo()
          return false
        }
        done.push(entry)
      }
      return true
    },
    undo,
  }
}

type Read<T> =
  | { readonly success: true; readonly data: T }
  | {
      readonly success: false
      readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] }
    }

/** The section as its schema has it, or the place of the first thing that is not so. */
export function readSection<T>(read: Read<T>): Result<T, readonly ConfigProblem[]> {
  if (read.success) return ok(read.data)
  const path = read.error.issues[0]?.path.map(String).join('.') ?? ''
  return fail([{ path, sentence: `${path || 'The section'} is not as it should be.` }])
}

/** All of a list, or everything that is wrong with it. */
export function prepareAll<T>(
  list: readonly T[],
  about: {
    readonly idOf: (one: T) => string
    readonly known: readonly string[]
    /** So many there may be. */
    readonly max: number
  },
  entryOf: (one: T) => Result<Entry, ConfigProblem>,
): Preparation {
  const ids = list.map(about.idOf)
  const problems = ids.flatMap((id, at): ConfigProblem[] =>
    ids.indexOf(id) < at ? [{ path: String(at), sentence: `${id} is there twice.` }] : [],
  )
  if (new Set([...about.known, ...ids]).size > about.max)
    problems.push({ path: '', sentence: `There would be more than ${about.max}.` })
  const entries: Entry[] = []
  for (const [at, one] of list.entries()) {
    const entry = entryOf(one)
    if (entry.ok) entries.push(entry.value)
    else problems.push({ ...entry.error, path: `${at}.${entry.error.path}` })
  }
  return problems.length > 0 ? fail(problems) : ok(preparedOf(entries))
}

export function byId<T>(list: readonly T[], idOf: (one: T) => string): readonly T[] {
  return list.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
}
