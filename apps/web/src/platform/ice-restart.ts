// Brings the sound of a call back when its path broke: while the peer connection is disconnected, a restart
// of ICE (RFC 8839 §4.4.1.1.1) is offered by re-INVITE, a few times. JsSIP ends a call at `failed`, and with
// every offer of ours that is not taken; as long as this goes on it is kept from both.
import type { ReInviteEvent, RTCSession, TerminateOptions } from 'jssip/lib/RTCSession'

/** So long after a loss ICE often finds the way by itself. */
const PATIENCE_MS = 2_500
/** For the checks, and for DTLS, whose lost messages come again after 1, 2 and 4 s. */
const CONNECT_MS = 8_000
/** After a refusal: the server may be about to offer a path itself, within 4 s at most (RFC 3261 §14.1). */
const REFUSED_MS = 4_500
const OFFERS_MAX = 5
/** Without answer for so long the server cannot be reached either, although the connection looks open. */
const ANSWER_MS = 4_000
/** From the loss; the server ends a call without sound after 60 s. */
const LOST_MS_MAX = 60_000
const LOOK_MS = 250
/** An offer of the server is crossed once in that time: the next one is taken. */
const CROSSED_MS = 10_000

/** JsSIP's words for why it ends a call. */
const ICE_FAILED = 'RTP Timeout'
const UNREACHABLE = 'Connection Error'
const OFFER_FAILED: ReadonlySet<string> = new Set(['WebRTC Error', UNREACHABLE, 'Request Timeout'])
/** JsSIP's server transaction, once it was answered with 300 or more. */
const COMPLETED = 5

type Session = Pick<
  RTCSession,
  'direction' | 'isEnded' | 'isReadyToReOffer' | 'on' | 'renegotiate' | 'terminate'
>
type Connection = Pick<
  RTCPeerConnection,
  | 'addEventListener'
  | 'iceConnectionState'
  | 'remoteDescription'
  | 'setConfiguration'
  | 'setLocalDescription'
  | 'signalingState'
>

export interface RestartPorts {
  readonly session: Session
  readonly connection: Connection
  /** Whether the server can be reached. */
  readonly canSignal: () => boolean
  /** Gives up the connection to the server and opens another one. */
  readonly reconnect: () => void
  /** With a relay whose credentials are good, where there is one. */
  readonly configuration: () => Promise<RTCConfiguration>
  /** The person hangs up: that is never kept back. */
  readonly isEndedByUs: () => boolean
}

interface Loss {
  readonly since: number
  readonly timer: ReturnType<typeof setInterval>
  offers: number
  nextAt: number
}

/** One for each call; needs nothing done at its end. */
export class IceRestart {
  readonly #ports: RestartPorts
  readonly #terminate: (options?: TerminateOptions) => void
  #hasConnected = false
  #loss: Loss | undefined
  #isPreparing = false
  /** From the moment that an offer is made until it is answered or refused for good. */
  #isOffering = false
  #offeredAt = 0
  #hasGivenUp = false
  #crossedAt = Number.NEGATIVE_INFINITY

