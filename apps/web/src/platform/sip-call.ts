// One JsSIP session, its sound and its quality. Turns JsSIP's events into our facts, and our commands into
// JsSIP's methods. Media: audio only, one bundled transport with rtcp-mux.

import type {
  EndEvent,
  IncomingEvent,
  Originator,
  OutgoingEvent,
  ReferOptions,
  RTCSession,
} from 'jssip/lib/RTCSession'
import type { IncomingRequest, IncomingResponse } from 'jssip/lib/SIPMessage'
import type { CallEnd, CallFact } from '../state/call.ts'
import { type CallQuality, type ReceivedTotals, sampleQuality } from '../state/quality.ts'
import { IceRestart, type RestartPorts } from './ice-restart.ts'
import { stopStream } from './microphone.ts'
import { readConnection } from './received-totals.ts'
import { readFailure, readHangUp, type SipEnd } from './sip-cause.ts'

/**
 * After the first candidate, others on this machine follow within moments; the server learns late ones
 * itself.
 */
const GATHER_MS = 100
const QUALITY_INTERVAL_MS = 2_000

/** How an INVITE is refused. 481: the call that is given back is none of ours. */
const STATUS_OF = { 'hang-up': 603, decline: 603, busy: 486, unknown: 481 } as const

/** RFC 4733 events long enough for slow receivers. */
const DTMF = { duration: 120, interToneGap: 70, transportType: 'RFC2833' } as const

/** What JsSIP knows of a message beyond what its types say. */
export interface DialogMessage {
  readonly call_id: string
  readonly from_tag: string
  readonly to_tag: string
}

/** A dialog as we see it. */
export interface DialogNames {
  readonly callId: string
  readonly local: string
  readonly remote: string
}

/** What JsSIP gives for a REFER; its types do not know it. */
interface Referral {
  on(event: 'requestFailed' | 'failed', listener: () => void): void
}

interface SinkAudio extends HTMLAudioElement {
  setSinkId(id: string): Promise<void>
}

export type CallPath = Pick<RestartPorts, 'canSignal' | 'reconnect' | 'configuration'>

/** `returning`: one of the page before, which the server gives back by an INVITE. */
export type Direction = 'outgoing' | 'incoming' | 'returning'

export class SipCall {
  readonly #path: CallPath
  readonly #onFact: (fact: CallFact) => void
  readonly #direction: Direction
  readonly #audio = document.createElement('audio') as SinkAudio
  #session: RTCSession | undefined
  #dialog: DialogNames | undefined
  #connection: RTCPeerConnection | undefined
  #microphone: MediaStream | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #totals: ReceivedTotals | undefined
  #history: CallQuality['history'] = []
  #isEndedByUs = false
  #hasEnded = false

