// One decision while it is made: what it is made from, which rules were looked at, and how far the tree may
// grow.
import type { PersonId, SiteId } from '@rufwerk/core'
import type { InsideCall, Live, RoutingConfig, RoutingPerson, TrunkCall } from './config.ts'
import type { DialPlan } from './dial-plan.ts'
import { type DialPlanIndex, indexOf } from './dial-plan-index.ts'
import type { DiallingPlace } from './numbers/number.ts'
import type { ForwardedBy, Looked, PlanNode, Why } from './plan.ts'

/** Rules whose look is recorded in one decision. */
export const LOOKED_MAX = 1_000
/** Nodes of a plan that lead on to others; each has at most fifteen. */
export const BRANCHING_MAX = 200
/** From here on menus are continued when a key is pressed, not planned ahead. */
const MENUS_AHEAD_MAX = 60
/** Times a call is forwarded (as in ITU-T Q.732.2 §2.4.2.1: five are usual). */
export const FORWARDS_MAX = 5

export const CAUSE = {
  unallocated: 1,
  noRoute: 3,
  normal: 16,
  busy: 17,
  noAnswer: 19,
  absent: 20,
  rejected: 21,
  outOfOrder: 38,
  failed: 41,
  notPermitted: 57,
} as const

/** How the decision came to where it is. */
export interface Path {
  readonly branch: string
  /** Flows and people passed since the caller last did something: meeting one again is a loop. */
  readonly passed: readonly string[]
  /** Those passed before that: meeting one again is going back. */
  readonly before: readonly string[]
  readonly forwards: number
  /** Whose calls they were, the last forwarding first. */
  readonly forwarders: readonly ForwardedBy[]
}

export const START: Path = { branch: '', passed: [], before: [], forwards: 0, forwarders: [] }

export class Deciding {
  readonly config: RoutingConfig
  readonly live: Live
  /** The call as it came in: of a continued one the first. */
  readonly call: InsideCall | TrunkCall
  readonly plan: DialPlan
  readonly index: DialPlanIndex
  readonly looked: Looked[] = []
  readonly at: InsideCall['at']
  readonly seed: number
  #branching = 0

  constructor(
    config: RoutingConfig,
    live: Live,
    call: InsideCall | TrunkCall,
    now: { readonly at: InsideCall['at']; readonly seed: number },
  ) {
    this.config = config
    this.live = live
    this.call = call
    this.at = now.at
    this.seed = now.seed
    this.index = indexOf(config)
    this.plan = this.index.plan
  }

  look(path: Path, rule: string, outcome: string, values: Readonly<Record<string, string>> = {}): void {
    if (this.looked.length < LOOKED_MAX) this.looked.push({ rule, outcome, values, branch: path.branch })
  }

  /** False when the tree must not grow any more. */
  grows(): boolean {
    this.#branching += 1
    return this.#branching <= BRANCHING_MAX
  }

  get plansMenusAhead(): boolean {
    return this.#branching < MENUS_AHEAD_MAX
  }

  get isOutside(): boolean {
    return this.call.from === 'trunk'
  }

  person(person: PersonId): RoutingPerson | undefined {
    return this.index.byPerson.get(person)
  }

  /** A person's own box has the id of the person, and stands in no plan. */
  isOwnBox(box: string): boolean {
    return this.live.boxOf?.(box as PersonId) === box
  }

  /** How people dial at a site; without rules for it, as in the tenant's country. */
  place(site: SiteId | undefined): DiallingPlace {
    const rules = site === undefined ? undefined : this.index.sites.get(site)
    return rules ?? { country: this.config.country }
  }

  announce(prompt: string, why: Why, status: number, cause: number): PlanNode {
    const name = `${this.config.language}-${prompt}`
    return { do: 'announce', why, prompts: [name, name], status, cause }
  }
}

export function end(why: Why, status: number, cause: number): PlanNode {
  return { do: 'end', why, status, cause }
}

export function branchOf(path: Path, step: string): Path {
  return { ...path, branch: path.branch === '' ? step : `${path.branch}/${step}` }
}

/** The caller has pressed a key: what lay before may be met again. */
export function afterKey(path: Path, key: string): Path {
  return { ...branchOf(path, key), passed: [], before: [...path.before, ...path.passed] }
}
