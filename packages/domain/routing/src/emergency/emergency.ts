// Emergency calls: never "not found", never in need of a prefix, never stopped by a rule, a limit, a full
// trunk or a hidden number. The place of the device decides about the trunk, because the trunk's address
// decides which centre answers.
import { type PersonId, type SiteId, seconds } from '@rufwerk/core'
import type { InsideCall, RoutingConfig } from '../config.ts'
import { CAUSE, type Deciding, type Path, START } from '../deciding.ts'
import type { SiteRules, Trunk } from '../dial-plan.ts'
import { indexOf } from '../dial-plan-index.ts'
import { emergencyCode } from '../numbers/number.ts'
import { writeForCarrier } from '../numbers/writing.ts'
import { ownsNumber, showable } from '../outside/caller-number.ts'
import type { PlanNode, TrunkAttempt, Why } from '../plan.ts'

const EMERGENCY_RING_TIME = seconds(180)

/**
 * True for the emergency numbers of the country; 110 and 112 also behind the 0 that many dial for an outside
 * line. Spaces and the like are gone already.
 */
export function isEmergency(dialled: string, country: 'de' | 'us'): boolean {
  return emergencyCode(dialled, { country }) !== undefined
}

/** Where the device is, as far as anybody knows. */
export interface Whereabouts {
  readonly site?: SiteId
  /** The network of the site that it was seen in, as the plan writes it. */
  readonly network?: string
  /** Sites have networks, and it was seen in none: the site is where it is set up, not where it is. */
  readonly isElsewhere: boolean
}

/** Where help is needed: the network that the device was seen in, else where it is set up. */
export function whereaboutsOf(d: Deciding, call: InsideCall): Whereabouts {
  const { callerAddress } = call
  const { networks } = d.index
  const known = callerAddress === undefined ? undefined : networks.find(callerAddress)
  if (known !== undefined) return { ...known, isElsewhere: false }
  const site = siteOf(d, call)
  const isElsewhere = callerAddress !== undefined && !networks.isEmpty
  return { ...(site !== undefined && { site }), isElsewhere }
}

/** The plan for an emergency number, by the place of the device. */
export function callEmergency(d: Deciding, call: InsideCall, number: string): PlanNode {
  const where = whereaboutsOf(d, call)
  const { country } = d.place(where.site)
  // It says which number to dial from another phone.
  const prompt = country === 'us' ? 'emergency-us' : 'emergency'
  lookAround(d, where, START)
  const attempts = emergencyAttempts(d, call, number, START)
  const [first] = attempts
  const site = where.site ?? ''
  const place = { site, ...placeValues(where) }
  if (first === undefined) {
    const why: Why = { rule: 'emergency-without-trunk', values: { number, ...place } }
    return d.announce(prompt, why, 480, CAUSE.noRoute)
  }
  const values = { number, trunk: first.trunk, caller: first.caller ?? '', ...place }
  const failed = d.announce(prompt, { rule: 'failed', values }, 480, CAUSE.failed)
  return {
    do: 'dialOut',
    why: { rule: 'emergency', values },
    call: { number, class: 'emergency', attempts },
    timeout: EMERGENCY_RING_TIME,
    next: { noAnswer: failed },
  }
}

/** Says what an emergency call from here would do, and calls nobody. */
export function testEmergency(d: Deciding, call: InsideCall, path: Path): PlanNode {
  const where = whereaboutsOf(d, call)
  const number = d.place(where.site).country === 'us' ? '911' : '112'
  lookAround(d, where, path)
  const [first] = emergencyAttempts(d, call, number, path)
  const site = where.site ?? ''
  const values = {
    number,
    site,
    trunk: first?.trunk ?? '',
    caller: first?.caller ?? '',
    ...placeValues(where),
  }
  const prompt = first === undefined ? 'emergency-test-failed' : 'emergency-test'
  return d.announce(prompt, { rule: 'emergency-test', values }, 480, CAUSE.normal)
}

/** What the record says of the place. Without networks nobody claims to know anything of it. */
function placeValues({ network, isElsewhere }: Whereabouts): Readonly<Record<string, string>> {
  if (network !== undefined) return { place: 'network', network }
  return isElsewhere ? { place: 'elsewhere' } : {}
}

function lookAround(d: Deciding, where: Whereabouts, path: Path): void {
  const { site = '', network = '' } = where
  if (network !== '') d.look(path, 'place', 'known-network', { site, network })
  else if (where.isElsewhere) d.look(path, 'place', 'outside-known-networks', { site })
}

