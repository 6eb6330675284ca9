// A device calls (RFC 3261 §13.3): the INVITE becomes a leg, the call decides, and the answer to the offer is
// made as late as possible, when it is known what the other leg speaks.
import type { EndCause } from '@rufwerk/calls'
import { type CallId, type EndpointId, type Flow, isReliable, type LegId, randomId } from '@rufwerk/core'
import {
  type Binding,
  dialogFromRequest,
  dialogKey,
  newResponse,
  type SipRequest,
  type SipResponse,
  type TransactionId,
} from '@rufwerk/sip'
import { forwardingOf, type Refusal } from '@rufwerk/sip/session'
import { ALLOW, contactHeader, SDP_TYPE, SUPPORTED } from '../headers.ts'
import type { DeviceCredentials, IncomingCall, LegListener, Party } from '../ports.ts'
import { INCOMPATIBLE, NO_RESOURCE, TEMPORARY_FAILURE } from '../reason.ts'
import { saveLeg } from '../recovery/stored-leg.ts'
import { answerTimer } from '../session/refresh.ts'
import { accept, isReliable as isPrackWanted, respondProvisional } from '../session/reliable.ts'
import { replacedBy } from '../transfer/replaced.ts'
import { type LegContext, newSessionId, newTag, respond } from './context.ts'
import { Leg, type LegParts } from './leg.ts'
import { MediaLink, type MediaLinkOptions, type Opened, withKeysInPlain } from './media-link.ts'
import {
  answerOffer,
  configureMedia,
  isReadable,
  localOf,
  mediaAddress,
  offerOf,
  readOfferBody,
  takeOffer,
} from './negotiate.ts'
import { stepUsage } from './session-steps.ts'
import { applyListeners, applySource, preferredCodecs } from './sources.ts'
import { finish, refuse } from './teardown.ts'

const RETRY_AFTER: readonly (readonly [string, string])[] = [['Retry-After', '5']]
/** Media that cannot be opened. */
const NO_MEDIA: EndCause = { status: 503, cause: NO_RESOURCE }
/** A 2xx that the store cannot back. */
const NOT_STORED: EndCause = { status: 503, cause: TEMPORARY_FAILURE }
/** RFC 3261 §21.4.26. */
const NOT_ACCEPTABLE: EndCause = { status: 488, cause: INCOMPATIBLE }

type Told = Pick<IncomingCall, 'caller' | 'dialled' | 'address' | 'replaces'>

/** What a call is told of a device of the house that calls over this flow. */
export function deviceCall(from: DeviceCredentials, request: SipRequest, flow: Flow): Told {
  const { person, extension, name, tenant, device } = from
  const caller = { kind: 'inside', tenant, person, device, extension, name } as const
  return { caller, dialled: request.uri.user ?? '', address: flow.remote.address }
}

