// Whether the peer's RTP comes. Looks at a counter now and then, so that it costs nothing per packet. Pure:
// numbers and times in, a verdict out.
import { between, type Instant, type Ms } from '@rufwerk/core'

export class Hearing {
  /** Said `silent` and not `heard` since. */
  isSilent = false
  readonly #noRtpMax: Ms
  #packets = 0
  #heardAt: Instant | undefined
  #expectedSince: Instant | undefined

  constructor(noRtpMax: Ms) {
    this.#noRtpMax = noRtpMax
  }

  /** When the counter was last seen to grow; absent before the first packet. */
  get heardAt(): Instant | undefined {
    return this.#heardAt
  }

  /**
   * `packets`: received so far. `isExpected`: the peer should send, it is not on hold. Gives what is news.
   */
  look(packets: number, isExpected: boolean, now: Instant): 'silent' | 'heard' | undefined {
    this.#expectedSince = isExpected ? (this.#expectedSince ?? now) : undefined
    if (packets !== this.#packets) {
      this.#packets = packets
      this.#heardAt = now
      const wasSilent = this.isSilent
      this.isSilent = false
      return wasSilent ? 'heard' : undefined
    }
    if (this.isSilent || this.#quietFor(now) < this.#noRtpMax) return undefined
    this.isSilent = true
    return 'silent'
  }

  /** Since the last packet; absent before the first. */
  sinceRtp(now: Instant): Ms | undefined {
    return this.#heardAt === undefined ? undefined : between(this.#heardAt, now)
  }

  /** How long there should have been RTP and was none; 0 while none is expected. */
  #quietFor(now: Instant): Ms {
    const since = this.#expectedSince ?? now
    return between(this.#heardAt === undefined || this.#heardAt < since ? since : this.#heardAt, now)
  }
}
