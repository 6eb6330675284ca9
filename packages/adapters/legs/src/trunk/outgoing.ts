// A call to a carrier (RFC 3261 §13.2, RFC 3263 §4.3): the INVITE with the numbers as its trunk wants them,
// credentials when it asks, the next of its servers when one is silent or busy. Refuses nothing by itself: an
// emergency call comes here, too.
import type { LegPort } from '@rufwerk/calls'
import { type Flow, randomId } from '@rufwerk/core'
import { profilesToOffer } from '@rufwerk/sdp/crypto'
import { newRequest, type SipRequest, type SipResponse, writeUri } from '@rufwerk/sip'
import {
  type CallLines,
  callLines,
  type DigestClient,
  digestHeaders,
  NO_CHALLENGES,
  receiveChallenge,
} from '@rufwerk/sip/trunk'
import { SDP_TYPE } from '../headers.ts'
import { armLeg, type LegContext, newSessionId, newTag } from '../leg/context.ts'
import { openLeg, openMedia } from '../leg/incoming.ts'
import type { Leg } from '../leg/leg.ts'
import { type Opened, withProfile } from '../leg/media-link.ts'
import { localOf, offerOf } from '../leg/negotiate.ts'
import { begin, type DialRefusal, resetInvite } from '../leg/outgoing.ts'
import { responded, tooLate } from '../leg/responses.ts'
import { stepUsage } from '../leg/session-steps.ts'
import { finish } from '../leg/teardown.ts'
import { causeOf, INTERWORKING, NETWORK_OUT_OF_ORDER, NO_RESOURCE } from '../reason.ts'
import { raiseWish, sessionHeaders } from '../session/refresh.ts'
import type { TrunkLine } from './line.ts'
import { type Reached, serverKey } from './servers.ts'

type Order = Parameters<LegPort['dial']>[0]
type ToTrunk = Extract<Order['destination'], { readonly to: 'trunk' }>
type TrunkAttempt = ToTrunk['attempt']

const UNREACHABLE = { status: 503, cause: NETWORK_OUT_OF_ORDER } as const
/** Theirs is no answer to the call: the next trunk may do better. */
const NOT_FOLLOWED = { status: 502, cause: INTERWORKING } as const
const NOT_ACCEPTABLE: ReadonlySet<number> = new Set([488, 606])

/** What stays through all attempts of one leg. */
interface Attempt {
  readonly order: Order
  readonly line: TrunkLine
  readonly lines: CallLines
  readonly opened: Opened
  readonly reached: Reached
  readonly tag: string
  readonly callId: string
  readonly seq: number
  readonly digest: DigestClient
  /** Servers that were tried. */
  readonly tried: Set<string>
  readonly profiles: ReturnType<typeof profilesToOffer>
}

/** Starts the leg. Undefined, or why nothing was started. */
export function dialTrunk(
  context: LegContext,
  order: Order,
  { attempt: wanted, isEmergency }: ToTrunk,
): DialRefusal | undefined {
  const line = context.trunks.line(wanted.trunk)
  const lines = line && linesOf(line, wanted, order)
  if (line === undefined || lines === undefined) return UNREACHABLE
  const { party, contactUser } = line.plan
  const state = { name: 'preparing' } as const
  const leg = openLeg(context, party, standIn(order), state, { id: order.leg, call: order.call })
  leg.contactUser = lines.contactUser || contactUser
  leg.isEmergency = isEmergency === true
  context.counts.outgoing += 1
  context.counts.trunkCallsOut += 1
  const tried = new Set<string>()
  reach(context, leg, line, tried, (reached) => {
    openMedia(leg, (opened) => {
      if (opened === undefined) {
        fail(context, leg, { status: 503, cause: NO_RESOURCE })
        return
      }
      if (leg.state.name !== 'preparing') return
      const callId = randomId(context.ports.randomBytes)
      context.table.claimCallId(leg, callId)
      const profiles = profilesToOffer(party.srtp ?? 'off')
      const ids = { tag: newTag(context), callId, seq: 1 }
      const first = { order, line, lines, opened, reached, ...ids, digest: NO_CHALLENGES, tried, profiles }
      sendInvite(context, leg, first)
    })
  })
  return undefined
}

