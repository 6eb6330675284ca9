// What an endpoint sends: exactly one source at a time, relayed packets or sound that is made here, and
// digits on top. Everything leaves through one OutboundStream, so the peer hears one stream whatever
// happens behind it.
import type { Instant } from '@rufwerk/core'
import { DtmfSender, type RtpHeader } from '@rufwerk/rtp'
import { rateBetween, rateOf } from '../stream/codecs.ts'
import { EventCarrier } from '../stream/event-carrier.ts'
import type { OutboundStream } from '../stream/outbound.ts'
import type { PcmSource } from '../stream/pcm.ts'
import {
  CONVERT_EVENT,
  eventFormat,
  isSending,
  type Negotiated,
  type Routes,
  routesBetween,
} from '../stream/routes.ts'
import { SoundReceiver } from '../stream/sound-receiver.ts'
import { SoundSender } from '../stream/sound-sender.ts'
import type { Ticked, Ticker } from '../stream/ticker.ts'
import type { Heard, PacketListener } from './heard.ts'

export interface TransmissionPorts {
  readonly stream: OutboundStream
  readonly ticker: Ticker
  /** Arms the ticker's timer; called after something was added. */
  readonly wake: () => void
  readonly now: () => Instant
  readonly transmit: (packet: Uint8Array) => void
  readonly sourceEnded: () => void
  readonly onError: (error: unknown) => void
}

export class Transmission implements PacketListener, Ticked {
  readonly #ports: TransmissionPorts
  readonly #stream: OutboundStream
  readonly #transmit: (packet: Uint8Array) => void
  #negotiated: Negotiated | undefined
  #heard: Heard | undefined
  #routes: Routes = routesBetween(undefined, undefined)
  #sound: SoundSender | undefined
  #receiver: SoundReceiver | undefined
  #digits: DtmfSender | undefined
  readonly #carrier = new EventCarrier()
  #isRelayed = false

  constructor(ports: TransmissionPorts) {
    this.#ports = ports
    this.#stream = ports.stream
    this.#transmit = ports.transmit
  }

  /** True while packets go through as they are. */
  get isRelayed(): boolean {
    return this.#isRelayed
  }

  /** The endpoint whose packets are sent, until it closes. */
  get heard(): Heard | undefined {
    return this.#heard
  }

  /** The rate that sound made for this endpoint should have. */
  get rate(): 8_000 | 16_000 {
    return this.#negotiated ? rateOf(this.#negotiated.send.name) : 8_000
  }

  get negotiated(): Negotiated | undefined {
    return this.#negotiated
  }

  /** Returns true when sound that was made here stopped because the format is another: play it again. */
  configure(negotiated: Negotiated): boolean {
    const previous = this.#negotiated
    this.#negotiated = negotiated
    if (previous?.dtmf?.clockRate !== negotiated.dtmf?.clockRate) this.#digits = undefined
    const isSame =
      previous?.send.name === negotiated.send.name &&
      previous.send.payloadType === negotiated.send.payloadType &&
      previous.send.ptimeMs === negotiated.send.ptimeMs
    if (!isSame) {
      this.#stream.changeClock(negotiated.send.clockRate, this.#ports.now())
      this.#stopSound()
    }
    this.sourceConfigured()
    return !isSame
  }

  sourceConfigured(): void {
    this.#stopReceiver()
    this.#routes = routesBetween(this.#heard?.negotiated, this.#negotiated)
  }

  sourceClosed(): void {
    this.follow(undefined)
  }

  /** Sends what `heard` receives; undefined: silence. */
  follow(heard: Heard | undefined): void {
    this.#stopSound()
    this.#heard?.unlisten(this)
    this.#heard = heard
    this.#stream.sourceChanged()
    this.sourceConfigured()
    heard?.listen(this)
  }

  /** Sends sound that is made here, until something else is set. */
  play(source: PcmSource): void {
    this.follow(undefined)
    this.#startSound(source)
  }

