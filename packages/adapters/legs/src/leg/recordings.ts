// What is recorded of legs. Each recording ends exactly once for its listener, whoever has said so first: the
// answer to a command, the media process by itself, its death, or nobody in time. It outlives its leg until
// its file is closed, and a restart of ours with the endpoint that it belongs to.
import type { LegEvent, LegPort } from '@rufwerk/calls'
import type { EndpointId, Instant, LegId, RecordingId } from '@rufwerk/core'
import type { Command, EndpointSnapshot, MediaEvent, Reply } from '@rufwerk/media-control'
import type { LegCounts } from '../counts.ts'
import type { LegLimits } from '../limits.ts'
import type { MediaPort, Timers } from '../ports.ts'
import type { MediaLink } from './media-link.ts'

type Order = Parameters<LegPort['record']>[1]
type Recorded = Extract<LegEvent, { type: 'recorded' }>
type Ended = Extract<MediaEvent, { type: 'recordingEnded' }>

const NOTHING: Recorded['figures'] = { lengthMs: 0, lostMs: 0, bytes: 0 }

interface Open {
  readonly leg: LegId
  readonly endpoint: EndpointId
  readonly file: string
  readonly since: Instant
  /** As it was asked for last. */
  isPaused: boolean
  /** That it goes on was not confirmed, and nobody was told of a pause: said when the stream is back. */
  isOwed?: boolean
  /** Its end was asked for, or its endpoint closes: somebody has to say how it ended before this fires. */
  ending?: Disposable
}

type Named = Pick<Order, 'recording' | 'file'>

/** One that goes on, or whose end is still to be told. */
export interface GoingRecording extends Named {
  readonly leg: LegId
}

export interface RecordingsPorts {
  readonly media: MediaPort
  readonly timers: Timers
  readonly limits: LegLimits
  readonly counts: LegCounts
  /** The leg may be gone. */
  readonly tell: (leg: LegId, event: Recorded) => void
}

export class Recordings {
  readonly #ports: RecordingsPorts
  readonly #open = new Map<RecordingId, Open>()

  constructor(ports: RecordingsPorts) {
    this.#ports = ports
  }

  /** Those included whose file is still being closed. */
  size(): number {
    return this.#open.size
  }

  /** Whether it goes on, or its end is still to be told. */
  has(recording: RecordingId): boolean {
    return this.#open.has(recording)
  }

