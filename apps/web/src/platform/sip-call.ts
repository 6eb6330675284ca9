// One JsSIP session, its sound and its quality. Turns JsSIP's events into our facts, and our commands into
// JsSIP's methods. Media: audio only, one bundled transport with rtcp-mux.

import type { EndEvent, IncomingEvent, Originator, OutgoingEvent, RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRequest, IncomingResponse } from 'jssip/lib/SIPMessage'
import type { CallEnd, CallFact } from '../state/call.ts'
import { type CallQuality, type ReceivedTotals, sampleQuality } from '../state/quality.ts'
import { stopStream } from './microphone.ts'
import { readConnection } from './received-totals.ts'
import { readFailure, readHangUp, type SipEnd } from './sip-cause.ts'

/** After the first candidate, others on this machine follow within moments; the server learns late ones itself. */
const GATHER_MS = 100
const QUALITY_INTERVAL_MS = 2_000
/** RFC 4733 events long enough for slow receivers. */
const DTMF = { duration: 120, interToneGap: 70, transportType: 'RFC2833' } as const

interface SinkAudio extends HTMLAudioElement {
  setSinkId(id: string): Promise<void>
}

export class SipCall {
  readonly #onFact: (fact: CallFact) => void
  readonly #direction: 'outgoing' | 'incoming'
  readonly #audio = document.createElement('audio') as SinkAudio
  #session: RTCSession | undefined
  #connection: RTCPeerConnection | undefined
  #microphone: MediaStream | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #totals: ReceivedTotals | undefined
  #history: CallQuality['history'] = []
  #isEndedByUs = false
  #hasEnded = false

  constructor(
    direction: 'outgoing' | 'incoming',
    speaker: string | undefined,
    onFact: (fact: CallFact) => void,
  ) {
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

  /** Listens to a session that just began. */
  attach(session: RTCSession): void {
    this.#session = session
    const fact = this.#onFact
    session.on('sending', () => fact({ type: 'sent' }))
    session.on('progress', (event: IncomingEvent | OutgoingEvent) => {
      if (this.#direction === 'incoming') return
      const response = 'response' in event ? event.response : undefined
      // A 100 never comes here. 183 with SDP, or any 18x with SDP: the far side sounds already.
      fact({ type: 'ringing', isAudible: Boolean(response?.body) })
    })
    session.on('accepted', () => {
      fact({ type: 'answered', at: Date.now() })
      this.#watchQuality()
    })
    session.on('hold', ({ originator }) => fact({ type: 'held', by: sideOf(originator) }))
    session.on('unhold', ({ originator }) => fact({ type: 'resumed', by: sideOf(originator) }))
    session.on('muted', ({ audio }) => audio && fact({ type: 'muted', isMuted: true }))
    session.on('unmuted', ({ audio }) => audio && fact({ type: 'muted', isMuted: false }))
    session.on('icecandidate', ({ ready }) => setTimeout(ready, GATHER_MS))
    session.on('failed', (event) => {
      this.ended(readFailure(readEnd(event), this.#direction, this.#isEndedByUs))
    })
    session.on('ended', (event) => this.ended(readHangUp(readEnd(event))))
  }

  /** For the 'peerconnection' event: an outgoing one comes before the session is handed out. */
  listen(connection: RTCPeerConnection): void {
    this.#connection = connection
    connection.addEventListener('track', ({ track, streams }) => {
      this.#audio.srcObject = streams[0] ?? new MediaStream([track])
      // Refused only while the page was never touched; autoplay tries again by itself.
      this.#audio.play().catch(() => undefined)
    })
  }

  end(how: 'hang-up' | 'decline' | 'busy'): void {
    this.#isEndedByUs = true
    const session = this.#session
    if (!session) this.ended({ by: 'us', reason: 'cancelled' })
    else if (session.isEnded()) return
    else if (this.#direction === 'outgoing' || session.isEstablished()) session.terminate()
    else session.terminate({ status_code: how === 'busy' ? 486 : 603 })
  }

  setMuted(isMuted: boolean): void {
    if (isMuted) this.#session?.mute({ audio: true })
    else this.#session?.unmute({ audio: true })
  }

  setHeld(isHeld: boolean): void {
    if (isHeld) this.#session?.hold()
    else this.#session?.unhold()
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
