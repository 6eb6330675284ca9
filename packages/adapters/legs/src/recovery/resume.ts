// A browser page that was loaded anew gets its answered call back: the page knows nothing of the dialog, so
// that is forgotten without a BYE, and the leg goes on in another one, which an INVITE of ours makes. It says
// by Target-Dialog (RFC 4538) which call it is about, and by Answer-Mode (RFC 5373) that nobody needs to be
// asked. The call knows nothing of it. Within the time that the leg waits for its connection, or not at all.
import { randomId } from '@rufwerk/core'
import {
  type Binding,
  type Dialog,
  dialogFromResponse,
  dialogKey,
  newInviteUsage,
  newRequest,
  parseNameAddr,
  type SipRequest,
  type SipResponse,
  writeNameAddr,
} from '@rufwerk/sip'
import { contactTarget, NO_SESSION_TIMER } from '@rufwerk/sip/session'
import { localUri, SDP_TYPE } from '../headers.ts'
import { type LegContext, newSessionId, newTag } from '../leg/context.ts'
import { noteBinding, openMedia } from '../leg/incoming.ts'
import type { Leg } from '../leg/leg.ts'
import type { Opened } from '../leg/media-link.ts'
import { localOf, offerOf } from '../leg/negotiate.ts'
import { tooLate } from '../leg/responses.ts'
import { stepUsage } from '../leg/session-steps.ts'
import { ackAndBye, cancelInvite, finish, qualityOf, sendBye } from '../leg/teardown.ts'
import {
  CAUSE_NORMAL,
  INCOMPATIBLE,
  NETWORK_OUT_OF_ORDER,
  NO_RESOURCE,
  TEMPORARY_FAILURE,
} from '../reason.ts'
import { noteSuccess, sessionHeaders } from '../session/refresh.ts'
import { takeReAnswer } from '../session/renegotiate.ts'
import { replaceMedia } from './renewal.ts'
import { saveLeg } from './stored-leg.ts'

/** The person hung up before the call was back. */
const DECLINED = 603
const NOT_TAKEN = { by: 'network', cause: NETWORK_OUT_OF_ORDER } as const

/** One INVITE to the page, for one leg. */
interface Attempt {
  readonly leg: Leg
  readonly binding: Binding
  readonly callId: string
  readonly invite: SipRequest
}

/**
 * The leg of a page that is gone is offered to the one that registered as `binding` in its place. Its timer
 * `flow` runs on until that page has answered.
 */
export function resumeLeg(context: LegContext, leg: Leg, binding: Binding): void {
  const { state } = leg
  // Its call is over, and only the end of a transfer was to be told to the page before.
  if (leg.endCause !== undefined) {
    finish(context, leg, { type: 'ended', by: 'us', cause: leg.endCause })
    return
  }
  if (state.name === 'confirmed') leaveDialog(context, leg)
  else if (state.name !== 'resuming' || state.flow?.id === binding.flow.id) return
  else cancelInvite(context, leg, TEMPORARY_FAILURE)
  const replaced = state.name === 'confirmed' ? state.dialog : state.replaced
  const callId = randomId(context.ports.randomBytes)
  leg.flow = binding.flow
  leg.state = { name: 'resuming', replaced, callId, flow: binding.flow, transaction: undefined }
  const before = replaceMedia(context, leg)
  openMedia(leg, (opened) => {
    if (!isAt(leg, callId)) return
    if (opened === undefined) finish(context, leg, { type: 'ended', by: 'network', cause: NO_RESOURCE })
    else {
      context.emit(leg, { type: 'renewed' })
      sendInvite(context, leg, binding, replaced, opened)
    }
  })
  // After the other: a restart of call control in between finds one of them.
  const { isEncrypted } = before
  context.recordings.closes(before.endpoint)
  before.close((stats) => {
    if (stats !== undefined && leg.state.name !== 'ended') context.emit(leg, qualityOf(stats, isEncrypted))
  })
}

/** What belonged to the dialog goes with it. */
function leaveDialog(context: LegContext, leg: Leg): void {
  for (const name of [...leg.timers.keys()]) if (name !== 'flow') leg.stopTimer(name)
  context.table.forgetDialog(leg)
  const spoken = leg.session.agreed?.send.name
  if (spoken !== undefined) leg.theirCodecs = [...new Set([spoken, ...leg.theirCodecs])]
  leg.renew = undefined
  leg.onRetry = () => undefined
  leg.ack = undefined
  leg.reliable = undefined
  leg.serverInvites.clear()
  leg.rseqs.clear()
  leg.sessionTimer = NO_SESSION_TIMER
  leg.timerAnswer = undefined
  leg.allowsUpdate = false
  leg.wish = undefined
  leg.branch = undefined
}

