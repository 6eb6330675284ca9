// What was refused: all of it counted, the different ones remembered, and few enough lines for a log.
import { LINES_MAX, REFUSALS_MAX, REPEATED_MS, SHOWN_CHARS_MAX } from './limits.ts'

export type RefusedKind = 'tcp' | 'udp' | 'dns' | 'unix' | 'program'

export interface Refused {
  readonly kind: RefusedKind
  /** An address, a name, a path or a program; never what was to be said to it. */
  readonly to: string
  readonly port?: number
  /** Which of our processes or threads. */
  readonly by: string
}

export interface RefusedEntry extends Refused {
  readonly count: number
  /** In milliseconds, as they were given. */
  readonly first: number
  readonly last: number
}

interface Kept {
  readonly refused: Refused
  readonly first: number
  count: number
  last: number
  /** When it was last worth a line, and how many since. */
  told: number
  untold: number
}

export class Refusals {
  readonly #kept = new Map<string, Kept>()
  #total = 0
  #lines: number[] = []

  /** How often it was refused since the last line about it; undefined: it is not worth one now. */
  add(refused: Refused, at: number): number | undefined {
    this.#total += 1
    const shown = { ...refused, to: printable(refused.to), by: printable(refused.by) }
    const key = `${shown.by} ${shown.kind} ${shown.to} ${shown.port ?? ''}`
    const kept = this.#kept.get(key) ?? {
      ...{ refused: shown, first: at, count: 0, last: at, told: Number.NEGATIVE_INFINITY, untold: 0 },
    }
    kept.count += 1
    kept.untold += 1
    kept.last = at
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > REFUSALS_MAX && oldest !== undefined) this.#kept.delete(oldest)
    return this.#isWorthALine(kept, at) ? this.#told(kept, at) : undefined
  }

  total(): number {
    return this.#total
  }

  /** The last one first. */
  entries(): readonly RefusedEntry[] {
    return [...this.#kept.values()]
      .reverse()
      .map(({ refused, count, first, last }) => ({ ...refused, count, first, last }))
  }

  #isWorthALine({ told }: Kept, at: number): boolean {
    this.#lines = this.#lines.filter((line) => at - line < REPEATED_MS)
    return at - told >= REPEATED_MS && this.#lines.length < LINES_MAX
  }

  #told(kept: Kept, at: number): number {
    this.#lines.push(at)
    kept.told = at
    const times = kept.untold
    kept.untold = 0
    return times
  }
}

/** Whatever a program wanted as a name: no control characters, no length. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, SHOWN_CHARS_MAX)
}
