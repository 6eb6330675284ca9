// One end of a call's sound: a transport, what is received over it and what is sent. Knows its source as call
// control set it, and starts it again when a re-INVITE changes the format.
import {
  assert,
  type CallId,
  type EndpointId,
  type Instant,
  type LegId,
  type Ms,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import type {
  AudioSource,
  EndpointConfiguration,
  EndpointSnapshot,
  EndpointStats,
  MediaEvent,
} from '@rufwerk/media-control'
import type { PcmRate } from '../stream/codecs.ts'
import type { OutboundStream } from '../stream/outbound.ts'
import type { PcmSource } from '../stream/pcm.ts'
import { isReceiving, type Negotiated } from '../stream/routes.ts'
import type { Ticker } from '../stream/ticker.ts'
import type { Heard, PacketListener } from './heard.ts'
import { Hearing } from './hearing.ts'
import { Quality } from './quality.ts'
import { Reception } from './reception.ts'
import { SentSide } from './sent-side.ts'
import { Transmission } from './transmission.ts'
import type { SourceCheck, Transport, TransportUser } from './transport.ts'

export interface EndpointIdentity {
  readonly endpoint: EndpointId
  readonly tenant: TenantId
  readonly call: CallId
  readonly leg: LegId
}

/** What an endpoint needs of the process around it. */
export interface Surroundings {
  readonly now: () => Instant
  readonly wallNow: () => WallTime
  readonly ticker: Ticker
  readonly wake: () => void
  readonly emit: (event: MediaEvent) => void
  readonly onError: (error: unknown) => void
  /** Without RTP for so long, an endpoint that should receive is silent. */
  readonly noRtpMax: Ms
}

const SILENCE: AudioSource = { type: 'silence' }

/** Makes the sound of a source at a rate; called again when the rate changes. */
export type SoundFactory = (rate: PcmRate) => PcmSource

/** A place in a mix. */
export interface Seat {
  /** What is heard there; called again when the format changes. */
  readonly sound: () => PcmSource
  readonly announced: () => EndpointSnapshot['announced']
  readonly leave: () => void
}

export class Endpoint implements Heard, TransportUser {
  readonly identity: EndpointIdentity
  readonly key: number
  readonly cname: string
  readonly stream: OutboundStream
  /** What it sends, for those who listen. */
  readonly sent: SentSide
  /** Tells an old request for a source from a new one. */
  sourceChanges = 0
  /** The attachment of call control that opened or claimed it. */
  claimedBy: number
  /** When the next RTCP report is due. */
  reportAt: Instant
  readonly #surroundings: Surroundings
  readonly #reception: Reception
  readonly #transmission: Transmission
  readonly #quality: Quality
  readonly #hearing: Hearing
  #source: AudioSource = SILENCE
  #configuration: EndpointConfiguration | undefined
  #transport: Transport | undefined
  #sound: SoundFactory | undefined
  #seat: Seat | undefined

  constructor(
    identity: EndpointIdentity,
    key: number,
    stream: OutboundStream,
    cname: string,
    reportAt: Instant,
    claimedBy: number,
    surroundings: Surroundings,
  ) {
    this.identity = identity
    this.key = key
    this.stream = stream
    this.cname = cname
    this.reportAt = reportAt
    this.claimedBy = claimedBy
    this.#surroundings = surroundings
    const { endpoint } = identity
    this.sent = new SentSide(key)
    this.#reception = new Reception(
      (press) => surroundings.emit({ type: 'dtmf', endpoint, ...press }),
      surroundings.onError,
    )
    this.#transmission = new Transmission({
      stream,
      ticker: surroundings.ticker,
      wake: surroundings.wake,
      now: surroundings.now,
      transmit: (packet) => {
        this.sent.sent(packet, surroundings.now)
        this.#transport?.sendRtp(packet)
      },
      sourceEnded: () => {
        this.#sound = undefined // A later change of format does not start it again.
        this.#source = SILENCE
        surroundings.emit({ type: 'sourceEnded', endpoint })
      },
      onError: surroundings.onError,
    })
    this.#quality = new Quality(stream, this.#reception, cname)
    this.#hearing = new Hearing(surroundings.noRtpMax)
  }

  /** The transport that this endpoint owns from now on. */
  attach(transport: Transport): void {
    this.#transport = transport
  }

  get transport(): Transport | undefined {
    return this.#transport
  }

  get negotiated(): Negotiated | undefined {
    return this.#transmission.negotiated
  }

  /** How many packets of sound arrived since it was opened. */
  get packetsReceived(): number {
    return this.#reception.packetsReceived
  }

  get rate(): PcmRate {
    return this.#transmission.rate
  }

  get configuration(): EndpointConfiguration | undefined {
    return this.#configuration
  }

  /** When the peer's RTP was last seen; absent before the first packet. */
  get heardAt(): Instant | undefined {
    return this.#hearing.heardAt
  }

  /** What it sends now: nothing any more when whom it followed has closed. */
  get source(): AudioSource {
    const isAlone = this.#source.type === 'endpoint' && !this.#transmission.heard
    return isAlone ? SILENCE : this.#source
  }

  /** Notes the source that was asked for and that follow or play has started. */
  set source(source: AudioSource) {
    this.#source = source
  }

  configure(configuration: EndpointConfiguration): void {
    const { direction, send, receive, dtmf, remote, srtp } = configuration
    const receiveDtmf = configuration.receiveDtmf ?? (dtmf ? [dtmf] : [])
    const negotiated: Negotiated = { direction, send, receive, dtmf, receiveDtmf }
    this.#configuration = configuration
    this.#transport?.configure(remote, srtp)
    const isOtherFormat = this.#transmission.configure(negotiated)
    this.#reception.configure(negotiated)
    this.sent.configure(negotiated)
    if (isOtherFormat && this.#sound) this.#startSound()
  }

  /** Sends what `heard` receives, or nothing. */
  follow(heard: Heard | undefined): void {
    this.#stand()
    this.#sound = undefined
    this.#transmission.follow(heard)
  }

  /** Sends sound that is made here. Before anything is negotiated it waits. */
  play(sound: SoundFactory): void {
    this.#stand()
    this.#sound = sound
    this.#startSound()
  }

  /** Takes a place in a mix, until another source is set. */
  join(seat: Seat): void {
    this.play(seat.sound)
    this.#seat = seat
  }

  press(digit: string, durationMs: number): 'sending' | 'not-negotiated' | 'full' {
    return this.#transmission.press(digit, durationMs)
  }

  listen(listener: PacketListener): void {
    this.#reception.listen(listener)
  }

  unlisten(listener: PacketListener): void {
    this.#reception.unlisten(listener)
  }

  rtpArrived(packet: Uint8Array, check: SourceCheck): void {
    this.#reception.receive(packet, check, this.#surroundings.now())
  }

  rtcpArrived(packet: Uint8Array): void {
    const { now, wallNow } = this.#surroundings
    if (!this.#quality.receive(packet, now(), wallNow())) this.#reception.rubbish += 1
  }

  rubbishArrived(): void {
    this.#reception.rubbish += 1
  }

  /** Sends an RTCP report. It also keeps NAT bindings alive when nobody speaks. */
  report(isLast: boolean): void {
    if (!this.negotiated || (isLast && this.stream.packetsSent === 0)) return
    const { now, wallNow } = this.#surroundings
    this.#transport?.sendRtcp(this.#quality.report(now(), wallNow(), isLast))
  }

  /** What is due about twice a second. */
  housekeep(now: Instant): void {
    this.#reception.expireDigits(now)
    const { negotiated, packetsReceived } = this
    const isExpected = negotiated !== undefined && isReceiving(negotiated.direction)
    const news = this.#hearing.look(packetsReceived, isExpected, now)
    const { endpoint } = this.identity
    const { emit, noRtpMax } = this.#surroundings
    if (news === 'silent') emit({ type: 'silent', endpoint, forMs: noRtpMax })
    else if (news === 'heard') emit({ type: 'heard', endpoint })
  }

  /** Everything that call control needs to take it over. Before it is closed. */
  snapshot(now: Instant): EndpointSnapshot {
    const { transport, configuration } = this
    assert(transport, 'an open endpoint has a transport')
    const sinceRtp = this.#hearing.sinceRtp(now)
    const announced = this.#seat?.announced()
    return {
      ...this.identity,
      ...transport.ends(),
      ssrc: this.stream.ssrc,
      cname: this.cname,
      ...(configuration ? { configuration } : {}),
      source: this.source,
      ...(announced ? { announced } : {}),
      ...(sinceRtp === undefined ? {} : { sinceRtpMs: Math.round(sinceRtp) }),
      isSilent: this.#hearing.isSilent,
      stats: this.stats(),
    }
  }

  stats(): EndpointStats {
    return this.#quality.stats(this.negotiated?.send.name ?? 'PCMA', this.#transmission.isRelayed)
  }

  close(): void {
    this.report(true)
    this.sourceChanges += 1 // A prompt that is still being read is not played any more.
    this.#stand()
    this.#sound = undefined
    this.#transmission.close()
    this.#reception.close()
    this.sent.close()
    this.#transport?.close()
    this.#transport = undefined
  }

  /** The one place where it leaves a mix. */
  #stand(): void {
    const seat = this.#seat
    this.#seat = undefined
    seat?.leave()
  }

  #startSound(): void {
    if (this.negotiated && this.#sound) this.#transmission.play(this.#sound(this.rate))
  }
}
