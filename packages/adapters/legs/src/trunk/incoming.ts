// A carrier calls: whose number was called and who calls, as its trunk is set to read them. That it is the
// carrier was found out before, by the flow.
import type { Flow } from '@rufwerk/core'
import type { SipRequest, TransactionId } from '@rufwerk/sip'
import { readCalled, readCaller, readForwarders } from '@rufwerk/sip/trunk'
import { type LegContext, respond } from '../leg/context.ts'
import { receiveInvite } from '../leg/incoming.ts'
import type { IncomingCall, LegListener } from '../ports.ts'
import type { TrunkLine } from './line.ts'
import type { TrunkPlan, TrunkSettings } from './settings.ts'

type Outside = Extract<IncomingCall['caller'], { readonly kind: 'outside' }>

const RETRY_AFTER: readonly (readonly [string, string])[] = [['Retry-After', '5']]

export function receiveTrunkInvite(
  context: LegContext,
  listener: LegListener,
  transaction: TransactionId,
  request: SipRequest,
  flow: Flow,
  line: TrunkLine,
): void {
  const { party } = line.plan
  if (context.table.countOfDevice(party.device) >= context.limits.callsPerTrunkMax) {
    context.counts.refusedCalls += 1
    respond(context, transaction, request, 503, { headers: RETRY_AFTER })
    return
  }
  context.counts.trunkCallsIn += 1
  const userAgent = request.headers.get('user-agent')
  context.onTrunkHeard?.(party, {
    ...(userAgent !== undefined && { userAgent }),
    address: flow.remote.address,
  })
  receiveInvite(context, listener, transaction, request, flow, party, trunkCall(context, line, request))
}

/** A Request-URI that is our own Contact says who registered: others are asked first whom the call is for. */
function sourcesOf({ settings, contactUser }: TrunkPlan, request: SipRequest): TrunkSettings['called'] {
  const { called } = settings
  if (request.uri.user !== contactUser || !called.includes('request-uri')) return called
  return [...called.filter((source) => source !== 'request-uri'), 'request-uri']
}

/** Those with a number; who asserts nothing is not asked who forwarded either. */
function forwardersOf(
  { headers }: SipRequest,
  toE164: (number: string) => string | undefined,
): NonNullable<Outside['forwarders']> {
  return readForwarders(headers).flatMap(({ number: told, reason, isHidden }) => {
    const number = told && (toE164(told.number) ?? told.number)
    return number === undefined ? [] : [{ number, reason, isHidden }]
  })
}

/** What the call is told of it. */
export function trunkCall(
  context: LegContext,
  { plan }: TrunkLine,
  request: SipRequest,
): Pick<IncomingCall, 'caller' | 'dialled'> {
  const { settings, party } = plan
  const called = readCalled(request, sourcesOf(plan, request))?.number ?? request.uri.user ?? ''
  const { number, displayName, isHidden } = readCaller(request, settings.caller, settings.isTrusted)
  const toE164 = (text: string) => context.trunks.toE164(party.trunk, text)
  const forwarders = settings.isTrusted ? forwardersOf(request, toE164) : []
  const caller: Outside = {
    ...{ kind: 'outside', tenant: party.tenant, trunk: party.trunk },
    ...(forwarders.length > 0 && { forwarders }),
  }
  // RFC 3325 §5: who hides must not be named, though the carrier may have told us.
  if (isHidden) return { caller, dialled: called }
  const shown = number && (toE164(number.number) ?? number.number)
  return {
    caller: { ...caller, ...(shown && { number: shown }), ...(displayName && { name: displayName }) },
    dialled: called,
  }
}