/** An INVITE outside a dialog, from who is known to be `device`; `told` is what the call learns of it. */
export function receiveInvite(
  context: LegContext,
  listener: LegListener,
  transaction: TransactionId,
  request: SipRequest,
  flow: Flow,
  device: Party,
  told: Told,
): void {
  const { table, counts } = context
  const mergeKey = mergeKeyOf(request)
  const isEmergency = listener.isEmergency?.(told) ?? false
  const early = refusalAtOnce(context, request, mergeKey, isEmergency)
  if (early !== undefined) {
    respond(context, transaction, request, early.status, early)
    return
  }
  const offer = readOfferBody(request, device)
  const dialog = dialogFromRequest(request, newTag(context), 'early')
  if (!dialog.ok || (offer !== undefined && !offer.ok)) {
    respond(context, transaction, request, offer?.ok === false ? offer.error.status : 400)
    return
  }
  const forwarding = forwardingOf(request, 1)
  if (!forwarding.ok) {
    respond(context, transaction, request, forwarding.error.status)
    return
  }
  const replaced = replacedBy(context, request, device)
  if (!replaced.ok) {
    respond(context, transaction, request, replaced.error)
    return
  }
  const state = {
    name: 'ringing',
    transaction,
    invite: request,
    dialog: dialog.value,
    wants: 'nothing',
  } as const
  const leg = openLeg(context, device, flow, state, replaced.value && { call: replaced.value.call })
  const refusal = answerTimer(context, leg, request)
  if (refusal !== undefined) {
    table.remove(leg)
    respond(context, transaction, request, refusal.status, refusal)
    return
  }
  leg.isEmergency = isEmergency
  leg.hopsLeft = forwarding.value.maxForwards
  leg.breadthLeft = forwarding.value.breadths[0] ?? 0
  respond(context, transaction, request, 100)
  counts.incoming += 1
  context.guard(leg, 'INVITE', () => {
    takeOffer(leg, offer?.value)
    if (offer !== undefined) leg.isWebRtc = leg.theirIce !== undefined
    table.claimMergeKey(leg, mergeKey)
    table.bindDialog(leg, dialogKey(dialog.value))
    table.openTransaction(leg, transaction)
    const { seq } = request.headers.cseq
    leg.noteInvite(seq, transaction)
    stepUsage(context, leg, { type: 'inviteReceived', seq, hasOffer: offer !== undefined })
    const replaces = replaced.value?.id
    announce(context, listener, leg, { ...told, ...(replaces === undefined ? {} : { replaces }) })
    // A refused call is none of the store's business: with a full disk it would crowd out what is to be kept.
    if (leg.state.name !== 'ringing') return
    saveLeg(context, leg)
    // With the endpoint of who is called: each message alone would wake the media process, and the 200 wait.
    if (!leg.isWebRtc) openMedia(leg, () => undefined)
  })
}

/** What needs no look at what is offered. */
function refusalAtOnce(
  context: LegContext,
  request: SipRequest,
  mergeKey: string,
  isEmergency: boolean,
): Refusal | undefined {
  const { table, counts } = context
  // RFC 3261 §8.2.2.2
  if (table.hasMergeKey(mergeKey) || table.hasCallId(request.headers.callId))
    return { status: 482, headers: [] }
  if (isFull(context, isEmergency)) {
    counts.refusedCalls += 1
    return { status: 503, headers: RETRY_AFTER }
  }
  if (isReadable(request)) return undefined
  return { status: 415, headers: [['Accept', SDP_TYPE] as const, ['Accept-Encoding', 'identity'] as const] }
}

/** The call decides; its commands to the leg may come before it has answered. */
function announce(context: LegContext, listener: LegListener, leg: Leg, told: Told): void {
  const decision = listener.onIncoming({ leg: leg.id, call: leg.call, ...told })
  if (decision !== 'accepted') drop(context, leg, decision)
}

/** 180 (RFC 3261 §13.3.1.1). */
export function ring(context: LegContext, leg: Leg): void {
  const { state } = leg
  if (state.name !== 'ringing') return
  respondProvisional(context, leg, provisional(context, leg, state, 180))
}

/** 183 with the answer, or 200 with it: what comes first makes the answer, the other repeats it. */
export function answerWith(context: LegContext, leg: Leg, wants: 'progress' | 'answer'): void {
  const { state } = leg
  if (state.name !== 'ringing' || state.wants === 'answer') return
  const isOpening = state.wants !== 'nothing' && leg.media.opened === undefined
  leg.state = { ...state, wants }
  if (isOpening) return // What is wanted now is done when the media is there.
  openMedia(leg, (opened) => {
    if (opened === undefined) drop(context, leg, NO_MEDIA)
    else proceed(context, leg, opened)
  })
}

function proceed(context: LegContext, leg: Leg, opened: Opened): void {
  const { state } = leg
  if (state.name !== 'ringing') return
  if (leg.session.offer !== undefined) {
    const sessionId = (): string => newSessionId(context)
    const answer = answerOffer(leg, opened, preferredCodecs(context, leg), sessionId)
    if (!answer.ok) {
      drop(context, leg, { ...NOT_ACCEPTABLE, status: answer.error.status })
      return
    }
    const { description, agreed } = answer.value
    leg.session = { ...leg.session, offer: undefined, ...localOf(description), agreed }
    configureMedia(leg, agreed)
    applySource(context, leg)
    applyListeners(context, leg)
  }
  if (state.wants === 'answer') commitAnswer(context, leg, opened)
  else sendProgress(context, leg, opened)
}

