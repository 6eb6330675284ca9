// What every part of the legs works with: the ports, the books, and a few small things done the same
// everywhere.
import type { LegEvent } from '@rufwerk/calls'
import { type DeviceId, type Ms, randomId } from '@rufwerk/core'
import { newResponse, type SipRequest, type TransactionId } from '@rufwerk/sip'
import type { LegCounts } from '../counts.ts'
import type { LegLimits } from '../limits.ts'
import type { Party, UserAgentOptions, UserAgentPorts } from '../ports.ts'
import type { Owed } from '../recovery/owed.ts'
import type { Registrations } from '../registration/registrations.ts'
import type { Transactions } from '../transactions.ts'
import type { Trunks } from '../trunk/trunks.ts'
import type { Leg } from './leg.ts'
import type { LegTable } from './leg-table.ts'
import type { Recordings } from './recordings.ts'

export interface LegContext {
  readonly ports: UserAgentPorts
  readonly product: string
  readonly limits: LegLimits
  readonly counts: LegCounts
  readonly transactions: Transactions
  readonly registrations: Registrations
  readonly table: LegTable
  readonly recordings: Recordings
  readonly owed: Owed
  readonly trunks: Trunks
  readonly onTrunkHeard: UserAgentOptions['onTrunkHeard']
  /** Tells the listener once the current input is done with. */
  readonly emit: (leg: Leg, event: LegEvent) => void
  /** The connection of the leg's endpoint to the peer is gone, or cannot come to be. */
  readonly mediaGone: (leg: Leg) => void
  /** An endpoint of this leg is one for help. */
  readonly isForHelp: (leg: Leg) => boolean
  /** Does something for one leg; what it throws ends that leg and no other. */
  readonly guard: (leg: Leg, what: string, work: () => void) => void
}

/** A device, or a trunk by its name in the books of legs. */
export function partyOf({ trunks, ports }: LegContext, name: DeviceId): Party | undefined {
  return trunks.party(name) ?? ports.devices.byId(name)
}

/** A new tag: at least 32 random bits (RFC 3261 §19.3); 50 here. */
export function newTag(context: LegContext): string {
  return randomId(context.ports.randomBytes, 10)
}

/** Between 0 and 1, for waits that shall differ. */
export function random(context: LegContext): number {
  const [high = 0, low = 0] = context.ports.randomBytes(2)
  return (high * 256 + low) / 65_536
}

/** The number of a session in SDP: decimal digits (RFC 8866 §5.2). */
export function newSessionId(context: LegContext): string {
  let value = 0
  for (const byte of context.ports.randomBytes(6)) value = value * 256 + byte
  return String(value)
}

export interface PlainResponse {
  readonly toTag?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: { readonly type: string; readonly content: string }
}

/** A response whose body, if any, tells nothing to the usage of the leg. */
export function respond(
  context: LegContext,
  transaction: TransactionId,
  request: SipRequest,
  status: number,
  parts: PlainResponse = {},
): void {
  const needsTag = status !== 100 && request.headers.toTag === undefined
  const toTag = needsTag ? (parts.toTag ?? newTag(context)) : undefined
  const headers = [['Server', context.product] as const, ...(parts.headers ?? [])]
  const response = newResponse(request, status, { toTag, headers, body: parts.body })
  context.transactions.respond(transaction, response)
}

/** A timer of the leg, in place of the one of that name; gone with the leg. */
export function armLeg(context: LegContext, leg: Leg, name: string, after: Ms, work: () => void): void {
  leg.stopTimer(name)
  const timer = context.ports.timers.arm(after, () => {
    leg.timers.delete(name)
    context.guard(leg, `timer ${name}`, work)
  })
  leg.timers.set(name, timer)
}
