// Everything that is asked of a plan before it is applied: its shape, its size, and whether it makes sense
// for the people and sites of the company.
import { fail, type Result, type SiteId } from '@rufwerk/core'
import { checkConfig } from '../check/check-config.ts'
import { placedTargets } from '../check/targets.ts'
import type { RoutingConfig } from '../config.ts'
import type { DialPlan } from '../dial-plan.ts'
import { PROBLEMS_MAX } from './limits.ts'
import { type PlanProblem, planProblem } from './problem.ts'
import { readPlan } from './read-plan.ts'

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

/** The plan as it may be applied, or what is wrong with it. Never throws. */
export function checkPlan(input: unknown, company: Company): Result<DialPlan, readonly PlanProblem[]> {
  const read = readPlan(input)
  if (!read.ok) return read
  const problems = senseProblems(read.value, company)
  return problems.length === 0 ? read : fail(problems)
}

/** What is wrong with a plan whose shape is right: route() bears it, callers hear announcements. */
export function senseProblems(dialPlan: DialPlan, company: Company): readonly PlanProblem[] {
  const { config, sites } = company
  const unknown = dialPlan.sites.flatMap(({ site }, at) =>
    sites.has(site) ? [] : [planProblem(`sites[${at}].site`, 'unknown-site', { site })],
  )
  const wrong = checkConfig({ ...config, dialPlan }).map(({ path, code, values }) =>
    planProblem(path, code, values),
  )
  const unheard = notRecorded(dialPlan, company)
  return [...unknown, ...notPerformed(dialPlan, company.performed), ...wrong, ...unheard].slice(
    0,
    PROBLEMS_MAX,
  )
}

function notRecorded(plan: DialPlan, { config, hasPrompt }: Company): PlanProblem[] {
  if (hasPrompt === undefined) return []
  return promptsIn(plan)
    .filter(({ prompt }) => !hasPrompt(prompt))
    .map(({ path, prompt }) => planProblem(path, 'no-such-prompt', { prompt, language: config.language }))
}

/** Prompts that a plan names, each with its place. */
export function promptsIn(plan: DialPlan): readonly { readonly path: string; readonly prompt: string }[] {
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
