// POST /route, for admins: what would happen to a call, by the same function that decides about calls, with
// every rule that was looked at. Calls nobody and changes nothing.
import type { Directory } from '@rufwerk/accounts'
import {
  type RouteRequest as Asked,
  RouteAnswer,
  RouteRequest,
  type PlanNode as WireNode,
} from '@rufwerk/contract/dial-plan'
import { type DeviceId, fail, ok, type PersonId, type Result, type SiteId, wallTime } from '@rufwerk/core'
import {
  type Live,
  type PlanNode,
  type RoutedCall,
  type RoutingConfig,
  route,
  type TrunkId,
} from '@rufwerk/routing'
import type { Refusal } from '../error.ts'
import type { ApiPorts, DialPlanPort } from '../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../route.ts'
import { PLAN_ROUTE, planRefusal } from './dial-plan.ts'

/** Stands for every phone of everybody; no device has this id, so that it never is the caller's own. */
const SOME_PHONE = { device: 'any' as DeviceId, binding: 'any' }
const EVERYBODY: Live = { contactsOf: () => [SOME_PHONE] }
/** The caller of a simulated call is at no device, so each of their phones may ring. */
const NO_DEVICE = '' as DeviceId

export function simulateRoutes({ dialPlans }: ApiPorts): readonly Route[] {
  if (dialPlans === undefined) return []
  return [
    signedInRoute({
      ...PLAN_ROUTE,
      name: 'route',
      method: 'post',
      path: '/route',
      summary: 'What would happen to a call, and which rules were looked at.',
      body: RouteRequest,
      status: 200,
      answer: RouteAnswer,
      refusals: ['not-found', 'dial-plan-wrong'],
      run: async ({ who, body }) => {
        const call = callOf(body, who.directory, dialPlans)
        if (call === undefined) return fail({ code: 'not-found', field: 'caller' })
        const config = await configOf(who, body.plan, dialPlans)
        if (!config.ok) return config
        const live = body.live === 'everybody' ? EVERYBODY : dialPlans.live()
        const plan = route(config.value, live, call)
        return ok({
          configVersion: plan.configVersion,
          at: call.at,
          node: nodeView(plan.node),
          looked: plan.looked.map((looked) => ({ ...looked, values: { ...looked.values } })),
        })
      },
    }),
  ]
}

/** Undefined when the caller or the place is not of this company. */
function callOf(
  { caller, dialled, at, seed = 0 }: Asked,
  directory: Directory,
  dialPlans: DialPlanPort,
): RoutedCall | undefined {
  const when = { at: at === undefined ? dialPlans.wallTime() : wallTime(at), seed }
  if (caller.from === 'trunk') {
    const { trunk, number } = caller
    const callerNumber = number === undefined ? {} : { callerNumber: number }
    return { from: 'trunk', trunk: trunk as TrunkId, called: dialled, ...callerNumber, ...when }
  }
  const person = directory.byPerson.get(caller.person as PersonId)
  const site = caller.site === undefined ? undefined : directory.sites.get(caller.site as SiteId)
  if (person === undefined || (caller.site !== undefined && site === undefined)) return undefined
  const place = {
    ...(site !== undefined && { callerSite: site.id }),
    ...(caller.address !== undefined && { callerAddress: caller.address }),
  }
  return { from: 'inside', dialled, caller: person.id, callerDevice: NO_DEVICE, ...place, ...when }
}

async function configOf(
  { person: { tenant } }: Visitor,
  plan: unknown,
  { book }: DialPlanPort,
): Promise<Result<RoutingConfig, Refusal>> {
  if (plan !== undefined) {
    const tried = await book.tryOut(tenant, plan)
    return tried.ok ? tried : fail(planRefusal(tried.error))
  }
  const config = book.config(tenant)
  return config === undefined ? fail({ code: 'not-found' }) : ok(config)
}

/** Which address a phone has registered from is nobody's business here. */
function nodeView(node: PlanNode): WireNode {
  const text = JSON.stringify(node, (key, value: unknown) => (key === 'binding' ? undefined : value))
  return JSON.parse(text) as WireNode
}
