// Chains for tests: entries that follow each other, one for each act.
import { type Entry, follow, genesis } from '../chain.ts'

/** What the n-th entry says, n from 1, besides its act. */
export type Saying = (number: number) => Omit<Parameters<typeof follow>[1], 'act'>

export function chainOf(tenant: string, acts: readonly string[], saying: Saying): Entry[] {
  const entries: Entry[] = []
  for (const [index, act] of acts.entries()) {
    const last = entries.at(-1) ?? { seq: 0, hash: genesis(tenant) }
    entries.push(follow(last, { ...saying(index + 1), act }))
  }
  return entries
}
