// Recorded files that are being read: a thread for each, so many at once. Who waits longer than a listener
// would is given up.
import { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '@rufwerk/core'
import type { RecordingFacts, SoundWish } from '@rufwerk/engine/recordings'
import type { FromReading, ReadingOrder } from './reading-messages.ts'

/** Files sent to listeners at the same time, as slowly as they take them; a further one is refused. */
export const READINGS_MAX = 8
/** Files read in one go at the same time, as for a phone: no slow listener stands in their way. */
const GOES_MAX = 8
/** A reading that nobody asks for more is given up. */
const IDLE_MS_MAX = 60_000

export interface SoundStream {
  readonly facts: RecordingFacts
  /** Of the whole WAV. */
  readonly bytes: number
  /** Whoever gives it up destroys it. */
  readonly sound: Readable
}

export type ReadingFault = 'busy' | 'unreadable'

export class Readings {
  /** With whether somebody listens to it; removed when the thread has ended. */
  readonly #open = new Map<Worker, boolean>()

  /** Readings that go on. */
  size(): number {
    return this.#open.size
  }

  async facts(path: string, key: Uint8Array): Promise<Result<RecordingFacts, ReadingFault>> {
    const reading = this.#begin({ path, key, task: { type: 'facts' } })
    const first = await reading?.next()
    reading?.end()
    if (reading === undefined) return fail('busy')
    return first?.type === 'facts' ? ok(first.facts) : fail('unreadable')
  }

  /** WAV, as fast as it is read. */
  async stream(path: string, key: Uint8Array, wish: SoundWish): Promise<Result<SoundStream, ReadingFault>> {
    const reading = this.#begin({ path, key, task: { type: 'stream', wish } })
    if (reading === undefined) return fail('busy')
    const first = await reading.next()
    if (first.type !== 'facts') {
      reading.end()
      return fail('unreadable')
    }
    return ok({ facts: first.facts, bytes: first.bytes, sound: readableOf(reading) })
  }

  /** Resolves when both files are whole. */
  async save(
    path: string,
    key: Uint8Array,
    into: Extract<ReadingOrder['task'], { type: 'save' }>['into'],
  ): Promise<Result<RecordingFacts, ReadingFault>> {
    const reading = this.#begin({ path, key, task: { type: 'save', into } })
    if (reading === undefined) return fail('busy')
    const first = await reading.next()
    const last = first.type === 'facts' ? await reading.next() : first
    reading.end()
    return first.type === 'facts' && last.type === 'done' ? ok(first.facts) : fail('unreadable')
  }

  close(): void {
    for (const worker of this.#open.keys()) void worker.terminate()
    this.#open.clear()
  }

  #begin(order: ReadingOrder): Reading | undefined {
    const isStream = order.task.type === 'stream'
    const alike = [...this.#open.values()].filter((one) => one === isStream).length
    if (alike >= (isStream ? READINGS_MAX : GOES_MAX)) return undefined
    const worker = new Worker(new URL('./reading-thread.ts', import.meta.url), { workerData: order })
    this.#open.set(worker, isStream)
    worker.once('exit', () => this.#open.delete(worker))
    return new Reading(worker)
  }
}

/** What a thread gives, in order. After its end or its death everything is `failed`. */
class Reading {
  readonly #worker: Worker
  readonly #given: FromReading[] = []
  #waiting: ((message: FromReading) => void) | undefined
  #isOver = false

  constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (message: FromReading) => this.#take(message))
    worker.on('error', (error) => this.#take({ type: 'failed', why: String(error) }))
    worker.once('exit', () => {
      this.#isOver = true
      this.#take({ type: 'failed', why: 'the thread has ended' })
    })
  }

  more(): void {
    if (!this.#isOver) this.#worker.postMessage('more')
  }

  next(): Promise<FromReading> {
    const given = this.#given.shift()
    if (given !== undefined) return Promise.resolve(given)
    if (this.#isOver) return Promise.resolve({ type: 'failed', why: 'the thread has ended' })
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  end(): void {
    void this.#worker.terminate()
  }

  #take(message: FromReading): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) waiting(message)
    else this.#given.push(message)
  }
}

function readableOf(reading: Reading): Readable {
  let idle: NodeJS.Timeout | undefined
  const wait = (): void => {
    clearTimeout(idle)
    idle = setTimeout(() => sound.destroy(new Error('nobody reads it')), IDLE_MS_MAX).unref()
  }
  let isFirst = true
  const sound: Readable = new Readable({
    read() {
      wait()
      // The header came unasked for.
      if (!isFirst) reading.more()
      isFirst = false
      void reading.next().then((message) => {
        if (message.type === 'piece') sound.push(message.bytes)
        else if (message.type === 'done') sound.push(null)
        else sound.destroy(new Error('the recording cannot be read'))
      })
    },
    destroy(error, done) {
      clearTimeout(idle)
      reading.end()
      done(error)
    },
  })
  wait()
  return sound
}
