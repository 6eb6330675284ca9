// Puts packets back in order and at an even pace, for a receiver that decodes (pull model). Adaptive,
// bounded; memory for payloads is taken once per place in the window. No clock: the caller gives the time of
// each input.
//
// How the delay follows the network: the target is the spread of the transit times lately seen. While fewer
// frames wait than that, a missing frame is concealed without being given up: if it still comes, it is played
// and the delay has grown by one frame; if its successors come, the concealed turn counts as its own.
// `isAhead` says when more than the target has waited for a second, so that the reader may catch up by one
// frame.
import type { Instant } from '@rufwerk/core'
import { type Frame, FrameWindow, type Slot } from './frame-window.ts'
import type { RtpHeader } from './header.ts'
import { SequenceExtender } from './sequence.ts'
import { TransitSpread } from './transit-spread.ts'

export interface JitterBufferOptions {
  readonly clockRate: number
  /** Packets kept at most; FRAMES_MAX when absent. */
  readonly framesMax?: number
  /** Bounds of the delay that is added, in ms; DELAY_MIN_MS and DELAY_MAX_MS when absent. */
  readonly delayMinMs?: number
  readonly delayMaxMs?: number
}

export interface JitterBufferCounts {
  /** Came after its turn and was dropped; was counted as lost before. */
  readonly late: number
  /** Was not there when its turn came. */
  readonly lost: number
  readonly duplicate: number
  /** Dropped because too much had gathered, or because it lay far off the sequence. */
  readonly overflow: number
  /** New beginnings: another SSRC, or a jump in the sequence. */
  readonly reset: number
}

export const FRAMES_MAX = 64
export const DELAY_MIN_MS = 40
export const DELAY_MAX_MS = 240
/** Longer payloads than any voice codec makes are dropped. */
export const PAYLOAD_BYTES_MAX = 1_500
/** A step of the sequence beyond this is a restart when the next packet agrees, and rubbish otherwise. */
const SEQUENCE_STEP_MAX = 1_000
/** Turns with nothing to play that are concealed before the stream counts as paused. */
const CONCEALED_TURNS_MAX = 5
/** So many turns in a row more than the target must have waited for `isAhead`. */
const AHEAD_TURNS = 50
const FRAME_MS_DEFAULT = 20
const FRAME_MS_MAX = 120

const EMPTY = new Uint8Array(0)

export class JitterBuffer {
  readonly #clockRate: number
  readonly #delayMinMs: number
  readonly #delayMaxMs: number
  readonly #window: FrameWindow
  readonly #extender = new SequenceExtender()
  readonly #spread: TransitSpread
  #ssrc = -1
  /** Whose turn is next; −1 before the first packet. */
  #next = -1
  /** What lies before had its turn before a pause and is not played again. */
  #floor = -1
  #highest = -1
  #isPlaying = false
  #waitingSince = 0
  /** Turns concealed while nothing had come. */
  #concealed = 0
  #ahead = 0
  #frameTime: number
  #lastTimestamp = 0
  #resumesAt = -1
  #late = 0
  #lost = 0
  #duplicate = 0
  #overflow = 0
  #reset = 0

  constructor(options: JitterBufferOptions) {
    this.#clockRate = options.clockRate
    this.#window = new FrameWindow(options.framesMax ?? FRAMES_MAX)
    this.#delayMinMs = options.delayMinMs ?? DELAY_MIN_MS
    this.#delayMaxMs = options.delayMaxMs ?? DELAY_MAX_MS
    this.#frameTime = (FRAME_MS_DEFAULT * options.clockRate) / 1000
    this.#spread = new TransitSpread(options.clockRate)
  }

  /** Takes a copy of the payload. */
  put(
    packet: Uint8Array,
    header: RtpHeader,
    now: Instant,
  ): 'queued' | 'late' | 'duplicate' | 'overflow' | 'reset' {
    return this.#put(packet, header, now, true)
  }

  /** A packet of the same stream that holds no sound (an event): its turn gives `empty` and is not a loss. */
  putSilent(header: RtpHeader, now: Instant): void {
    this.#put(EMPTY, header, now, false)
  }