function sendInvite(context: LegContext, leg: Leg, binding: Binding, replaced: Dialog, opened: Opened): void {
  if (leg.state.name !== 'resuming') return
  const { callId } = leg.state
  leg.session = {}
  // Whom it held before does not hear it in between.
  const direction = leg.isHeld ? 'recvonly' : 'sendrecv'
  const offered = offerOf(leg, opened, leg.theirCodecs, () => newSessionId(context), direction)
  leg.session = { ...localOf(offered), offered }
  leg.usage = newInviteUsage(true)
  context.table.claimCallId(leg, callId)
  const { requestUri, routes } = contactTarget(binding)
  const invite = newRequest({
    method: 'INVITE',
    uri: requestUri,
    from: `${partyOf(leg, replaced)};tag=${newTag(context)}`,
    to: writeNameAddr({ displayName: leg.device.name, uri: localUri(leg.device.sipName, leg.flow) }),
    callId,
    seq: 1,
    headers: [
      ...routes.map((route) => ['Route', route] as const),
      ...sessionHeaders(context, leg),
      ['Target-Dialog', nameOf(replaced)],
      ['Answer-Mode', 'Auto'],
      ['User-Agent', context.product],
    ],
    body: { type: SDP_TYPE, content: leg.session.localText ?? '' },
  })
  stepUsage(context, leg, { type: 'inviteSent', seq: 1, hasOffer: true })
  const attempt = { leg, binding, callId, invite }
  const transaction = context.transactions.request(invite, leg.flow, userOf(context, attempt))
  // It may have failed already.
  if (leg.state.name === 'resuming' && leg.state.flow !== undefined) leg.state = { ...leg.state, transaction }
}

/** As the page knows its dialog (RFC 4538 §3): what is local to us is remote to it. */
function nameOf({ callId, localTag, remoteTag }: Dialog): string {
  return `${callId};local-tag=${remoteTag};remote-tag=${localTag}`
}

/** Whom the page talks to, as it knew it. */
function partyOf({ device, flow }: Leg, { localAddress }: Dialog): string {
  const known = parseNameAddr(localAddress)
  if (!known.ok) return writeNameAddr({ displayName: '', uri: localUri(device.sipName, flow) })
  const { displayName, uri } = known.value
  return writeNameAddr({ ...(displayName === undefined ? {} : { displayName }), uri })
}

function isAt({ state }: Leg, callId: string): boolean {
  return state.name === 'resuming' && state.callId === callId
}

function userOf(context: LegContext, attempt: Attempt) {
  const { leg, callId, invite } = attempt
  return {
    onResponse: (response: SipResponse, from: Binding['flow']) => {
      if (isAt(leg, callId)) context.guard(leg, 'resume', () => responded(context, attempt, response))
      else if (leg.dialog?.callId === callId) repeated(context, attempt, response)
      else tooLate(context, invite, response, from)
    },
    onFailed: (why: 'timeout' | 'transport' | 'limit') => {
      const { state } = leg
      if (state.name !== 'resuming' || state.callId !== callId) return
      // The page went again: the next one may come before the time is over.
      if (why === 'transport') leg.state = { ...state, flow: undefined, transaction: undefined }
      else
        context.guard(leg, 'resume', () =>
          finish(context, leg, { type: 'ended', by: 'network', cause: NETWORK_OUT_OF_ORDER }),
        )
    },
  }
}

function responded(context: LegContext, attempt: Attempt, response: SipResponse): void {
  const { leg, binding, invite } = attempt
  const { status, headers } = response
  if (status < 200) return
  if (status >= 300) {
    const end = status === DECLINED ? ({ by: 'peer', cause: CAUSE_NORMAL } as const) : NOT_TAKEN
    finish(context, leg, { type: 'ended', ...end })
    return
  }
  const created = dialogFromResponse(invite, response)
  if (!created.ok) {
    finish(context, leg, { type: 'ended', ...NOT_TAKEN })
    return
  }
  leg.state = { name: 'confirmed', dialog: created.value }
  noteBinding(leg, binding)
  leg.stopTimer('flow')
  context.table.noteFound(leg)
  context.table.bindDialog(leg, dialogKey(created.value))
  stepUsage(context, leg, {
    type: 'responseReceived',
    seq: headers.cseq.seq,
    status,
    hasSdp: response.body.length > 0,
  })
  if (!takeReAnswer(context, leg, response)) {
    sendBye(context, leg, INCOMPATIBLE)
    finish(context, leg, { type: 'ended', by: 'us', cause: INCOMPATIBLE })
    return
  }
  noteSuccess(context, leg, response)
  saveLeg(context, leg)
  const { renew } = leg
  leg.renew = undefined
  renew?.()
}

/** The same 2xx gets the same ACK; one of somebody else gets ACK and BYE (RFC 3261 §13.2.2.4). */
function repeated(context: LegContext, { leg, invite, binding }: Attempt, response: SipResponse): void {
  const { status, headers } = response
  if (status < 200 || status >= 300) return
  if (headers.toTag !== leg.dialog?.remoteTag) ackAndBye(context, invite, response, binding.flow)
  else
    context.guard(leg, 'repeated response', () =>
      stepUsage(context, leg, { type: 'responseReceived', seq: headers.cseq.seq, status, hasSdp: true }),
    )
}
