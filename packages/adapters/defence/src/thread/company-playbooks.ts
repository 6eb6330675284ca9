// What the advisories of a company recommend, as work: the steps of the newest revision, and what people have
// done about them.
import { createHash } from 'node:crypto'
import type { Csaf } from '@rufwerk/advisories/read'
import {
  EMPTY_PLAYBOOK,
  type Playbook,
  type PlaybookInput,
  playbookFigures,
  stepPlaybook,
} from '@rufwerk/quarantine/playbook'
import type { PlaybookAct, PlaybookActed, PlaybookPage } from '../messages.ts'
import type { CompanyStore } from './company-store.ts'

const ID_DIGITS = 16

export class CompanyPlaybooks {
  readonly #store: CompanyStore

  constructor(store: CompanyStore) {
    this.#store = store
  }

  page(csaf: Csaf, at: number): PlaybookPage {
    return pageOf(this.#current(csaf), at)
  }

  act(csaf: Csaf, { step: id, ...act }: PlaybookAct, at: number): PlaybookActed {
    const before = this.#current(csaf)
    const found = [...before.steps.values()].find(({ key }) => idOf(key) === id)
    if (found === undefined) return { refused: 'unknown-step' }
    const { state, refused } = stepPlaybook(before, { ...act, key: found.key } as PlaybookInput)
    if (refused !== undefined) return { refused }
    this.#store.keepPlaybook(nameOf(csaf), JSON.stringify([...state.steps.values()]))
    return { page: pageOf(state, at) }
  }

  #current(csaf: Csaf): Playbook {
    const stored = this.#store.playbook(nameOf(csaf))
    const steps =
      stored === undefined
        ? []
        : (JSON.parse(stored) as Playbook['steps'] extends ReadonlyMap<string, infer Step> ? Step[] : never)
    const kept =
      stored === undefined ? EMPTY_PLAYBOOK : { steps: new Map(steps.map((one) => [one.key, one])) }
    return stepPlaybook(kept, { type: 'advisory', csaf }).state
  }
}

function nameOf({ document: { publisher, tracking } }: Csaf): readonly [issuer: string, advisory: string] {
  return [publisher.namespace, tracking.id]
}

/** Of what a step says: the same in each revision. */
function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, ID_DIGITS)
}

function pageOf(playbook: Playbook, at: number): PlaybookPage {
  return {
    ...playbookFigures(playbook, at),
    steps: [...playbook.steps.values()].map(({ key, ...step }) => ({ ...step, id: idOf(key) })),
  }
}