  constructor(ports: RestartPorts) {
    this.#ports = ports
    const { session, connection } = ports
    this.#terminate = session.terminate.bind(session)
    session.terminate = (options) => {
      if (!this.#keeps(options?.cause)) this.#terminate(options)
    }
    session.on('reinvite', (event) => this.#offered(event))
    connection.addEventListener('iceconnectionstatechange', () => this.#changed())
  }

  /** Whether the call goes on although JsSIP would end it. */
  #keeps(cause: string | undefined): boolean {
    if (cause === undefined || this.#hasGivenUp || this.#ports.isEndedByUs()) return false
    if (cause === ICE_FAILED) return this.#hasConnected
    if (!this.#isOffering || !OFFER_FAILED.has(cause)) return false
    this.#refused(cause === UNREACHABLE ? 0 : REFUSED_MS)
    return true
  }

  #changed(): void {
    const state = this.#ports.connection.iceConnectionState
    if (state === 'connected' || state === 'completed') {
      this.#hasConnected = true
      this.#hasGivenUp = false
      this.#found()
    } else if (state === 'closed') this.#found()
    else if (this.#hasConnected && !this.#hasGivenUp && this.#loss === undefined) {
      const since = Date.now()
      const nextAt = since + (state === 'failed' ? 0 : PATIENCE_MS)
      this.#loss = { since, nextAt, offers: 0, timer: setInterval(() => this.#look(), LOOK_MS) }
    }
  }

  #found(): void {
    clearInterval(this.#loss?.timer)
    this.#loss = undefined
  }

  #look(): void {
    const loss = this.#loss
    const { session, canSignal } = this.#ports
    if (loss === undefined) return
    if (session.isEnded()) {
      this.#found()
      return
    }
    const now = Date.now()
    const isDue = !this.#isOffering && !this.#isPreparing && now >= loss.nextAt
    if (now - loss.since >= LOST_MS_MAX || (isDue && loss.offers >= OFFERS_MAX)) {
      this.#giveUp()
      return
    }
    if (this.#isOffering && now - this.#offeredAt >= ANSWER_MS) {
      this.#offeredAt = now
      this.#ports.reconnect()
      return
    }
    // What is being agreed on is not crossed by ours.
    if (!isDue || !canSignal() || !session.isReadyToReOffer()) return
    this.#isPreparing = true
    this.#offer(loss)
      .catch(() => this.#refused(REFUSED_MS))
      .finally(() => {
        this.#isPreparing = false
      })
  }

  async #offer(loss: Loss): Promise<void> {
    await this.#refreshRelay()
    if (this.#loss !== loss || this.#ports.session.isEnded() || Date.now() < loss.nextAt) return
    if (this.#renegotiate()) loss.offers += 1
  }

  /** The credentials of the relay may have expired. */
  async #refreshRelay(): Promise<void> {
    const { connection, configuration } = this.#ports
    const fresh = await configuration()
    if ((fresh.iceServers ?? []).length > 0) connection.setConfiguration(fresh)
  }

  #renegotiate(): boolean {
    this.#isOffering = this.#ports.session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }, () => {
      this.#isOffering = false
      if (this.#loss) this.#loss.nextAt = Date.now() + CONNECT_MS
    })
    if (this.#isOffering) this.#offeredAt = Date.now()
    return this.#isOffering
  }

  /** Ours was not taken: what we described of us is taken back. */
  #refused(pauseMs: number): void {
    this.#isOffering = false
    if (this.#loss) this.#loss.nextAt = Date.now() + pauseMs
    const { connection } = this.#ports
    if (connection.signalingState !== 'have-local-offer') return
    // The server's offer may have done so already.
    connection.setLocalDescription({ type: 'rollback' }).catch(() => undefined)
  }

  /**
   * The server offers. While an offer of ours is open JsSIP answers 491 (RFC 3261 §14.2) and takes the offer
   * all the same; after a 491 to ours it says it again within a second, whatever was agreed on meanwhile.
   */
  #offered({ request, reject }: ReInviteEvent): void {
    const { server_transaction: answered } = request as { server_transaction?: { readonly state: number } }
    if (this.#isOffering || answered?.state === COMPLETED) reject({ status_code: 491 })
    else if (this.#isToCross(String(request.body ?? ''))) {
      reject({ status_code: 491 })
      this.#cross()
    } else if (this.#loss) this.#loss.nextAt = Math.max(this.#loss.nextAt, Date.now() + CONNECT_MS)
  }

  /**
   * Who was called is controlled (RFC 8445 §6.1.1). When the server offers another end, because its media
   * process was replaced, a controlled browser stays on the dead path until something but ICE comes in on the
   * new pair, which DTLS repeats after 1 and 2 s. Who offers a restart is controlling and moves at once.
   */
  #isToCross(offer: string): boolean {
    const { session, connection, canSignal } = this.#ports
    if (session.direction !== 'incoming' || !this.#hasConnected || this.#isPreparing || !canSignal())
      return false
    const [offered, known] = [ufragOf(offer), ufragOf(connection.remoteDescription?.sdp ?? '')]
    const isAnother = offered !== undefined && known !== undefined && offered !== known
    return isAnother && Date.now() - this.#crossedAt >= CROSSED_MS
  }

  /** A restart of ours in place of the server's offer; if it cannot be made, that comes again within 4 s. */
  #cross(): void {
    this.#crossedAt = Date.now()
    this.#isPreparing = true
    this.#refreshRelay()
      .then(() => {
        const { session } = this.#ports
        if (!session.isEnded() && session.isReadyToReOffer()) this.#renegotiate()
      })
      .catch(() => undefined)
      .finally(() => {
        this.#isPreparing = false
      })
  }

  /** From now on JsSIP may end the call, as it would have done if it was kept from that. */
  #giveUp(): void {
    this.#hasGivenUp = true
    this.#found()
    if (this.#ports.connection.iceConnectionState !== 'failed') return
    this.#terminate({ cause: ICE_FAILED, status_code: 408, reason_phrase: ICE_FAILED })
  }
}

function ufragOf(sdp: string): string | undefined {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1]
}
