// A call comes to a node of its plan: what is done there begins, and the record says why it came there.
import type { PlanNode } from '@rufwerk/routing'
import { endCall } from '../ending.ts'
import { forwardersText, withForwarders } from '../forwarded.ts'
import { CAUSE } from '../limits.ts'
import type { CallEvent } from '../ports.ts'
import type { CallEnv, CallOutput, CallStep } from '../signals.ts'
import type { CallRecord } from '../state.ts'
import { isGoal } from '../transfer-rules.ts'
import { announce, endWith } from './announce.ts'
import { askPlan, changeSetting } from './ask.ts'
import { enterMenu } from './menu.ts'
import { enterNames } from './names.ts'
import { enterParking } from './park.ts'
import { enterRinging } from './ring.ts'
import { serve } from './serve.ts'
import { enterVisit } from './visit.ts'

/** `detail`: what the plan was made from, when it was made anew. */
export function enter(
  record: CallRecord,
  node: PlanNode,
  env: CallEnv,
  detail: CallEvent['detail'] = {},
): CallStep {
  const known = withForwarders(record, node)
  const told: Record<string, string | number | boolean> = { ...detail }
  const forwarders = known === record ? undefined : forwardersText(known)
  if (forwarders !== undefined) told.forwardedBy = forwarders
  if ('person' in node && node.person !== undefined) told.to = node.person
  const event: CallOutput = {
    type: 'event',
    event: { type: 'routed', why: node.why, ...(Object.keys(told).length > 0 && { detail: told }) },
  }
  const { state, out } = perform({ ...known, why: node.why }, node, env)
  return { state, out: [event, ...out] }
}

function perform(record: CallRecord, node: PlanNode, env: CallEnv): CallStep {
  switch (node.do) {
    case 'ring':
    case 'ringMany':
    case 'dialOut':
      return enterRinging(record, node, env)
    case 'echo':
      return serve(record, { type: 'echo' }, 'echo', env)
    case 'parrot': {
      const withTo = { ...record, to: node.person }
      return serve(withTo, { type: 'parrot', greeting: node.prompts }, 'demo-voice', env)
    }
    case 'announce':
      if (goesBack(record, node)) return endWith(record, node, env)
      return announce(record, node.prompts, node)
    case 'end':
      return endWith(node.person === undefined ? record : { ...record, to: node.person }, node, env)
    case 'menu':
      return enterMenu(record, node, env)
    case 'names':
      return enterNames(record, node, env)
    case 'continue':
      return askPlan(record, node.target, env)
    case 'set':
      return changeSetting(record, node, env)
    case 'voicemail':
    case 'queue':
    case 'conference':
      return enterVisit(record, node)
    case 'park':
      return enterParking(record, node, env)
    case 'pickUp':
      // Somebody picks up before a call is made of it; here nothing rang.
      return endWith(record, { status: 480, cause: CAUSE.normal }, env)
  }
}

/** Whom a transfer has led to nowhere goes back, and does not hear why. */
function goesBack({ isLed, answeredAt }: CallRecord, node: PlanNode): boolean {
  return isLed === true && answeredAt === undefined && !isGoal(node)
}

/** What no part of the system performs yet. */
export function notPerformed(record: CallRecord, env: CallEnv): CallStep {
  const how = { endedBy: 'system', status: 501, cause: CAUSE.notImplemented } as const
  return endCall({ name: 'served', record }, how, env)
}
