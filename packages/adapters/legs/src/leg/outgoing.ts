// We call a contact (RFC 3261 §13.2): media first, because the offer names its port, then the INVITE; again
// with another number when the peer says what has to change, or over the next flow of the same phone.
import type { LegPort } from '@rufwerk/calls'
import { type Flow, randomId } from '@rufwerk/core'
import { profilesToOffer } from '@rufwerk/sdp/crypto'
import {
  type Binding,
  newInviteUsage,
  newRequest,
  type SipRequest,
  type SipResponse,
  type TransactionId,
  writeNameAddr,
} from '@rufwerk/sip'
import { contactTarget, flowsByInstance } from '@rufwerk/sip/session'
import { localUri, SDP_TYPE } from '../headers.ts'
import type { Party } from '../ports.ts'
import { causeOf, NETWORK_OUT_OF_ORDER, NO_RESOURCE } from '../reason.ts'
import { saveLeg } from '../recovery/stored-leg.ts'
import { raiseWish, sessionHeaders } from '../session/refresh.ts'
import { type LegContext, newSessionId, newTag } from './context.ts'
import { openLeg, openMedia } from './incoming.ts'
import type { Leg } from './leg.ts'
import { type Opened, withProfile } from './media-link.ts'
import { localOf, offerOf } from './negotiate.ts'
import { responded, tooLate } from './responses.ts'
import { stepUsage } from './session-steps.ts'
import { finish } from './teardown.ts'

type Dial = Parameters<LegPort['dial']>[0]
type Contact = Extract<Dial['destination'], { readonly to: 'contact' }>['contact']

/** The contact or trunk cannot be reached, no branch is left, or there is no room for another leg. */
export type DialRefusal = { readonly status: 440 | 480 | 483 | 503; readonly cause: number }

/** Those who forwarded a call that a phone is told; an INVITE over UDP should stay in one packet. */
const DIVERSIONS_MAX = 5
/** Branches of one call that may be told a share of its Max-Breadth. */
const BRANCHES_MAX = 10
const TIMEOUT = { status: 408, cause: 18 }
const UNREACHABLE = { status: 503, cause: NETWORK_OUT_OF_ORDER } as const
/** The offer was understood and not taken. */
const NOT_ACCEPTABLE: ReadonlySet<number> = new Set([488, 606])
/** RFC 3261 §8.1.1.3, with the host of RFC 3323 §4.1.1.3: nobody can be called back there. */
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'
/** RFC 5626 §11.5: the flow to the phone is broken somewhere on its way. */
const FLOW_FAILED = 430

/** What stays through all attempts to reach one contact. */
interface Attempt {
  readonly order: Dial
  readonly opened: Opened
  readonly from: string
  readonly callId: string
  readonly seq: number
  readonly maxBreadth: number
  /** The flow to try, and those that are left after it. */
  readonly binding: Binding
  readonly others: readonly Binding[]
  /** The profile to offer, and what is left when the phone refuses it (RFC 4568 §7.1.1). */
  readonly profiles: ReturnType<typeof profilesToOffer>
}

/** Starts the leg. Undefined, or why nothing was started. */
export function dial(context: LegContext, order: Dial, contact: Contact): DialRefusal | undefined {
  const { ports, registrations, table, limits, counts } = context
  if (table.legs() >= limits.legsMax) return { status: 503, cause: 42 }
  const device = ports.devices.byId(contact.device)
  const [binding, ...others] = device
    ? flowsOf(registrations.reachableOf(device.sipName), contact.binding)
    : []
  if (device === undefined || binding === undefined) return { status: 480, cause: 20 }
  const maxBreadth = takeBreadth(table.get(order.callerLeg))
  if (maxBreadth < 1) return { status: 440, cause: 42 } // RFC 5393 §5.3.3
  const state = { name: 'preparing' } as const
  const leg = openLeg(context, device, binding.flow, state, { id: order.leg, call: order.call })
  leg.breadth = { from: order.callerLeg, share: maxBreadth }
  counts.outgoing += 1
  context.guard(leg, 'dial', () =>
    openMedia(leg, (opened) => {
      if (opened === undefined) finish(context, leg, { type: 'refused', status: 503, cause: NO_RESOURCE })
      else if (leg.state.name === 'preparing') {
        const from = `${fromOf(order, leg.flow)};tag=${newTag(context)}`
        const callId = randomId(context.ports.randomBytes)
        context.table.claimCallId(leg, callId)
        const profiles = profilesToOffer(device.srtp ?? 'off')
        const first = { order, opened, from, callId, seq: 1, maxBreadth, binding, others, profiles }
        sendInvite(context, leg, first)
      }
    }),
  )
  return undefined
}

/** The flows of the phone that registered this contact, this one first (RFC 5626 §6). */
function flowsOf(bindings: readonly Binding[], key: string): readonly Binding[] {
  const flows = flowsByInstance(bindings).find((group) => group.some((binding) => binding.key === key)) ?? []
  return flows.toSorted((one, other) => Number(other.key === key) - Number(one.key === key))
}

/** The share of one branch: what the branches get together is never more than what came in (RFC 5393). */
function takeBreadth(caller: Leg | undefined): number {
  if (caller === undefined) return 1
  const share = Math.min(caller.breadthLeft, Math.max(1, Math.floor(caller.breadthLeft / BRANCHES_MAX)))
  caller.breadthLeft -= share
  return share
}