  /** All of them, those of the run before among them. */
  going(): readonly GoingRecording[] {
    return [...this.#open].map(([recording, { leg, file }]) => ({ recording, leg, file }))
  }

  isPaused(recording: RecordingId): boolean {
    return this.#open.get(recording)?.isPaused ?? false
  }

  /** `media`: of the leg; undefined when it is gone. */
  begin(leg: LegId, media: MediaLink | undefined, order: Order): void {
    const { recording } = order
    if (this.#open.has(recording)) return
    if (media?.opened === undefined) {
      this.#ports.tell(leg, { type: 'recorded', recording, why: 'failed', figures: NOTHING })
      return
    }
    this.#keep(order, leg, media.endpoint, order.isPaused ?? false)
    const { limits, timers } = this.#ports
    // Without an answer nobody knows whether it goes on: then it shall not.
    const answer = timers.arm(limits.mediaReplyWithin, () => this.#end(recording))
    this.#ask({ type: 'record', endpoint: media.endpoint, ...order }, (reply) => {
      answer[Symbol.dispose]()
      if (reply?.type !== 'done') this.#over(recording, 'failed')
    })
  }

  /** Whether it is so now. `orLater`: when it cannot go on now, it does as soon as it can. */
  pause(leg: LegId, recording: RecordingId, isPaused: boolean, orLater = false): Promise<boolean> {
    const open = this.#open.get(recording)
    if (open?.leg !== leg) return Promise.resolve(false)
    if (isPaused) open.isPaused = true
    open.isOwed = orLater && !isPaused
    return new Promise((resolve) => {
      this.#ask({ type: 'pauseRecording', recording, isPaused }, (reply) => {
        const isDone = reply?.type === 'done'
        if (isDone) {
          open.isPaused = isPaused
          open.isOwed = false
        }
        // What was to stay secret would be written: rather nothing at all.
        else if (isPaused) this.#end(recording)
        resolve(isDone)
      })
    })
  }

  stop(leg: LegId, recording: RecordingId): void {
    if (this.#open.get(recording)?.leg === leg) this.#end(recording)
  }

  /** It was begun by the run before and goes on. */
  adopt(leg: LegId, { endpoint, recordings = [] }: EndpointSnapshot): void {
    for (const known of recordings) this.#keep(known, leg, endpoint, known.isPaused)
  }

  /**
   * The stream to the media process was broken, and what it records went on meanwhile. What nobody knows here
   * any more, because its end or its pause could not be said, ends now; what was to go on does.
   */
  found(endpoints: readonly EndpointSnapshot[]): void {
    for (const { recording, isPaused } of endpoints.flatMap(({ recordings = [] }) => recordings)) {
      const open = this.#open.get(recording)
      if (open === undefined) this.#ask({ type: 'stopRecording', recording }, () => undefined)
      else if (open.isOwed) void this.pause(open.leg, recording, false, true)
      else if (open.isPaused && !isPaused) void this.pause(open.leg, recording, true)
    }
  }

  /** The endpoint closes, and what is recorded of it ends. */
  closes(endpoint: EndpointId): void {
    for (const [recording, open] of this.#open) if (open.endpoint === endpoint) this.#expectEnd(recording)
  }

  /** It ended by itself. */
  ended({ recording, why, figures }: Ended): void {
    this.#over(recording, why, figures)
  }

  /** The media process is gone, and with it what it had not written yet. */
  mediaLost(): void {
    for (const recording of [...this.#open.keys()]) this.#over(recording, 'failed')
  }

  /** Tells nobody: after a restart what goes on is found again. */
  close(): void {
    for (const { ending } of this.#open.values()) ending?.[Symbol.dispose]()
    this.#open.clear()
  }

  #keep({ recording, file }: Named, leg: LegId, endpoint: EndpointId, isPaused: boolean): void {
    this.#open.set(recording, { leg, endpoint, file, since: this.#ports.timers.now(), isPaused })
  }

  #end(recording: RecordingId): void {
    if (!this.#expectEnd(recording)) return
    this.#ask({ type: 'stopRecording', recording }, (reply) => {
      if (reply?.type === 'recorded') this.#over(recording, 'asked', reply.figures)
      // It ends by itself, and that is told in a moment. Any other refusal is the end.
      else if (reply?.type !== 'refused' || reply.code !== 'unknown-recording')
        this.#over(recording, 'failed')
    })
  }

  /** False when that is expected already, or there is no such recording. */
  #expectEnd(recording: RecordingId): boolean {
    const open = this.#open.get(recording)
    if (open === undefined || open.ending !== undefined) return false
    const { timers, limits } = this.#ports
    open.ending = timers.arm(limits.recordedWithin, () => this.#over(recording, 'failed'))
    return true
  }

  /** The one place where a recording leaves. */
  #over(recording: RecordingId, why: Recorded['why'], figures?: Recorded['figures']): void {
    const open = this.#open.get(recording)
    if (open === undefined) return
    this.#open.delete(recording)
    open.ending?.[Symbol.dispose]()
    const lengthMs = this.#ports.timers.now() - open.since
    const known = figures ?? { lengthMs, lostMs: 0, bytes: 0 }
    this.#ports.tell(open.leg, { type: 'recorded', recording, why, figures: known })
  }

  #ask(command: Command, then: (reply: Reply | undefined) => void): void {
    const settle = (reply: Reply | undefined): void => {
      if (reply === undefined || reply.type === 'refused') this.#ports.counts.mediaFailures += 1
      then(reply)
    }
    Promise.try(() => this.#ports.media.command(command)).then(settle, () => settle(undefined))
  }
}