  #put(
    packet: Uint8Array,
    header: RtpHeader,
    now: Instant,
    hasSound: boolean,
  ): 'queued' | 'late' | 'duplicate' | 'overflow' | 'reset' {
    if (header.payloadEnd - header.payloadStart > PAYLOAD_BYTES_MAX) return this.#drop()
    let isReset = header.ssrc !== this.#ssrc
    if (!isReset && this.#isFarOff(header.sequenceNumber)) {
      isReset = header.sequenceNumber === this.#resumesAt
      this.#resumesAt = (header.sequenceNumber + 1) & 0xffff
      if (!isReset) return this.#drop()
    }
    this.#resumesAt = -1
    const isFirst = this.#ssrc < 0
    if (isReset) this.#restart(header.ssrc)
    const sequence = this.#extender.extend(header.sequenceNumber)
    if (this.#next < 0) this.#begin(sequence, now)
    if (this.#window.size() === 0 && !this.#isPlaying) this.#waitingSince = now
    const kept = this.#store(sequence, packet, header, hasSound)
    if (hasSound && kept !== 'duplicate') this.#learn(sequence, header.timestamp, now)
    this.#highest = Math.max(this.#highest, sequence)
    if (!isReset || isFirst) return kept
    this.#reset += 1
    return 'reset'
  }

  #store(
    sequence: number,
    packet: Uint8Array,
    header: RtpHeader,
    hasSound: boolean,
  ): 'queued' | 'late' | 'duplicate' {
    if (sequence < this.#next) {
      // Before playing begins there is still time for a packet that was overtaken by the first one.
      const hadItsTurn = this.#isPlaying || sequence < this.#floor
      if (hadItsTurn || this.#highest - sequence >= this.#window.length) {
        this.#late += 1
        return 'late'
      }
      this.#next = sequence
    }
    while (sequence - this.#next >= this.#window.length) this.#dropOldest()
    if (this.#window.has(sequence)) {
      this.#duplicate += 1
      return 'duplicate'
    }
    this.#window.store(sequence, packet, header, hasSound)
    return 'queued'
  }

  /**
   * What is to be played next: a frame, `lost` (conceal one packet), or `empty` (nothing has come or it ran
   * dry).
   */
  take(now: Instant): Frame | 'lost' | 'empty' {
    if (!this.#isPlaying && !this.#mayBegin(now)) return 'empty'
    while (this.#window.size() * this.#frameMs > this.#delayMaxMs + this.#frameMs) this.#dropOldest()
    if (this.#window.size() === 0) return this.#runDry(now)
    // What was concealed while waiting need not be concealed again now that its successors are here.
    while (this.#concealed > 0 && !this.#window.has(this.#next)) {
      this.#concealed -= 1
      this.#lost += 1
      this.#next += 1
    }
    const slot = this.#window.at(this.#next)
    if (slot === undefined) return this.#missing()
    this.#concealed = 0
    if (this.#isPauseBefore(slot)) return this.#pause(now)
    this.#ahead = this.#window.size() > this.#targetFrames ? this.#ahead + 1 : 0
    this.#next += 1
    this.#window.free(slot)
    if (!slot.hasSound) return 'empty'
    this.#lastTimestamp = slot.timestamp
    return this.#window.frame(slot, this.#next - 1)
  }

  /**
   * After `lost`: the frame behind the one that is missing, when it is there, for FEC; it stays in the
   * buffer.
   */
  peek(): Frame | undefined {
    if (this.#next < 0) return undefined
    const sequence = this.#next + this.#concealed
    const slot = this.#window.at(sequence)
    return slot?.hasSound === true ? this.#window.frame(slot, sequence) : undefined
  }

  /** More than the target has waited for a second: taking two frames in one turn would do no harm. */
  get isAhead(): boolean {
    return this.#ahead >= AHEAD_TURNS
  }

  /** The reader caught up by one frame. */
  caughtUp(): void {
    this.#ahead = 0
  }

  /** RTP time from one packet to the next, as seen in the stream; 20 ms until known. */
  get frameTime(): number {
    return this.#frameTime
  }

  /** Delay that the buffer aims at, in ms. */
  get targetMs(): number {
    return Math.max(this.#delayMinMs, Math.min(this.#delayMaxMs, this.#spread.spreadMs))
  }

  /** Delay of the frames that wait at present, in ms. */
  get delayMs(): number {
    return this.#window.size() * this.#frameMs
  }

  get counts(): JitterBufferCounts {
    return {
      late: this.#late,
      lost: this.#lost,
      duplicate: this.#duplicate,
      overflow: this.#overflow,
      reset: this.#reset,
    }
  }

  /** Frames that wait. */
  size(): number {
    return this.#window.size()
  }

  get #frameMs(): number {
    return (this.#frameTime * 1000) / this.#clockRate
  }

  get #targetFrames(): number {
    return Math.max(1, Math.ceil(this.targetMs / this.#frameMs))
  }

  #isFarOff(sequenceNumber: number): boolean {
    if (this.#highest < 0) return false
    return Math.abs(((sequenceNumber - this.#highest) << 16) >> 16) > SEQUENCE_STEP_MAX
  }

  #drop(): 'overflow' {
    this.#overflow += 1
    return 'overflow'
  }

  #restart(ssrc: number): void {
    this.#ssrc = ssrc
    this.#window.clear()
    this.#next = -1
    this.#floor = -1
    this.#highest = -1
    this.#isPlaying = false
    this.#extender.reset()
    this.#spread.reset()
  }

  #begin(sequence: number, now: Instant): void {
    this.#next = sequence
    this.#isPlaying = false
    this.#waitingSince = now
    this.#concealed = 0
    this.#ahead = 0
  }

  /** Playing begins when the target has gathered, or has passed with whatever is there. */
  #mayBegin(now: Instant): boolean {
    if (this.#window.size() === 0) return false
    if (this.#window.size() < this.#targetFrames && now - this.#waitingSince < this.targetMs) return false
    let slot = this.#window.at(this.#next)
    while (slot === undefined) {
      this.#next += 1
      slot = this.#window.at(this.#next)
    }
    this.#lastTimestamp = slot.timestamp - this.#frameTime
    this.#isPlaying = true
    return true
  }

  /** A hole with later frames behind it. While fewer wait than the target, the turn is not given up yet. */
  #missing(): 'lost' {
    if (this.#window.size() < this.#targetFrames) {
      this.#concealed += 1
      return 'lost'
    }
    this.#lost += 1
    this.#next += 1
    return 'lost'
  }

  /** Nothing has come: conceal for a while without moving on, then wait for the stream to begin again. */
  #runDry(now: Instant): 'lost' | 'empty' {
    this.#ahead = 0
    if (this.#concealed < CONCEALED_TURNS_MAX) {
      this.#concealed += 1
      return 'lost'
    }
    return this.#pause(now)
  }

  /** The sender was silent (DTX): the time jumped, the sequence did not. What follows gathers anew. */
  #isPauseBefore(slot: Slot): boolean {
    if (!slot.hasSound) return false
    return ((slot.timestamp - this.#lastTimestamp) | 0) > this.#frameTime * CONCEALED_TURNS_MAX
  }

  #pause(now: Instant): 'empty' {
    this.#floor = this.#next
    this.#begin(this.#next, now)
    return 'empty'
  }

  #dropOldest(): void {
    const slot = this.#window.at(this.#next)
    if (slot === undefined) this.#lost += 1
    else {
      this.#window.free(slot)
      this.#overflow += 1
      this.#lastTimestamp = slot.timestamp
    }
    this.#next += 1
  }

  #learn(sequence: number, timestamp: number, now: Instant): void {
    const advance = this.#spread.arrived(sequence, timestamp, now)
    if (advance > 0 && advance <= (FRAME_MS_MAX * this.#clockRate) / 1000) this.#frameTime = advance
  }
}
