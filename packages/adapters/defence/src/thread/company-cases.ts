// The cases of a company: the machine of @rufwerk/cases, kept before anybody is answered.
import {
  type Case,
  type Cases,
  type CasesInput,
  type CasesOutput,
  figuresOf,
  isOpen,
  step,
  writeCases,
} from '@rufwerk/cases'
import type { ListedCases } from '../messages.ts'
import type { CompanyOutside } from './company-outside.ts'
import type { CompanyStore } from './company-store.ts'
import type { CompanyWarnings } from './company-warnings.ts'

export class CompanyCases {
  readonly outside: CompanyOutside
  readonly warnings: CompanyWarnings
  readonly #store: CompanyStore
  #state: Cases

  constructor(store: CompanyStore) {
    this.#store = store
    this.#state = store.cases()
    this.outside = store.outside(this)
    this.warnings = store.warnings(this)
  }

  step(input: CasesInput): readonly CasesOutput[] {
    const { state, out } = step(this.#state, input)
    if (state !== this.#state) this.#store.keepCases(state)
    this.#state = state
    return out
  }

  list(limit: number): ListedCases {
    const all = [...this.#state.cases.values()].toReversed()
    const ordered = [...all.filter(isOpen), ...all.filter((one) => !isOpen(one))]
    return { figures: figuresOf(this.#state), cases: ordered.slice(0, limit) }
  }

  /** As they are kept. */
  text(): string {
    return writeCases(this.#state)
  }

  get(id: string): Case | undefined {
    return this.#state.cases.get(id)
  }
}