function sendProgress(context: LegContext, leg: Leg, opened: Opened): void {
  const { state } = leg
  if (state.name !== 'ringing') return
  // RFC 3262 §5: who made no offer can be made one, when its PRACK brings the answer.
  if (leg.session.local === undefined && isPrackWanted(state.invite, true)) offerTo(context, leg, opened)
  respondProvisional(context, leg, provisional(context, leg, state, 183, leg.session.localText))
}

function provisional(
  context: LegContext,
  leg: Leg,
  { invite, dialog }: Extract<Leg['state'], { name: 'ringing' }>,
  status: number,
  content?: string,
): SipResponse {
  const headers = [
    ['Server', context.product] as const,
    contactHeader(leg.flow, leg.contactUser),
    ['Allow', ALLOW] as const,
  ]
  const body = content === undefined ? {} : { body: { type: SDP_TYPE, content } }
  return newResponse(invite, status, { toTag: dialog.localTag, headers, ...body })
}

/** RFC 3261 §13.2.1: an INVITE without offer gets ours. */
function offerTo(context: LegContext, leg: Leg, opened: Opened): void {
  // A phone that cannot take RTP/SAVP here hangs up (RFC 3261 §13.2.2.4): there is no second offer.
  const only = leg.device.srtp === 'on' ? withKeysInPlain(opened) : opened
  const offered = offerOf(leg, only, preferredCodecs(context, leg), () => newSessionId(context))
  leg.session = { ...leg.session, ...localOf(offered), offered }
  applyListeners(context, leg)
}

/** The 200 waits until what it promises is stored; what cannot be stored is refused. */
function commitAnswer(context: LegContext, leg: Leg, opened: Opened): void {
  const { state } = leg
  if (state.name !== 'ringing') return
  if (leg.session.local === undefined) offerTo(context, leg, opened)
  const { transaction, invite } = state
  const dialog = { ...state.dialog, state: 'confirmed' as const }
  leg.state = { name: 'answering', transaction, invite, dialog }
  saveLeg(context, leg)
  whenCommitted(context, leg, (isCommitted) => {
    if (leg.state.name !== 'answering') return
    if (!isCommitted && leg.isEmergency) context.counts.uncommittedChanges += 1
    else if (!isCommitted) {
      context.counts.refusedUncommitted += 1
      drop(context, leg, NOT_STORED)
      return
    }
    accept(context, leg, answerTo(context, leg, invite, dialog.localTag))
  })
}

/** The 2xx to an INVITE of the peer, with our description and what is said of the session timer. */
export function answerTo(
  context: LegContext,
  leg: Leg,
  invite: SipRequest,
  toTag: string | undefined,
): SipResponse {
  const { localText, offered } = leg.session
  // Our offer was answered by the PRACK already (RFC 3262 §5): the 200 says nothing of it.
  const isSettled = invite.body.length === 0 && offered === undefined
  const body = localText === undefined || isSettled ? undefined : { type: SDP_TYPE, content: localText }
  const headers = [
    ['Server', context.product] as const,
    contactHeader(leg.flow, leg.contactUser),
    ['Allow', ALLOW] as const,
    SUPPORTED,
    ...(leg.timerAnswer?.headers ?? []),
  ]
  return newResponse(invite, 200, { toTag, headers, ...(body ? { body } : {}) })
}

/** Goes on when the journal has committed, or is known not to be able to. */
export function whenCommitted(context: LegContext, leg: Leg, then: (isCommitted: boolean) => void): void {
  const { journal } = context.ports
  const go = (isCommitted: boolean): void => context.guard(leg, 'answer', () => then(isCommitted))
  journal.committed().then(go, () => go(false))
}

