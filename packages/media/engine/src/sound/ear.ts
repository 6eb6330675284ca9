// The sound of an endpoint as a source: listens to its packets until closed.
import type { Instant } from '@rufwerk/core'
import type { RtpHeader } from '@rufwerk/rtp'
import type { Heard } from '../endpoint/heard.ts'
import type { PcmRate } from '../stream/codecs.ts'
import type { PcmSource, PcmState } from '../stream/pcm.ts'
import { SoundReceiver } from '../stream/sound-receiver.ts'

export class Ear implements PcmSource {
  readonly rate: PcmRate
  readonly #heard: Heard
  readonly #onError: (error: unknown) => void
  #receiver: SoundReceiver

  constructor(heard: Heard, rate: PcmRate, onError: (error: unknown) => void) {
    this.rate = rate
    this.#heard = heard
    this.#onError = onError
    this.#receiver = new SoundReceiver(heard.negotiated?.receive ?? [], rate, onError)
    heard.listen(this)
  }

  packetArrived(packet: Uint8Array, header: RtpHeader, now: Instant): void {
    this.#receiver.put(packet, header, now)
  }

  sourceConfigured(): void {
    this.#receiver.close()
    this.#receiver = new SoundReceiver(this.#heard.negotiated?.receive ?? [], this.rate, this.#onError)
  }

  sourceClosed(): void {
    this.#receiver.close()
  }

  read(frame: Int16Array, now: Instant): PcmState {
    const state = this.#receiver.read(frame, now)
    if (state !== 'sound') frame.fill(0)
    return state
  }

  close(): void {
    this.#heard.unlisten(this)
    this.#receiver.close()
  }
}
