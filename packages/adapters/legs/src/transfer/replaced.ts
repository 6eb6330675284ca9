// Which leg a Replaces names (RFC 3891), in a Refer-To or in an INVITE: one of the same person, or none. Who
// names the dialog of somebody else is told the same as who names one that does not exist.
import { type CallId, fail, ok, type PersonId, type Result } from '@rufwerk/core'
import type { SipRequest } from '@rufwerk/sip'
import { judgeReplaces, type Replaces, readReplaces, replacesKeys } from '@rufwerk/sip/transfer'
import type { LegContext } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import type { Party } from '../ports.ts'
import { saveLeg } from '../recovery/stored-leg.ts'

/** After a transfer the leg belongs to another call, also after a restart. */
export function moveLeg(context: LegContext, leg: Leg, call: CallId): void {
  const before = leg.call
  if (before === call) return
  context.table.move(leg, call)
  leg.media.moveTo(call)
  saveLeg(context, leg, undefined, before)
}

/** A leg of this person. */
export function ownLegOf(context: LegContext, replaces: Replaces, person: PersonId): Leg | undefined {
  for (const key of replacesKeys(replaces)) {
    const leg = context.table.byDialog(key)
    if (leg !== undefined) return isOf(leg, person) ? leg : undefined
  }
  return undefined
}

function isOf({ device }: Leg, person: PersonId): boolean {
  return device.kind !== 'trunk' && device.person === person
}

/**
 * The leg that an INVITE takes the place of; undefined without Replaces. 400, 403: as `readReplaces`. 481,
 * 486, 603: as `judgeReplaces`. 603 also for one that is not answered: that is not done here.
 */
export function replacedBy(
  context: LegContext,
  request: SipRequest,
  from: Party,
): Result<Leg | undefined, number> {
  const read = readReplaces(request)
  if (!read.ok) return read
  if (read.value === undefined) return ok(undefined)
  const leg = from.kind === 'trunk' ? undefined : ownLegOf(context, read.value, from.person)
  const dialog = leg?.dialog
  const known = leg && dialog && { role: dialog.role, state: dialog.state }
  const judged = judgeReplaces(read.value, known)
  if (!judged.ok) return judged
  return judged.value === 'bye' && leg?.state.name === 'confirmed' ? ok(leg) : fail(603)
}
