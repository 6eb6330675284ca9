// Conditions of Sigma: names of selections, and, or, not, brackets, `1 of name*`, `all of them`. A few tokens
// read from left to right; depth is bounded.
import { fail, ok, type Result } from '@rufwerk/core'
import { fits, readGlob } from '../glob.ts'
import { type Condition, LIMITS } from '../model.ts'

const CONDITION_CHARS_MAX = 4_096

type Read = Result<Condition, string>
type Selections = ReadonlyMap<string, Condition>

/** Fails with what is not understood. */
export function readCondition(text: string, selections: Selections): Read {
  if (text.length > CONDITION_CHARS_MAX) return fail('condition')
  const tokens = text.match(/[()|]|[^\s()|]+/g) ?? []
  const reader = new ConditionReader(tokens, selections)
  const read = reader.either(0)
  const rest = reader.rest()
  return read.ok && rest !== undefined ? fail(rest) : read
}

class ConditionReader {
  readonly #tokens: readonly string[]
  readonly #selections: Selections
  #at = 0

  constructor(tokens: readonly string[], selections: Selections) {
    this.#tokens = tokens
    this.#selections = selections
  }

  rest(): string | undefined {
    return this.#tokens[this.#at]
  }

  either(depth: number): Read {
    return this.#joined('or', 'any', () => this.#joined('and', 'all', () => this.#one(depth)))
  }

  #joined(word: string, type: 'all' | 'any', read: () => Read): Read {
    const parts: Condition[] = []
    do {
      const part = read()
      if (!part.ok) return part
      parts.push(part.value)
    } while (this.#take(word))
    const [only] = parts
    return parts.length === 1 && only !== undefined ? ok(only) : ok({ type, parts })
  }

  #one(depth: number): Read {
    if (depth > LIMITS.depth) return fail('depth')
    if (this.#take('not')) {
      const part = this.#one(depth + 1)
      return part.ok ? ok({ type: 'not', part: part.value }) : part
    }
    if (this.#take('(')) {
      const read = this.either(depth + 1)
      return read.ok && !this.#take(')') ? fail(this.rest() ?? ')') : read
    }
    const word = this.rest() ?? 'end'
    this.#at += 1
    if (/^(1|any|all)$/i.test(word) && this.#take('of')) return this.#many(word)
    const selection = this.#selections.get(word)
    return selection === undefined ? fail(word) : ok(selection)
  }

  #many(quantity: string): Read {
    const name = this.rest() ?? 'end'
    this.#at += 1
    const glob = readGlob(name.toLowerCase() === 'them' ? '*' : name)
    const isAll = name.toLowerCase() === 'them'
    const parts = [...this.#selections]
      // Names that begin with an underscore are left out of `them`.
      .filter(([one]) => fits(one, glob) && !(isAll && one.startsWith('_')))
      .map(([, condition]) => condition)
    if (parts.length === 0) return fail(name)
    return ok({ type: quantity.toLowerCase() === 'all' ? 'all' : 'any', parts })
  }

  #take(word: string): boolean {
    const isNext = this.rest()?.toLowerCase() === word
    if (isNext) this.#at += 1
    return isNext
  }
}
