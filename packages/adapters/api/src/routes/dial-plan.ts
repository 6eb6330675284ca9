// /dial-plan, for admins: the telephony of the company as data, checked, compared, applied and taken back by
// one version. Everything is that of the visitor's tenant.
import type { Directory } from '@rufwerk/accounts'
import {
  DialPlanChange,
  DialPlanChecked,
  DialPlanDraft,
  DialPlanState,
  NewCodesAnswer,
  PlanDiff,
  PlanDiffQuery,
  PlanRollback,
  PlanVersions,
  type DialPlan as WirePlan,
  type PlanVersion as WireVersion,
} from '@rufwerk/contract/dial-plan'
import { fail, ok, type Result } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { emergencyCoverage } from '@rufwerk/routing/emergency'
import type {
  Applied,
  NotChecked,
  PlanBook,
  PlanProblem,
  PlanRefusal,
  PlanDiff as PlansDiff,
  VersionEntry,
} from '@rufwerk/routing/versions'
import type { Refusal } from '../error.ts'
import { LIMITS } from '../limits.ts'
import type { ApiPorts, DialPlanPort } from '../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../route.ts'

/** What every route has that takes a plan or works on one. */
export const PLAN_ROUTE = { access: 'admin', act: 'dialPlan', bodyBytesMax: LIMITS.planBodyBytesMax } as const

export function dialPlanRoutes({ dialPlans }: ApiPorts): readonly Route[] {
  if (dialPlans === undefined) return []
  return [...readingRoutes(dialPlans), ...changingRoutes(dialPlans)]
}

function readingRoutes({ book }: DialPlanPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'dialPlan',
      method: 'get',
      path: '/dial-plan',
      summary: 'The dial plan that is in force, with its version.',
      access: 'admin',
      status: 200,
      answer: DialPlanState,
      run: async ({ who }) => ok(stateView(book.applied(who.person.tenant), who, book)),
    }),
    signedInRoute({
      name: 'dialPlanVersions',
      method: 'get',
      path: '/dial-plan/versions',
      summary: 'Who applied a dial plan when, newest first.',
      access: 'admin',
      status: 200,
      answer: PlanVersions,
      run: async ({ who }) => {
        const versions = await book.versions(who.person.tenant)
        return ok({ versions: versions.map((entry) => versionView(entry, who.directory)) })
      },
    }),
    signedInRoute({
      ...PLAN_ROUTE,
      name: 'dialPlanDiff',
      method: 'get',
      path: '/dial-plan/diff',
      summary: 'What differs between two versions that are kept; version 0 is the empty plan.',
      query: PlanDiffQuery,
      status: 200,
      answer: PlanDiff,
      refusals: ['not-found'],
      run: async ({ who, query }) => {
        const [from, to] = [Number(query.from), Number(query.to)]
        const diff = await book.diff(who.person.tenant, from, to)
        return diff.ok ? ok({ from, to, ...diffView(diff.value) }) : fail(comparisonRefusal(diff.error))
      },
    }),
    signedInRoute({
      ...PLAN_ROUTE,
      name: 'checkDialPlan',
      method: 'post',
      path: '/dial-plan/check',
      summary: 'What is wrong with a plan, and what it would change; applies nothing.',
      body: DialPlanDraft,
      status: 200,
      answer: DialPlanChecked,
      run: async ({ who, body }) => {
        const { tenant } = who.person
        const tried = await book.tryOut(tenant, body.plan)
        if (!tried.ok) {
          if (tried.error.code !== 'wrong') return fail(planRefusal(tried.error))
          const problems = tried.error.problems.map(problemView)
          return ok({ problems, changes: [], more: 0, sites: [] })
        }
        const config = tried.value
        const diff = await book.changes(tenant, config.dialPlan ?? EMPTY_DIAL_PLAN)
        if (!diff.ok) return fail(comparisonRefusal(diff.error))
        const sites = emergencyCoverage(config).map((site) => ({ ...site, problems: [...site.problems] }))
        return ok({ problems: [], ...diffView(diff.value), sites })
      },
    }),
  ]
}

