// A mix: its members hear each other and not themselves, at 16 kHz. Once per frame everybody's sound is added
// up, and what a member says is subtracted for it (N-1). Those who do not speak all hear the same, which is
// made once. The loudest MIX_SPEAKERS_MAX of those who speak are added; the noise of the others stays out.
import type { EndpointId, Instant, TenantId } from '@rufwerk/core'
import type { AnnouncedSound, CodecName, MediaEvent, MixId } from '@rufwerk/media-control'
import { FRAME, MIX_SPEAKERS_MAX, SPEAKERS_INTERVAL } from '../limits.ts'
import type { PcmRate } from '../stream/codecs.ts'
import type { PcmSource } from '../stream/pcm.ts'
import type { Ticked } from '../stream/ticker.ts'
import { Announcer, add, subtract } from './announcer.ts'
import { CommonEncoder } from './common-encoder.ts'
import { Limiter } from './limiter.ts'
import { type Membership, MixMember } from './member.ts'

export const MIX_RATE: PcmRate = 16_000
const SAMPLES = (MIX_RATE * FRAME) / 1000
/** Who is heard gives way only to somebody this much louder. */
const LEAD = 1.5
/** A change of level that is worth telling, in dB. */
const LEVEL_STEP_DB = 6
const LEVEL_DB_MIN = -96
/**
 * Who has listened for so many frames (1 s) gets what was encoded for all: by then the encoder of its own has
 * come to the same state, so that nothing is heard of the change.
 */
const COMMON_AFTER_FRAMES = 50

type Speakers = Extract<MediaEvent, { type: 'speakers' }>['speakers']

export class Mix implements Ticked {
  readonly id: MixId
  readonly tenant: TenantId
  readonly announcer: Announcer
  readonly #emit: (event: MediaEvent) => void
  readonly #members = new Map<EndpointId, MixMember>()
  readonly #sum = new Int32Array(SAMPLES)
  readonly #work = new Int32Array(SAMPLES)
  /** What all hear who only listen. */
  readonly #common = new Int16Array(SAMPLES)
  readonly #limiter = new Limiter()
  readonly #encoders = new Map<CodecName, CommonEncoder>()
  readonly #onError: (error: unknown) => void
  #frame = 0
  #told: Speakers = []
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(
    id: MixId,
    tenant: TenantId,
    emit: (event: MediaEvent) => void,
    onError: (error: unknown) => void,
  ) {
    this.id = id
    this.tenant = tenant
    this.#emit = emit
    this.#onError = onError
    this.announcer = new Announcer(SAMPLES, () => emit({ type: 'announcementEnded', mix: id }))
  }

  get size(): number {
    return this.#members.size
  }

  member(endpoint: EndpointId): MixMember | undefined {
    return this.#members.get(endpoint)
  }

  /** `ear` gives what the peer says, at MIX_RATE. */
  join(endpoint: EndpointId, ear: PcmSource, membership: Membership): MixMember {
    const ended = (): void => this.#emit({ type: 'announcementEnded', mix: this.id, to: endpoint })
    const member = new MixMember(endpoint, ear, SAMPLES, new Announcer(SAMPLES, ended))
    member.membership = membership
    this.#members.set(endpoint, member)
    return member
  }

