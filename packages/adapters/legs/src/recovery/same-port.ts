// Where a media process died, a peer with plain RTP goes on sending to a port that nobody has. When the next
// process has that port, sound is back without a word to the peer. Not so with SRTP, whose keys and rollover
// counters died, nor with ICE: those get another endpoint by re-INVITE, as does who does not get its port.
import { type Ms, ms } from '@rufwerk/core'
import { STATS_INTERVAL } from '@rufwerk/media-control'
import { parseSdp, readAnswer, readAudio, type SessionDescription } from '@rufwerk/sdp'
import { armLeg, type LegContext } from '../leg/context.ts'
import { openMedia } from '../leg/incoming.ts'
import type { Leg } from '../leg/leg.ts'
import type { LostEnd, Opened } from '../leg/media-link.ts'
import { sendReInvite } from '../session/refresh.ts'
import { agree } from '../session/renegotiate.ts'
import { replaceMedia } from './renewal.ts'
import type { StoredState } from './stored-leg.ts'

/** Media tells of what it hears every STATS_INTERVAL; a second for the way. */
const HEARD_WITHIN: Ms = ms(STATS_INTERVAL + 1_000)

/** Before the endpoint is given up. One that was being opened again, and died, too, is still where it was. */
export function noteLostEnd(leg: Leg): void {
  const { media, session } = leg
  if (!media.isConfigured) return
  const { local, agreed, offered, offer } = session
  const isSettled = offered === undefined && offer === undefined
  leg.lostEnd = isSettled && local && agreed ? lostEndOf(leg, local, agreed) : undefined
}

/**
 * After the end of both processes, from both descriptions: whoever of us made the offer, what both listed is
 * what was agreed on.
 */
export function restoreLostEnd(leg: Leg, { remote, isHeld, isOffered }: StoredState): void {
  const { local } = leg.session
  if (local === undefined || remote === undefined || isOffered === true || leg.isWebRtc) return
  const theirs = parseSdp(remote)
  if (!theirs.ok || plainEndOf(local) === undefined) return
  const agreed = readAnswer(local, theirs.value)
  if (agreed.ok) leg.lostEnd = lostEndOf(leg, local, { ...agreed.value, isHeldByPeer: isHeld })
}

/**
 * Opens the endpoint where it was and takes up what was agreed on. Tells whether the leg needs another way,
 * unless the media process dies meanwhile.
 */
export function reopenMedia(context: LegContext, leg: Leg, then: (isToOffer: boolean) => void): void {
  const { lostEnd } = leg
  if (leg.state.name !== 'confirmed' || leg.media.opened !== undefined || lostEnd === undefined) {
    then(false)
    return
  }
  leg.lostEnd = undefined
  const { at, agreed } = lostEnd
  replaceMedia(context, leg).close(() => undefined)
  const settle = (opened: Opened | undefined): void => {
    const isThere = isAt(opened, at)
    then(!isThere && leg.state.name === 'confirmed')
    if (!isThere || leg.state.name !== 'confirmed') return
    context.counts.mediaReopened += 1
    leg.session = { ...leg.session, agreed }
    agree(context, leg)
    context.emit(leg, { type: 'renewed' })
    if (agreed.direction === 'sendrecv') expectSound(context, leg)
  }
  openMedia(leg, settle, at.port)
}

/** Its peer is heard where it was: it sends to there. */
export function noteHeard(leg: Leg): void {
  leg.stopTimer('heard')
}

/**
 * A peer that took another port just before the end of both, and whose answer was not stored, sends to that
 * one. So who is not heard is told where we are.
 */
function expectSound(context: LegContext, leg: Leg): void {
  armLeg(context, leg, 'heard', HEARD_WITHIN, () => {
    if (leg.state.name !== 'confirmed' || leg.media.opened === undefined) return
    const isSent = !context.table.isLost(leg) && sendReInvite(context, leg)
    if (isSent) leg.onRetry = () => expectSound(context, leg)
    else expectSound(context, leg)
  })
}

function lostEndOf(leg: Leg, local: SessionDescription, agreed: LostEnd['agreed']): LostEnd | undefined {
  const at = plainEndOf(local)
  const isPlain = agreed.srtp === undefined && agreed.rtp !== undefined && leg.device.srtp !== 'required'
  return at !== undefined && isPlain ? { at, agreed } : undefined
}

/** Where our description says that we hear plain RTP, and offer nothing else. */
function plainEndOf(local: SessionDescription): LostEnd['at'] | undefined {
  const audio = readAudio(local, 'on')
  if (!audio.ok || audio.value.crypto !== undefined) return undefined
  return audio.value.rtp?.rtp
}

function isAt(opened: Opened | undefined, { address, port }: LostEnd['at']): boolean {
  if (opened?.transport.type !== 'rtp') return false
  const { rtp } = opened.transport
  return rtp.port === port && rtp.address === address
}
