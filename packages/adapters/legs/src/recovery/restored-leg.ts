// One leg made of what was stored and of what the media process says about its endpoint.
import type { StoredLeg } from '@rufwerk/calls'
import { type Flow, isReliable, type LegId } from '@rufwerk/core'
import type { EndpointSnapshot } from '@rufwerk/media-control'
import { type Agreed, parseSdp } from '@rufwerk/sdp'
import { dialogKey } from '@rufwerk/sip'
import { type DialogState, restoreDialog } from '@rufwerk/sip/session'
import { adoptAnnounced } from '../leg/announce.ts'
import { type LegContext, partyOf } from '../leg/context.ts'
import { enterLeg } from '../leg/incoming.ts'
import type { Leg } from '../leg/leg.ts'
import { agreedSrtpOf } from '../leg/media-link.ts'
import { withSecrets } from './secrets.ts'
import type { StoredState } from './stored-leg.ts'

/** Nobody sends requests faster in a dialog, and a leg that stands for a year is within 31 bits. */
const MS_PER_SEQ = 100

/** An answered leg in the books, or undefined when what is stored does not make one. Nothing is sent. */
export function restoreLeg(
  context: LegContext,
  stored: StoredLeg,
  state: StoredState,
  snapshot: EndpointSnapshot | undefined,
): Leg | undefined {
  const device = partyOf(context, state.device)
  const dialog = dialogAfterRestart(context, state)
  if (device === undefined || dialog === undefined) return undefined
  const leg = enterLeg(context, {
    id: stored.leg,
    call: stored.call,
    role: state.role,
    device,
    flow: flowAfterRestart(state.flow, stored.leg),
    state: { name: 'confirmed', dialog: dialog.dialog },
    endpoint: snapshot?.endpoint ?? state.endpoint,
  })
  leg.usage = { ...dialog.usage, isEstablished: true }
  leg.sessionTimer = dialog.timer
  leg.allowsUpdate = state.allowsUpdate === true
  leg.isEmergency = state.isEmergency === true
  leg.instance = state.instance
  leg.boot = state.boot
  leg.branch = state.branch
  leg.contactUser = state.contactUser ?? leg.contactUser
  leg.isHeld = state.isHeld
  leg.isWebRtc = state.isWebRtc
  leg.theirCodecs = state.codecs
  if (leg.dialog !== undefined) context.table.bindDialog(leg, dialogKey(leg.dialog))
  const hasMedia = snapshot !== undefined && leg.media.adopt(snapshot)
  restoreMix(context, leg, state, hasMedia ? snapshot : undefined)
  if (snapshot !== undefined) context.recordings.adopt(leg.id, snapshot)
  const agreed = hasMedia ? agreedOf(snapshot, state.isHeld) : undefined
  // The keys of this endpoint go on; another one gets new ones.
  if (hasMedia) leg.keysOf = snapshot.ssrc
  const local = localOf(state, snapshot, context.ports.randomBytes)
  leg.session = { ...local, remoteText: state.remote, ...(agreed ? { agreed } : {}) }
  return leg
}

/**
 * The media process knows best whether the leg is in a mix, and as what, unless its endpoint is a new one; by
 * whom alone it is heard is stored under the names of legs.
 */
function restoreMix(
  context: LegContext,
  leg: Leg,
  { mix: stored }: StoredState,
  snapshot: EndpointSnapshot | undefined,
): void {
  const isKnown = snapshot?.configuration !== undefined
  const open = snapshot?.source.type === 'mix' ? snapshot.source : undefined
  const { mix, isMuted } = (isKnown ? open : stored) ?? {}
  if (mix === undefined || isMuted === undefined) return
  const isPublic = isKnown ? open?.heardBy === undefined : stored?.heardBy === undefined
  const heardBy = isPublic ? undefined : stored?.mix === mix ? (stored.heardBy ?? []) : []
  leg.source = { type: 'mix', mix, isMuted, ...(heardBy && { heardBy }) }
  leg.isSourceApplied = isKnown
  context.table.mixes.enter(leg, mix)
  if (snapshot !== undefined) adoptAnnounced(context, leg, snapshot)
}

/**
 * The dialog of an answered leg, with what goes with it. Its CSeq is higher with each restart: what the run
 * before said under numbers of its own may not be stored.
 */
export function dialogAfterRestart({ ports }: LegContext, state: StoredState): DialogState | undefined {
  const now = ports.wallTime()
  const restored = restoreDialog(state.dialog, ports.timers.now(), now)
  if (!restored.ok) return undefined
  const { dialog, ...rest } = restored.value
  const localSeq = dialog.localSeq + Math.max(0, Math.floor((now - state.at) / MS_PER_SEQ))
  return { ...rest, dialog: { ...dialog, localSeq, state: 'confirmed' } }
}

/** A connection did not survive, and its name may be given to another one. */
export function flowAfterRestart(flow: Flow, leg: LegId): Flow {
  return isReliable(flow.transport) ? { ...flow, id: `lost:${leg}` } : flow
}

/** The last description: the session goes on with its id, its keys, and the next version. */
function localOf(
  { local }: StoredState,
  snapshot: EndpointSnapshot | undefined,
  randomBytes: (size: number) => Uint8Array,
): Pick<Leg['session'], 'local' | 'localText'> {
  if (local === undefined) return {}
  const text = withSecrets(local, snapshot, randomBytes)
  const parsed = parseSdp(text)
  return parsed.ok ? { local: parsed.value, localText: text } : {}
}

function agreedOf({ configuration, local }: EndpointSnapshot, isHeldByPeer: boolean): Agreed | undefined {
  if (configuration === undefined) return undefined
  const { remote, dtmf, receiveDtmf, srtp, ...rest } = configuration
  return {
    ...rest,
    isHeldByPeer,
    ...(dtmf ? { dtmf } : {}),
    receiveDtmf: receiveDtmf ?? (dtmf ? [dtmf] : []),
    ...(remote ? { rtp: remote } : {}),
    ...(srtp ? { srtp: agreedSrtpOf(srtp) } : {}),
    ...(local.type === 'webrtc' && local.remote ? { iceDtls: local.remote } : {}),
  }
}