  /** The one place where a member goes. */
  leave(member: MixMember): void {
    if (this.#members.get(member.endpoint) !== member) return
    this.#members.delete(member.endpoint)
    member.close()
  }

  /** What `member` hears, as its endpoint sends it. Closing it does not end the membership. */
  soundFor(member: MixMember): PcmSource {
    return {
      rate: MIX_RATE,
      read: (frame) => {
        frame.set(member.isListener ? this.#common : member.heard)
        return 'sound' // Silence is sent, too: the peer hears a line, not a hole.
      },
      encoded: (codec) => this.#encodedFor(member, codec),
      close: () => {},
    }
  }

  /** What is played to all and to `member` alone. */
  announcedTo(member: MixMember): { own?: AnnouncedSound; all?: AnnouncedSound } | undefined {
    if (!this.announcer.isPlaying && !member.announcer.isPlaying) return undefined
    return {
      ...(member.announcer.isPlaying ? { own: member.announcer.sound } : {}),
      ...(this.announcer.isPlaying ? { all: this.announcer.sound } : {}),
    }
  }

  tick(_due: Instant, now: Instant): void {
    this.#frame += 1
    for (const member of this.#members.values()) member.listen(now)
    const loudest = this.#chooseLoudest()
    const sum = this.#sum.fill(0)
    const whispering: MixMember[] = []
    for (const member of this.#members.values()) {
      member.speak(member.isPublic ? loudest.includes(member) : member.isSpeaking)
      if (!member.isHeard) continue
      if (member.isPublic) add(sum, member.said)
      else whispering.push(member)
    }
    this.announcer.addTo(sum, now)
    this.#limiter.limit(sum, this.#common)
    for (const member of this.#members.values()) this.#mixFor(member, whispering, now)
    // Those that nobody asks for any more go.
    for (const [codec, encoder] of this.#encoders)
      if (this.#frame - encoder.frame > 2) this.#closeEncoder(codec, encoder)
    this.#tell(loudest, now)
  }

  close(): void {
    for (const member of [...this.#members.values()]) this.leave(member)
    this.announcer.play({ type: 'silence' })
    for (const [codec, encoder] of this.#encoders) this.#closeEncoder(codec, encoder)
  }

  /**
   * Asked by every listener from its first frame on, so that the encoder for all has heard the same as its
   * own for as long. Not for G.722: its decoder is disturbed for long when another encoder goes on.
   */
  #encodedFor(member: MixMember, codec: CodecName): Uint8Array | undefined {
    if (!member.isListener || codec === 'G722') return undefined
    let encoder = this.#encoders.get(codec)
    if (!encoder) {
      encoder = new CommonEncoder(codec, MIX_RATE, this.#onError)
      this.#encoders.set(codec, encoder)
    }
    const payload = encoder.encode(this.#common, this.#frame)
    return member.listenedFrames < COMMON_AFTER_FRAMES ? undefined : payload
  }

  /** The one place where an encoder goes. */
  #closeEncoder(codec: CodecName, encoder: CommonEncoder): void {
    this.#encoders.delete(codec)
    encoder.close()
  }

  #mixFor(member: MixMember, whispering: readonly MixMember[], now: Instant): void {
    const isAdded = member.isHeard && member.isPublic
    const whispers = whispering.filter((other) => other.isHeardBy(member.endpoint))
    member.isListener = !isAdded && whispers.length === 0 && !member.announcer.isPlaying
    member.listenedFrames = member.isListener ? member.listenedFrames + 1 : 0
    if (member.isListener) return
    const work = this.#work
    work.set(this.#sum)
    if (isAdded) subtract(work, member.said)
    for (const { said } of whispers) add(work, said)
    member.announcer.addTo(work, now)
    member.limiter.limit(work, member.heard)
  }

  #chooseLoudest(): MixMember[] {
    const speaking: MixMember[] = []
    for (const member of this.#members.values())
      if (member.isSpeaking && member.isPublic) speaking.push(member)
    if (speaking.length <= MIX_SPEAKERS_MAX) return speaking
    const rank = (member: MixMember): number => member.loudness * (member.isHeard ? LEAD : 1)
    return speaking.sort((left, right) => rank(right) - rank(left)).slice(0, MIX_SPEAKERS_MAX)
  }

  #tell(loudest: readonly MixMember[], now: Instant): void {
    if (now - this.#toldAt < SPEAKERS_INTERVAL) return
    const speakers = loudest.map(({ endpoint, loudness }) => ({ endpoint, levelDb: levelDb(loudness) }))
    const before = new Map(this.#told.map((speaker) => [speaker.endpoint, speaker.levelDb]))
    const isSame =
      before.size === speakers.length &&
      speakers.every(
        ({ endpoint, levelDb }) => Math.abs(levelDb - (before.get(endpoint) ?? 1_000)) < LEVEL_STEP_DB,
      )
    if (isSame) return
    this.#told = speakers
    this.#toldAt = now
    this.#emit({ type: 'speakers', mix: this.id, speakers })
  }
}

function levelDb(loudness: number): number {
  return loudness < 1 ? LEVEL_DB_MIN : Math.max(LEVEL_DB_MIN, Math.round(20 * Math.log10(loudness / 32_768)))
}