  constructor(
    direction: Direction,
    speaker: string | undefined,
    path: CallPath,
    onFact: (fact: CallFact) => void,
  ) {
    this.#path = path
    this.#direction = direction
    this.#onFact = onFact
    this.#audio.autoplay = true
    this.setSpeaker(speaker)
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  get isEndedByUs(): boolean {
    return this.#isEndedByUs
  }

  /** The microphone belongs to the call from here on: it is switched off when the call ends. */
  setMicrophone(stream: MediaStream): void {
    const old = this.#microphone
    this.#microphone = stream
    const track = stream.getAudioTracks()[0]
    const sender = this.#connection?.getSenders().find(({ track: sent }) => sent?.kind === 'audio')
    if (!track || !sender) return
    track.enabled = sender.track?.enabled ?? true
    sender.replaceTrack(track).then(
      () => stopStream(old),
      () => stopStream(stream),
    )
  }

  setSpeaker(speaker: string | undefined): void {
    if (!('setSinkId' in this.#audio)) return
    // A device that is gone: sound stays where it was.
    this.#audio.setSinkId(speaker ?? '').catch(() => undefined)
  }

  /** Listens to a session that just began; `invite` is what began it, where it came from the server. */
  attach(session: RTCSession, invite?: DialogMessage): void {
    this.#session = session
    this.#keepPath()
    const fact = this.#onFact
    session.on('sending', () => fact({ type: 'sent' }))
    session.on('progress', (event: IncomingEvent | OutgoingEvent) => {
      if (this.#direction !== 'outgoing') return
      const response = 'response' in event ? event.response : undefined
      // A 100 never comes here. 183 with SDP, or any 18x with SDP: the far side sounds already.
      fact({ type: 'ringing', isAudible: Boolean(response?.body) })
    })
    session.on('accepted', (event: IncomingEvent | OutgoingEvent) => {
      this.#dialog = dialogOf(event, invite)
      fact({ type: 'answered', at: Date.now(), dialog: targetDialog(this.#dialog) })
      this.#watchQuality()
    })
    session.on('hold', ({ originator }) => fact({ type: 'held', by: sideOf(originator) }))
    session.on('unhold', ({ originator }) => fact({ type: 'resumed', by: sideOf(originator) }))
    session.on('muted', ({ audio }) => audio && fact({ type: 'muted', isMuted: true }))
    session.on('unmuted', ({ audio }) => audio && fact({ type: 'muted', isMuted: false }))
    session.on('icecandidate', ({ ready }) => setTimeout(ready, GATHER_MS))
    session.on('failed', (event) => {
      const end = readEnd(event)
      const direction = this.#direction
      this.ended(direction === 'returning' ? readHangUp(end) : readFailure(end, direction, this.#isEndedByUs))
    })
    session.on('ended', (event) => this.ended(readHangUp(readEnd(event))))
  }

  /** For the 'peerconnection' event: an outgoing one comes before the session is handed out. */
  listen(connection: RTCPeerConnection): void {
    this.#connection = connection
    this.#keepPath()
    connection.addEventListener('track', ({ track, streams }) => {
      this.#audio.srcObject = streams[0] ?? new MediaStream([track])
      // Refused only while the page was never touched.
      this.#audio.play().catch(() => {
        const again = (): void => void this.#audio.play().catch(() => undefined)
        for (const touch of ['pointerdown', 'keydown'])
          document.addEventListener(touch, again, { once: true })
      })
    })
  }

  end(how: 'hang-up' | 'decline' | 'busy' | 'unknown'): void {
    this.#isEndedByUs = true
    const session = this.#session
    if (!session) this.ended({ by: 'us', reason: 'cancelled' })
    else if (session.isEnded()) return
    else if (this.#direction === 'outgoing' || session.isEstablished()) session.terminate()
    else session.terminate({ status_code: STATUS_OF[how] })
  }

  /** As the page before had it. Whatever the person had muted stays so from the first packet on. */
  restore({ isMuted, isHeld }: { readonly isMuted: boolean; readonly isHeld: boolean }): void {
    for (const track of this.#microphone?.getAudioTracks() ?? []) track.enabled = !isMuted && !isHeld
    const session = this.#session
    session?.on('accepted', () => isMuted && session.mute({ audio: true }))
    // The server holds already; JsSIP has to know it, too.
    session?.on('confirmed', () => isHeld && session.hold())
  }

  setMuted(isMuted: boolean): void {
    if (isMuted) this.#session?.mute({ audio: true })
    else this.#session?.unmute({ audio: true })
  }

  setHeld(isHeld: boolean): void {
    if (isHeld) this.#session?.hold()
    else this.#session?.unhold()
  }

  /** Once it was answered; for whoever another call is to be connected with. */
  get dialog(): DialogNames | undefined {
    return this.#dialog
  }

  /** RFC 3515; with `replaced` the other side takes our place there (RFC 3891). */
  transfer(target: string, replaced?: DialogNames): void {
    const failed = (): void => this.#onFact({ type: 'transferFailed' })
    const session = this.#session
    if (!session?.isEstablished()) {
      failed()
      return
    }
    const options = replaced && { replaces: asSession(replaced) }
    const referral = session.refer(target, options as unknown as ReferOptions) as unknown as Referral | false
    if (!referral) failed()
    else for (const event of ['requestFailed', 'failed'] as const) referral.on(event, failed)
  }

  sendDigit(digit: string): void {
    if (this.#session?.isEstablished()) this.#session.sendDTMF(digit, DTMF as unknown as object)
  }

  /** Lets go of everything. Later facts of the session are not ours any more. */
  ended(end: CallEnd): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    clearInterval(this.#timer)
    stopStream(this.#microphone)
    this.#audio.srcObject = null
    this.#onFact({ type: 'ended', end, at: Date.now() })
  }

  /** As soon as there are session and connection, whichever comes first. */
  #keepPath(): void {
    const [session, connection] = [this.#session, this.#connection]
    if (!session || !connection) return
    new IceRestart({ ...this.#path, session, connection, isEndedByUs: () => this.#isEndedByUs })
  }

  #watchQuality(): void {
    clearInterval(this.#timer)
    this.#timer = setInterval(() => {
      const connection = this.#connection
      if (!connection) return
      readConnection(connection).then(
        (totals) => totals && this.#sample(totals),
        () => undefined,
      )
    }, QUALITY_INTERVAL_MS)
  }

  #sample(totals: ReceivedTotals): void {
    if (this.#hasEnded) return
    const hasNewSound =
      totals.packets + totals.lost > (this.#totals?.packets ?? 0) + (this.#totals?.lost ?? 0)
    const quality = sampleQuality(this.#totals, totals, this.#history)
    this.#totals = totals
    // Nothing came, as while on hold: that says nothing about the line.
    if (!hasNewSound) return
    this.#history = quality.history
    this.#onFact({ type: 'quality', quality })
  }
}

function sideOf(originator: Originator): 'us' | 'peer' {
  return String(originator) === 'local' ? 'us' : 'peer'
}

function readEnd(event: EndEvent): SipEnd {
  const message: IncomingRequest | IncomingResponse | null = event.message
  const status = message && 'status_code' in message ? message.status_code : undefined
  const reason = message?.getHeader?.('Reason')
  return {
    originator: String(event.originator) as SipEnd['originator'],
    cause: event.cause,
    ...(typeof status === 'number' ? { status } : {}),
    ...(reason ? { reason } : {}),
  }
}

function dialogOf(event: IncomingEvent | OutgoingEvent, invite: DialogMessage | undefined): DialogNames {
  const answer = ('response' in event ? event.response : undefined) as DialogMessage | undefined
  const { call_id, from_tag, to_tag } = (invite ?? answer) as DialogMessage
  const [local, remote] = invite === undefined ? [from_tag, to_tag] : [to_tag, from_tag]
  return { callId: call_id, local, remote }
}

/** In the words of Target-Dialog (RFC 4538 §7). */
function targetDialog({ callId, local, remote }: DialogNames): string {
  return `${callId};local-tag=${local};remote-tag=${remote}`
}

/**
 * Where JsSIP looks for what it writes into Replaces. Of a call that came in it would take its own tag for
 * that of the other side.
 */
function asSession({ callId, local, remote }: DialogNames): object {
  return { _request: { call_id: callId }, _to_tag: remote, _from_tag: local }
}