  press(digit: string, durationMs: number): 'sending' | 'not-negotiated' | 'full' {
    const negotiated = this.#negotiated
    if (!negotiated?.dtmf || !isSending(negotiated.direction)) return 'not-negotiated'
    this.#digits ??= new DtmfSender(negotiated.dtmf.clockRate)
    if (!this.#digits.press(digit, durationMs)) return 'full'
    this.#awaken()
    return 'sending'
  }

  /** Hot: a packet of the endpoint we follow. */
  packetArrived(packet: Uint8Array, header: RtpHeader, now: Instant): void {
    const route = this.#routes[header.payloadType] as number
    if (route < 0) return
    if (route < 128) {
      if (this.#receiver && eventFormat(this.#heard?.negotiated, header.payloadType)) {
        this.#carryEvent(packet, header, now)
        return
      }
      if (this.#sound) this.#stopReceiver()
      if (this.#digits?.isSending) return // RFC 4733 §2.5.1.2: a digit takes the place of the sound.
      this.#isRelayed = true
      const key = (this.#heard as Heard).key
      this.#stream.rewrite(packet, key, route, header.sequenceNumber, header.timestamp, header.ssrc, now)
      this.#transmit(packet)
      return
    }
    if (route === CONVERT_EVENT) this.#carryEvent(packet, header, now)
    else this.#decode(packet, header, now)
  }

  tick(due: Instant, now: Instant): void {
    const isPressing = this.#sendDigit(due)
    const negotiated = this.#negotiated
    const isMuted = isPressing || !negotiated || !isSending(negotiated.direction)
    if (this.#sound?.tick(due, now, isMuted)) {
      this.#stopSound()
      this.#ports.sourceEnded()
    }
    if (!this.#sound && !isPressing) this.#ports.ticker.remove(this)
  }

  close(): void {
    this.follow(undefined)
    this.#digits = undefined
    this.#ports.ticker.remove(this)
  }

  #sendDigit(due: Instant): boolean {
    const { dtmf } = this.#negotiated ?? {}
    const digits = this.#digits
    if (!digits?.isSending || !dtmf) return false
    const event = digits.next(this.#stream.timestampAt(due))
    if (event)
      this.#transmit(
        this.#stream.writeEvent(event.payload, dtmf.payloadType, event.timestamp, event.marker, due),
      )
    if (digits.isSending) return true
    this.#stream.sourceChanged()
    return event !== undefined
  }

  #carryEvent(packet: Uint8Array, header: RtpHeader, now: Instant): void {
    const from = eventFormat(this.#heard?.negotiated, header.payloadType)
    const to = this.#negotiated?.dtmf
    if (!from || !to || this.#digits?.isSending) return
    const copy = Uint8Array.from(packet)
    if (this.#carrier.carry(copy, header, from, to, this.#stream, now)) this.#transmit(copy)
  }

  #decode(packet: Uint8Array, header: RtpHeader, now: Instant): void {
    if (!this.#receiver) this.#startReceiver(header.payloadType)
    this.#receiver?.put(packet, header, now)
  }

  #startReceiver(payloadType: number): void {
    const formats = this.#heard?.negotiated?.receive ?? []
    const codec = formats.find((format) => format.payloadType === payloadType)
    if (!codec || !this.#negotiated) return
    const rate = rateBetween(codec.name, this.#negotiated.send.name)
    this.#receiver = new SoundReceiver(formats, rate, this.#ports.onError)
    this.#startSound(this.#receiver)
  }

  /** Ends decoding; what is made here (tones, prompts) goes on. */
  #stopReceiver(): void {
    if (!this.#receiver) return
    this.#stopSound()
  }

  #startSound(source: PcmSource): void {
    const negotiated = this.#negotiated
    if (!negotiated) {
      source.close()
      return
    }
    this.#isRelayed = false
    const { onError } = this.#ports
    this.#sound = new SoundSender(negotiated.send, source, this.#stream, this.#transmit, onError)
    this.#awaken()
  }

  #stopSound(): void {
    this.#sound?.close()
    this.#sound = undefined
    this.#receiver = undefined
  }

  #awaken(): void {
    this.#ports.ticker.add(this, this.#ports.now())
    this.#ports.wake()
  }
}
