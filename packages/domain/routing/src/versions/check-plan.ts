// Everything that is asked of a plan before it is applied: its shape, its size, and whether it makes sense
// for the people and sites of the company.
import { fail, ok, type Result, type SiteId } from '@rufwerk/core'
import { checkConfig } from '../check/check-config.ts'
import { placedTargets } from '../check/targets.ts'
import type { RoutingConfig } from '../config.ts'
import type { DialPlan } from '../dial-plan.ts'
import { PROBLEMS_MAX } from './limits.ts'
import { type PlanProblem, planProblem } from './problem.ts'
import { readPlan, readPlanText } from './read-plan.ts'

/** What of a plan calls can be led to. */
export interface Performed {
  readonly services: ReadonlySet<DialPlan['services'][number]['kind']>
  readonly codes: ReadonlySet<DialPlan['codes'][number]['does']>
}

/** Whom the plan is for. */
export interface Company {
  /** People, country and language; a dial plan in it means nothing here. */
  readonly config: RoutingConfig
  readonly sites: ReadonlySet<SiteId>
  /** A plan that wants more is refused, instead of leading callers to nothing. Absent: everything. */
  readonly performed?: Performed
  /** Whether callers can hear this prompt, in the language of the company. Absent: it is not asked. */
  readonly hasPrompt?: (name: string) => boolean
}

/** A plan that may be applied. */
export interface CheckedPlan {
  readonly plan: DialPlan
  /** The same, as it is stored. */
  readonly json: string
}

/** What is found without asking which prompts there are: plain data, which another thread can give. */
export interface Examined {
  /** At most PROBLEMS_MAX. */
  readonly problems: readonly PlanProblem[]
  /** Absent: its shape is wrong. */
  readonly json?: string
  readonly prompts: readonly NamedPrompt[]
}

/** A prompt that a plan names, with its place. */
export interface NamedPrompt {
  readonly path: string
  readonly prompt: string
}

/** The plan as it may be applied, or what is wrong with it. Never throws. */
export function checkPlan(input: unknown, company: Company): Result<CheckedPlan, readonly PlanProblem[]> {
  return conclude(examine(input, company), company)
}

/** All that takes long: a plan of thousands of people and flows costs as much as hundreds of calls. */
export function examine(input: unknown, company: Omit<Company, 'hasPrompt'>): Examined {
  const read = readPlanText(input)
  if (!read.ok) return { problems: read.error, prompts: [] }
  const json = read.value
  const plan = JSON.parse(json) as DialPlan
  return { problems: senseProblems(plan, company), json, prompts: promptsIn(plan) }
}

/** The rest: which prompts there are is asked now. */
export function conclude(
  { problems, json, prompts }: Examined,
  company: Company,
): Result<CheckedPlan, readonly PlanProblem[]> {
  const all = [...problems, ...notRecorded(prompts, company)].slice(0, PROBLEMS_MAX)
  if (json === undefined || all.length > 0) return fail(all)
  return ok({ plan: JSON.parse(json) as DialPlan, json })
}

/** What is wrong with a plan whose shape is right: route() bears it, callers hear announcements. */
function senseProblems(dialPlan: DialPlan, company: Omit<Company, 'hasPrompt'>): readonly PlanProblem[] {
  const { config, sites } = company
  const unknown = dialPlan.sites.flatMap(({ site }, at) =>
    sites.has(site) ? [] : [planProblem(`sites[${at}].site`, 'unknown-site', { site })],
  )
  const wrong = checkConfig({ ...config, dialPlan }).map(({ path, code, values }) =>
    planProblem(path, code, values),
  )
  return [...unknown, ...notPerformed(dialPlan, company.performed), ...wrong].slice(0, PROBLEMS_MAX)
}

function notRecorded(named: readonly NamedPrompt[], { config, hasPrompt }: Company): PlanProblem[] {
  if (hasPrompt === undefined) return []
  return named
    .filter(({ prompt }) => !hasPrompt(prompt))
    .map(({ path, prompt }) => planProblem(path, 'no-such-prompt', { prompt, language: config.language }))
}

export function promptsIn(plan: DialPlan): readonly NamedPrompt[] {
  const announced = placedTargets(plan).flatMap(({ path, target }) =>
    target.to === 'announcement' ? [{ path: `${path}.prompt`, prompt: target.prompt }] : [],
  )
  const greeting = plan.flows.flatMap((flow, at) =>
    flow.kind === 'receptionist' ? [{ path: `flows[${at}].prompt`, prompt: flow.prompt }] : [],
  )
  return [...announced, ...greeting]
}

function notPerformed({ services, codes }: DialPlan, performed: Performed | undefined): PlanProblem[] {
  if (performed === undefined) return []
  const ofServices = services.flatMap(({ kind }, at) =>
    performed.services.has(kind) ? [] : [planProblem(`services[${at}]`, 'not-performed', { what: kind })],
  )
  const ofCodes = codes.flatMap(({ does }, at) =>
    performed.codes.has(does) ? [] : [planProblem(`codes[${at}]`, 'not-performed', { what: does })],
  )
  return [...ofServices, ...ofCodes]
}

/** The JSON of a stored version. */
export function readStored(json: string): Result<DialPlan, readonly PlanProblem[]> {
  try {
    return readPlan(JSON.parse(json))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return fail([planProblem('', 'not-an-object')])
  }
}

export function writeStored(plan: DialPlan): string {
  return JSON.stringify(plan)
}