/** Until the carrier is reached; nothing is sent over it. */
function standIn({ leg }: Order): Flow {
  const nowhere = { address: '0.0.0.0', port: 0 }
  return { id: `none:${leg}`, transport: 'udp', local: nowhere, remote: nowhere }
}

/**
 * A caller that the carrier does not take, or none at all, must not stop the call: then the carrier says who
 * it is by the account.
 */
function linesOf({ plan }: TrunkLine, wanted: TrunkAttempt, { caller }: Order): CallLines | undefined {
  const { number: called, isHidden, forwarders = [] } = wanted
  const displayName = caller.kind === 'inside' ? caller.name : undefined
  const named =
    wanted.caller === undefined ? undefined : { caller: wanted.caller, called, isHidden, forwarders }
  const lines = named && callLines(plan.identity, { ...named, ...(displayName && { displayName }) })
  if (lines?.ok) return lines.value
  const plain = { ...plan.identity, from: 'account', identity: 'none', contact: 'account' } as const
  const bare = callLines(plain, { caller: '0', called, isHidden })
  return bare.ok ? bare.value : undefined
}

function reach(
  context: LegContext,
  leg: Leg,
  line: TrunkLine,
  tried: Set<string>,
  then: (reached: Reached) => void,
): void {
  const settle = (reached: Reached | undefined): void =>
    context.guard(leg, 'carrier', () => {
      if (leg.state.name !== 'preparing') return
      if (reached === undefined) {
        fail(context, leg, UNREACHABLE)
        return
      }
      leg.flow = reached.flow
      then(reached)
    })
  line.reach(tried).then(settle, () => settle(undefined))
}

function fail(context: LegContext, leg: Leg, why: { readonly status: number; readonly cause: number }): void {
  context.counts.trunkCallsFailed += 1
  finish(context, leg, { type: 'refused', ...why })
}

function sendInvite(context: LegContext, leg: Leg, attempt: Attempt): void {
  const { order, line, lines, opened, callId, seq, tag } = attempt
  const caller = context.table.get(order.callerLeg)
  const profiled = withProfile(opened, attempt.profiles[0])
  const offered = offerOf(leg, profiled, caller?.theirCodecs ?? [], () => newSessionId(context))
  const local = localOf(offered)
  leg.session = { ...local, offered }
  const { digest, credentials } = credentialsOf(context, attempt)
  const invite = newRequest({
    method: 'INVITE',
    uri: lines.requestUri,
    from: `${lines.from};tag=${tag}`,
    to: lines.to,
    callId,
    seq,
    ...(caller === undefined ? {} : { maxForwards: caller.hopsLeft }),
    headers: [
      ...line.routes().map((route) => ['Route', route] as const),
      ...sessionHeaders(context, leg),
      ...lines.headers,
      ...credentials,
      ['User-Agent', context.product],
    ],
    body: { type: SDP_TYPE, content: local.localText ?? '' },
  })
  stepUsage(context, leg, { type: 'inviteSent', seq, hasOffer: true })
  const user = userOf(context, leg, { ...attempt, digest }, invite)
  const transaction = context.transactions.request(invite, leg.flow, user)
  begin(context, leg, transaction)
  // Not even a 100: the server is gone, and another one is asked long before the transaction gives up.
  if (leg.state.name === 'calling')
    armLeg(context, leg, 'carrier', context.limits.carrierAnswersWithin, () => {
      line.flowFailed()
      context.transactions.drop(transaction)
    })
}