function sendInvite(context: LegContext, leg: Leg, attempt: Attempt): void {
  const { order, opened, binding, from, callId, seq, maxBreadth } = attempt
  const caller = context.table.get(order.callerLeg)
  const profiled = withProfile(opened, attempt.profiles[0])
  const offered = offerOf(leg, profiled, caller?.theirCodecs ?? [], () => newSessionId(context))
  const local = localOf(offered)
  leg.session = { ...local, offered }
  const { requestUri, routes } = contactTarget(binding)
  const invite = newRequest({
    method: 'INVITE',
    uri: requestUri,
    from,
    to: toOf(leg.device, leg.flow),
    callId,
    seq,
    ...(caller === undefined ? {} : { maxForwards: caller.hopsLeft }),
    headers: [
      ...routes.map((route) => ['Route', route] as const),
      ...sessionHeaders(context, leg),
      ['Max-Breadth', String(maxBreadth)],
      ...diversions(order, leg.flow),
      ['User-Agent', context.product],
    ],
    body: { type: SDP_TYPE, content: local.localText ?? '' },
  })
  stepUsage(context, leg, { type: 'inviteSent', seq, hasOffer: true })
  const transaction = context.transactions.request(invite, leg.flow, userOf(context, leg, attempt, invite))
  begin(context, leg, transaction)
}

function userOf(context: LegContext, leg: Leg, attempt: Attempt, invite: SipRequest) {
  return {
    onResponse: (response: SipResponse, from: Flow) => {
      if (leg.state.name === 'ended') tooLate(context, invite, response, from)
      else
        context.guard(leg, 'response', () => {
          if (response.status < 300) responded(context, leg, invite, response, from)
          else refused(context, leg, attempt, response)
        })
    },
    onFailed: (why: 'timeout' | 'transport' | 'limit') => {
      if (leg.state.name !== 'calling' && leg.state.name !== 'preparing') return
      context.guard(leg, 'INVITE failed', () => {
        if (why === 'transport' && tryNextFlow(context, leg, attempt)) return
        finish(context, leg, { type: 'refused', ...(why === 'timeout' ? TIMEOUT : UNREACHABLE) })
      })
    },
  }
}

/** The request may have failed at once: then the leg is over, or further, already. */
export function begin(context: LegContext, leg: Leg, transaction: TransactionId): void {
  if (leg.state.name !== 'preparing') return
  leg.state = { name: 'calling', transaction, hasEarly: false }
  leg.sentInvite = context.transactions.sentRequest(transaction)
  leg.branch = leg.sentInvite?.headers.via.branch
  saveLeg(context, leg)
}

/** A 3xx is never followed: it ends this branch. */
function refused(context: LegContext, leg: Leg, attempt: Attempt, response: SipResponse): void {
  if (leg.state.name !== 'calling') return
  const { status, headers } = response
  if (status === 422 && raiseWish(context, leg, response)) {
    again(context, leg, attempt)
    return
  }
  if (status === FLOW_FAILED) {
    context.registrations.flowRefused(attempt.binding)
    if (tryNextFlow(context, leg, attempt)) return
  }
  const profiles = attempt.profiles.slice(1)
  if (NOT_ACCEPTABLE.has(status) && !leg.isWebRtc && profiles.length > 0) {
    again(context, leg, { ...attempt, profiles })
    return
  }
  stepUsage(context, leg, { type: 'responseReceived', seq: attempt.seq, status, hasSdp: false })
  finish(context, leg, { type: 'refused', status, cause: causeOf(status, headers) })
}

/** RFC 5626 §6: the phone may still be reached over another of its flows. */
function tryNextFlow(context: LegContext, leg: Leg, attempt: Attempt): boolean {
  const [binding, ...others] = attempt.others
  if (binding === undefined) return false
  leg.flow = binding.flow
  again(context, leg, { ...attempt, binding, others })
  return true
}

function again(context: LegContext, leg: Leg, attempt: Attempt): void {
  resetInvite(leg)
  sendInvite(context, leg, { ...attempt, seq: attempt.seq + 1 })
}

/** As if no INVITE had been sent. */
export function resetInvite(leg: Leg): void {
  leg.usage = newInviteUsage(true)
  leg.rseqs.clear()
  leg.session = {}
  leg.state = { name: 'preparing' }
}

function fromOf({ caller, forwarded }: Dial, flow: Flow): string {
  if (caller.kind === 'inside')
    return writeNameAddr({
      displayName: forwarded?.display ?? caller.name,
      uri: localUri(caller.extension, flow),
    })
  const { number, name } = caller
  if (number === undefined) return ANONYMOUS
  return writeNameAddr({ displayName: forwarded?.display ?? name ?? number, uri: localUri(number, flow) })
}

/** Who has forwarded the call to this phone, the last first (RFC 5806 §5). */
function diversions({ forwarded }: Dial, flow: Flow): readonly (readonly [string, string])[] {
  const forwarders = forwarded?.forwarders ?? []
  return forwarders.slice(0, DIVERSIONS_MAX).map(({ number, name, reason }) => {
    const params = new Map([
      ['reason', reason],
      ['privacy', 'off'],
      ['counter', '1'],
    ])
    const uri = localUri(number, flow)
    return ['Diversion', writeNameAddr({ ...(name && { displayName: name }), uri, params })]
  })
}

function toOf(device: Party, flow: Flow): string {
  return writeNameAddr({ displayName: device.name, uri: localUri(device.sipName, flow) })
}