/**
 * Opens the endpoint on the address that the peer reaches us at; `then` comes at once when it is open.
 * `wishedPort` is of plain RTP.
 */
export function openMedia(leg: Leg, then: (opened: Opened | undefined) => void, wishedPort?: number): void {
  const address = mediaAddress(leg.flow)
  if (leg.isWebRtc) leg.media.openWebRtc(address, leg.theirIce, then)
  else leg.media.openRtp({ ...address, ...(wishedPort === undefined ? {} : { wishedPort }) }, then)
}

export function openLeg(
  context: LegContext,
  device: Party,
  flow: Flow,
  state: Leg['state'],
  named?: { readonly id?: LegId; readonly call: CallId },
): Leg {
  const { ports } = context
  const newId = (): string => randomId(ports.randomBytes)
  const id = named?.id ?? (newId() as LegId)
  const call = named?.call ?? (newId() as CallId)
  const endpoint = newId() as EndpointId
  const role = named?.id === undefined ? 'incoming' : 'outgoing'
  return enterLeg(context, { id, call, role, device, flow, state, endpoint })
}

/** Puts a leg with this endpoint into the books. */
export function enterLeg(
  context: LegContext,
  parts: Omit<LegParts, 'media'> & { readonly endpoint: EndpointId },
): Leg {
  const { id, call, device, endpoint } = parts
  const media = newMediaLink(context, device, { endpoint, call, leg: id }, () => leg)
  const leg: Leg = new Leg({ ...parts, media })
  if (isReliable(leg.flow.transport)) noteBinding(leg, bindingOf(context, leg))
  if (parts.device.kind === 'trunk')
    leg.contactUser = context.trunks.line(parts.device.trunk)?.plan.contactUser ?? leg.contactUser
  context.table.add(leg)
  return leg
}

export function newMediaLink(
  context: LegContext,
  { tenant, srtp: mode = 'off' }: Party,
  names: Pick<MediaLinkOptions, 'endpoint' | 'call' | 'leg'>,
  legOf: () => Leg,
): MediaLink {
  const { ports, limits, counts } = context
  const { media, timers, randomBytes } = ports
  const srtp = { mode, randomBytes }
  const guard = (work: () => void): void => context.guard(legOf(), 'media', work)
  const isForHelp = (): boolean => context.isForHelp(legOf())
  const onRefused = (): void => {
    if (legOf().media === link) context.mediaGone(legOf())
  }
  const onSourceRefused = (): void => context.emit(legOf(), { type: 'sourceFailed' })
  const onAnnouncementRefused = (): void => context.emit(legOf(), { type: 'announced', isPlayed: false })
  const link = new MediaLink({
    ...names,
    ...{ tenant, srtp, media, timers, limits, counts, guard, isForHelp },
    ...{ onRefused, onSourceRefused, onAnnouncementRefused },
  })
  return link
}

/** Which phone this is, and since when it runs, as it registered. */
export function noteBinding(leg: Leg, binding: Binding | undefined): void {
  leg.instance = binding?.instance
  leg.boot = binding?.callId
}

function bindingOf({ registrations }: LegContext, { device, flow }: Leg): Binding | undefined {
  if (device.kind === 'trunk') return undefined
  return registrations.bindingsOf(device.sipName).find((binding) => binding.flow.id === flow.id)
}

function drop(context: LegContext, leg: Leg, cause: EndCause): void {
  refuse(context, leg, cause)
  finish(context, leg, { type: 'ended', by: 'us', cause: cause.cause })
}

function isFull({ table, limits }: LegContext, isEmergency: boolean): boolean {
  const more = isEmergency ? limits.emergencyLegsMax : 0
  return table.legs() >= limits.legsMax + more || table.inSetup() >= limits.legsInSetupMax + more
}

function mergeKeyOf(request: SipRequest): string {
  const { callId, fromTag, cseq } = request.headers
  return `${callId} ${fromTag ?? ''} ${cseq.seq}`
}