/** Only ever for the servers of the trunk, over its transport: nobody else gets here. */
function credentialsOf({ ports }: LegContext, { line, lines, digest }: Attempt) {
  const { settings } = line.plan
  const { authUser: user = settings.account, password } = settings
  if (password === undefined) return { digest, credentials: [] }
  const cnonce = Buffer.from(ports.randomBytes(12)).toString('hex')
  const asked = { method: 'INVITE', uri: writeUri(lines.requestUri), cnonce }
  const { client, headers } = digestHeaders(digest, { user, password: password() }, asked)
  return { digest: client, credentials: headers }
}

function userOf(context: LegContext, leg: Leg, attempt: Attempt, invite: SipRequest) {
  return {
    onResponse: (response: SipResponse, from: Flow) => {
      if (leg.state.name === 'ended') tooLate(context, invite, response, from)
      else
        context.guard(leg, 'response', () => {
          leg.stopTimer('carrier')
          if (response.status < 300) responded(context, leg, invite, response, from)
          else refused(context, leg, attempt, response)
        })
    },
    onFailed: () => {
      if (leg.state.name !== 'calling' && leg.state.name !== 'preparing') return
      context.guard(leg, 'INVITE failed', () => tryNextServer(context, leg, attempt, UNREACHABLE))
    },
  }
}

function refused(context: LegContext, leg: Leg, attempt: Attempt, response: SipResponse): void {
  if (leg.state.name !== 'calling') return
  const { status, headers } = response
  if (status === 401 || status === 407) {
    challenged(context, leg, attempt, response)
    return
  }
  if (status === 422 && raiseWish(context, leg, response)) {
    again(context, leg, attempt)
    return
  }
  const profiles = attempt.profiles.slice(1)
  if (NOT_ACCEPTABLE.has(status) && profiles.length > 0) {
    again(context, leg, { ...attempt, profiles })
    return
  }
  // RFC 3263 §4.3: this server cannot, another one may.
  if (status === 503) {
    tryNextServer(context, leg, attempt, { status, cause: causeOf(status, headers) })
    return
  }
  stepUsage(context, leg, { type: 'responseReceived', seq: attempt.seq, status, hasSdp: false })
  if (status >= 500) context.counts.trunkCallsFailed += 1
  // Deviates from RFC 3261 §8.1.3.4: who is called, and pays, is not for the carrier to say.
  if (status < 400) fail(context, leg, NOT_FOLLOWED)
  else finish(context, leg, { type: 'refused', status, cause: causeOf(status, headers) })
}

function challenged(context: LegContext, leg: Leg, attempt: Attempt, response: SipResponse): void {
  const { settings } = attempt.line.plan
  const digest = receiveChallenge(attempt.digest, response)
  if (digest.ok && settings.password !== undefined) {
    again(context, leg, { ...attempt, digest: digest.value })
    return
  }
  const why = digest.ok ? 'no password' : digest.error
  context.ports.log.warn('carrier refuses our credentials', { trunk: settings.id, why })
  fail(context, leg, UNREACHABLE)
}

/** The next server of the carrier; without one the leg is refused with `otherwise`. */
function tryNextServer(
  context: LegContext,
  leg: Leg,
  attempt: Attempt,
  otherwise: { readonly status: number; readonly cause: number },
): void {
  const { line, tried } = attempt
  tried.add(serverKey(attempt.reached.target))
  renew(leg)
  line.reach(tried).then(
    (reached) =>
      context.guard(leg, 'next server', () => {
        if (leg.state.name !== 'preparing') return
        if (reached === undefined) {
          fail(context, leg, otherwise)
          return
        }
        leg.flow = reached.flow
        // The nonces of one server mean nothing to another.
        sendInvite(context, leg, { ...attempt, reached, digest: NO_CHALLENGES, seq: attempt.seq + 1 })
      }),
    () => context.guard(leg, 'next server', () => fail(context, leg, otherwise)),
  )
}

function again(context: LegContext, leg: Leg, attempt: Attempt): void {
  renew(leg)
  sendInvite(context, leg, { ...attempt, seq: attempt.seq + 1 })
}

function renew(leg: Leg): void {
  leg.stopTimer('carrier')
  resetInvite(leg)
}
