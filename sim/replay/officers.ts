// The officers of the replay: what the company knows and has decided, by the packages of the defence, and
// enforced at its telephone system.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AdvisoryBook,
  type BookOutput,
  countingAdvisories,
  EMPTY_BOOK,
  step as stepBook,
} from '@rufwerk/advisories/book'
import { indexAdvisories } from '@rufwerk/advisories/match'
import { emptyInventory, type Inventory, step as stepInventory } from '@rufwerk/fleet'
import { type Exposure, exposureOf } from '@rufwerk/fleet/exposure'
import { STORY_APP, STORY_TENANT } from '@rufwerk/fleet/testing'
import {
  EMPTY_QUARANTINE,
  type Quarantine,
  type QuarantineInput,
  type QuarantineOutput,
  type Reason,
  step as stepQuarantine,
} from '@rufwerk/quarantine'
import type { Company } from './company.ts'

const FIXTURES = join(import.meta.dirname, '../../packages/domain/advisories/test/fixtures')
export const FIRST_LIST = readFileSync(join(FIXTURES, 'revision-first.json'), 'utf8')
export const CORRECTED_LIST = readFileSync(join(FIXTURES, 'revision-corrected.json'), 'utf8')
const { namespace: ISSUER } = (
  JSON.parse(FIRST_LIST) as { document: { publisher: { readonly namespace: string } } }
).document.publisher
export const OFFICER = { kind: 'person', id: 'officer' } as const
export const SECOND = { kind: 'person', id: 'second officer' } as const
const POLICY = { kind: 'policy', id: 'stop what is affected' } as const
/** Of the story, on its own clock. */
export const HOUR = 3_600_000

type Stopping = Extract<QuarantineInput, { readonly type: 'stop' | 'revised' }>

/** What the company knows and has decided. */
export class Officers {
  readonly company: Company
  readonly numberOf: ReadonlyMap<string, number>
  inventory: Inventory
  book: AdvisoryBook
  quarantine: Quarantine = EMPTY_QUARANTINE
  #requests = 0

  constructor(company: Company, isPinned = true) {
    this.company = company
    const { clients } = company
    this.numberOf = new Map(
      clients.map(({ report }, number) => [`hostname ${report.device.hostname}`, number]),
    )
    const reports = clients.map(({ report }) => report)
    this.inventory = stepInventory(emptyInventory(STORY_TENANT), reports).state
    const issuer = { namespace: ISSUER, keys: [], addresses: [`${ISSUER}/`] }
    this.book = isPinned ? stepBook(EMPTY_BOOK, { type: 'pin', issuer }).state : EMPTY_BOOK
  }

  receives(text: string): readonly BookOutput['type'][] {
    const from = { address: `${ISSUER}/advisory.json` }
    const { state, out } = stepBook(this.book, { type: 'receive', text, from })
    this.book = state
    return out.map(({ type }) => type)
  }

  exposure(at: number): Exposure {
    return exposureOf(this.inventory, indexAdvisories(countingAdvisories(this.book)), at)
  }

  affected(at: number): number[] {
    return this.exposure(at).devices.flatMap(({ device, state }) => {
      const number = state === 'affected' ? this.numberOf.get(device) : undefined
      return number === undefined ? [] : [number]
    })
  }

  /** A policy stops what a revision names, and two officers agree; gives who was stopped by that. */
  stopsBy(revision: string, numbers: readonly number[], at: number, isRevised: boolean): number[] {
    const reason = {
      ...{ kind: 'advisory', issuer: ISSUER, advisory: 'SA-2023', revision, product: STORY_APP },
    } as const satisfies Reason
    this.#requests += 1
    const id = `r${this.#requests}`
    const clients = numbers.map(String)
    const fleet = this.company.clients.length
    const isCounting = countingAdvisories(this.book).length > 0
    const shared = { id, by: POLICY, at, reason, fleet, isCounting }
    const input: Stopping = isRevised
      ? { type: 'revised', ...shared, affected: clients }
      : { type: 'stop', ...shared, clients }
    return [
      ...this.does(input),
      ...this.does({ type: 'agree', id, by: OFFICER, at }),
      ...this.does({ type: 'agree', id, by: SECOND, at }),
    ]
  }

  /** Decides and enforces; gives who was stopped by that. */
  does(input: QuarantineInput): number[] {
    const { state, out } = stepQuarantine(this.quarantine, input)
    this.quarantine = state
    return out.flatMap((one) => this.#enforce(one))
  }

  #enforce(one: QuarantineOutput): number[] {
    if (one.type === 'closed') this.company.close(Number(one.client))
    if (one.type === 'released') this.company.release(Number(one.client))
    if (one.type !== 'stopped') return []
    this.company.stop(Number(one.stop.client))
    return [Number(one.stop.client)]
  }
}