function changingRoutes({ book }: DialPlanPort): readonly Route[] {
  return [
    signedInRoute({
      ...PLAN_ROUTE,
      name: 'changeDialPlan',
      method: 'put',
      path: '/dial-plan',
      summary: 'Applies a plan for new calls; calls that go on are not touched.',
      body: DialPlanChange,
      status: 200,
      answer: DialPlanState,
      refusals: ['dial-plan-wrong'],
      run: async ({ who, body }) => {
        const { note, expected, plan } = body
        const wanted = { expected, plan, ...(note !== undefined && { note }) }
        return told(await book.change(actorOf(who), wanted), who, book)
      },
    }),
    signedInRoute({
      ...PLAN_ROUTE,
      name: 'answerNewCodes',
      method: 'post',
      path: '/dial-plan/codes',
      summary: 'Adds usual codes that came after the plan, as a new version; the other ones are put away.',
      body: NewCodesAnswer,
      status: 200,
      answer: DialPlanState,
      refusals: ['dial-plan-wrong'],
      run: async ({ who, body }) => told(await book.answerCodes(actorOf(who), body), who, book),
    }),
    signedInRoute({
      ...PLAN_ROUTE,
      name: 'rollBackDialPlan',
      method: 'post',
      path: '/dial-plan/rollback',
      summary: 'Applies the version before again, as a new one.',
      body: PlanRollback,
      status: 200,
      answer: DialPlanState,
      refusals: ['dial-plan-wrong'],
      run: async ({ who, body }) => told(await book.rollBack(actorOf(who), body.expected), who, book),
    }),
  ]
}

function actorOf({ person }: Visitor) {
  return { tenant: person.tenant, person: person.id }
}

function told(
  result: Result<Applied, PlanRefusal>,
  who: Visitor,
  book: PlanBook,
): Result<DialPlanState, Refusal> {
  return result.ok ? ok(stateView(result.value, who, book)) : fail(planRefusal(result.error))
}

const NOT_CHECKED: Readonly<Record<NotChecked['why'], string>> = {
  busy: 'Other dial plans are being checked; please try again.',
  'too-slow': 'The check of the dial plan took too long; nothing was changed. Please try again.',
  broken: 'The dial plan could not be checked; nothing was changed. Please try again.',
}

function comparisonRefusal(refusal: NotChecked | { readonly code: 'unreadable' }): Refusal {
  return refusal.code === 'unreadable' ? { code: 'not-found' } : planRefusal(refusal)
}

export function planRefusal(refusal: PlanRefusal): Refusal {
  switch (refusal.code) {
    case 'conflict':
      return { code: 'conflict', message: `The plan has changed: its version is ${refusal.version} now.` }
    case 'wrong':
      return { code: 'dial-plan-wrong', field: 'plan', problems: refusal.problems.map(problemView) }
    case 'nothing-before':
      return { code: 'conflict', message: 'There is no version before this one.' }
    case 'not-stored':
      return { code: 'unavailable' }
    case 'not-checked':
      return { code: 'unavailable', message: NOT_CHECKED[refusal.why] }
  }
}

function problemView({ path, code, values, sentence }: PlanProblem) {
  return { path, code, values: { ...values }, sentence }
}

function stateView(
  { version, plan, entry, trouble }: Applied,
  { directory, person }: Visitor,
  book: PlanBook,
): DialPlanState {
  return {
    version,
    // Of the same shape; the schema's lists may be written to.
    plan: plan as unknown as WirePlan,
    newCodes: [...book.newCodes(person.tenant)],
    ...(entry && { changed: versionView(entry, directory) }),
    ...(trouble && {
      trouble: { kind: trouble.kind, used: trouble.used, problems: trouble.problems.map(problemView) },
    }),
  }
}

function versionView({ version, at, by, note, restores }: VersionEntry, directory: Directory): WireVersion {
  return {
    version,
    at,
    by: { person: by, name: directory.byPerson.get(by)?.name ?? '' },
    ...(note !== undefined && { note }),
    ...(restores !== undefined && { restores }),
  }
}

function diffView({ changes, more }: PlansDiff) {
  return { changes: changes.map((change) => ({ ...change })), more }
}