/** Where the device is set up: how people dial there. */
export function siteOf(d: Deciding, call: InsideCall): SiteId | undefined {
  if (call.callerSite !== undefined) return call.callerSite
  // A site that the plan does not know says nothing about trunks.
  const stands = d.live.siteOf?.(call.callerDevice)
  if (stands !== undefined && d.index.sites.has(stands)) return stands
  return d.index.people.get(call.caller)?.site ?? d.plan.sites[0]?.site
}

/**
 * The site's trunks, then others of the country: a centre far away is better than none. Down ones come last.
 */
function emergencyAttempts(d: Deciding, call: InsideCall, number: string, path: Path): TrunkAttempt[] {
  const { site } = whereaboutsOf(d, call)
  const rules = site === undefined ? undefined : d.index.sites.get(site)
  const country = d.place(site).country
  const own = (rules?.emergencyTrunks ?? []).flatMap((id) => d.index.trunks.get(id) ?? [])
  const others = d.plan.trunks.filter((trunk) => trunk.country === country && !own.includes(trunk))
  const up: TrunkAttempt[] = []
  const down: TrunkAttempt[] = []
  for (const trunk of [...own, ...others]) {
    const state = d.live.trunk?.(trunk.id) ?? { isUp: true, calls: 0 }
    const isFull = trunk.callsMax !== undefined && state.calls >= trunk.callsMax
    const whose = own.includes(trunk) ? 'trunk-of-site' : 'trunk-of-another-site'
    const outcome = !trunk.isForEmergency ? 'not-for-emergency' : state.isUp ? whose : `${whose}-down`
    d.look(path, `emergency:${trunk.id}`, outcome, { isFull: String(isFull) })
    if (!trunk.isForEmergency) continue
    const caller = emergencyCaller(d, trunk, call.caller, rules)
    const attempt: TrunkAttempt = {
      trunk: trunk.id,
      number: writeForCarrier(number, trunk.format, trunk.country),
      ...(caller !== undefined && { caller: writeForCarrier(caller, trunk.format, trunk.country) }),
      isHidden: false,
      mayCutOthers: isFull,
    }
    if (state.isUp) up.push(attempt)
    else down.push(attempt)
  }
  return [...up, ...down]
}

/**
 * Where the centre can call back: the person's number if the trunk has it, the site's, or the trunk's own.
 */
function emergencyCaller(
  d: Deciding,
  trunk: Trunk,
  person: PersonId,
  site: SiteRules | undefined,
): string | undefined {
  const wanted = [d.index.people.get(person)?.number, site?.emergencyNumber]
  const own = wanted.find((number) => number !== undefined && ownsNumber(trunk, number))
  return own ?? showable(trunk.mainNumber, trunk)
}

export interface SiteCoverage {
  readonly site: SiteId
  readonly isCovered: boolean
  /** The trunk that an emergency call takes first. */
  readonly trunk?: string
  /** What the centre sees. */
  readonly caller?: string
  readonly problems: readonly CoverageProblem[]
}

export type CoverageProblem = 'no-trunk' | 'only-trunks-of-another-site' | 'no-number' | 'one-trunk-only'

/** Is every site covered? Asks the configuration, not what is up now. */
export function emergencyCoverage(config: RoutingConfig): SiteCoverage[] {
  const { plan, trunks } = indexOf(config)
  return plan.sites.map((rules) => {
    const own = rules.emergencyTrunks
      .flatMap((id) => trunks.get(id) ?? [])
      .filter((trunk) => trunk.isForEmergency)
    const others = plan.trunks.filter((trunk) => trunk.isForEmergency && trunk.country === rules.country)
    const first = own[0] ?? others[0]
    const asked = rules.emergencyNumber
    const caller =
      first && (asked !== undefined && ownsNumber(first, asked) ? asked : showable(first.mainNumber, first))
    const problems: CoverageProblem[] = []
    if (first === undefined) problems.push('no-trunk')
    else if (own.length === 0) problems.push('only-trunks-of-another-site')
    else if (own.length === 1) problems.push('one-trunk-only')
    if (first !== undefined && caller === undefined) problems.push('no-number')
    const isCovered = own.length > 0 && caller !== undefined
    return {
      site: rules.site,
      isCovered,
      ...(first && { trunk: first.id }),
      ...(caller && { caller }),
      problems,
    }
  })
}
