// One mandatory test of CSAF 2.0 §6.1 as data: its number, what it says, and where a document fails it.
import type { Csaf } from '../csaf.ts'

export interface MandatoryTest {
  /** `6.1.1`, `6.1.27.3` … */
  readonly id: string
  readonly de: string
  readonly en: string
  /** JSON pointers of what is wrong. */
  readonly find: (csaf: Csaf) => readonly string[]
}

/** The pointers of all items that repeat an earlier one. */
export function repeated<T>(
  items: readonly T[],
  key: (item: T) => string,
  pointer: (item: T) => string,
): string[] {
  const seen = new Set<string>()
  return items.flatMap((item) => {
    const name = key(item)
    if (seen.has(name)) return [pointer(item)]
    seen.add(name)
    return []
  })
}
