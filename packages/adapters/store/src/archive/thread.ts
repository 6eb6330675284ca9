// The main thread's end of the archive's thread, which is there while somebody asks.
import { Worker } from 'node:worker_threads'
import type { Log } from '@rufwerk/core'
import { IDLE_MS } from './limits.ts'
import type { AnswerOf, FromArchive, Question, ToArchive } from './messages.ts'

/** Who answers questions; in tests, without a thread. */
export interface Answerer {
  ask<Type extends Question['type']>(
    question: Extract<Question, { readonly type: Type }>,
  ): Promise<AnswerOf[Type]>
  close(): Promise<void>
}

type Waiting = PromiseWithResolvers<AnswerOf[Question['type']]>

export class ArchiveThread implements Answerer {
  readonly #dataDir: string
  readonly #log: Log
  /** Removed with its answer, or when the thread has ended. */
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastId = 0
  #idle: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(dataDir: string, log: Log) {
    this.#dataDir = dataDir
    this.#log = log
  }

  ask<Type extends Question['type']>(
    question: Extract<Question, { readonly type: Type }>,
  ): Promise<AnswerOf[Type]> {
    if (this.#isClosed) return Promise.reject(new Error('the archive is closed'))
    clearTimeout(this.#idle)
    const worker = this.#worker ?? this.#start()
    const waiting: Waiting = Promise.withResolvers()
    this.#lastId += 1
    this.#waiting.set(this.#lastId, waiting)
    worker.postMessage({ id: this.#lastId, question } satisfies ToArchive)
    // Questions and answers are paired by their number.
    return waiting.promise as Promise<AnswerOf[Type]>
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#end()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./main.ts', import.meta.url), { workerData: this.#dataDir })
    worker.on('message', (message: FromArchive) => this.#receive(message))
    worker.on('error', (error) => this.#log.error('archive.failed', { why: String(error) }))
    worker.on('exit', () => this.#gone(worker))
    this.#worker = worker
    return worker
  }

  #receive(message: FromArchive): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if ('answer' in message) waiting?.resolve(message.answer)
    else waiting?.reject(new Error(`the archive could not answer: ${message.why}`))
    if (this.#waiting.size > 0 || this.#isClosed) return
    this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref()
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    if (worker === undefined) return
    this.#worker = undefined
    const gone = new Promise<void>((resolve) => void worker.once('exit', () => resolve()))
    worker.postMessage('close' satisfies ToArchive)
    await gone
  }

  #gone(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined
    if (this.#worker !== undefined) return
    for (const [id, waiting] of this.#waiting) {
      this.#waiting.delete(id)
      waiting.reject(new Error('the archive has ended'))
    }
  }
}
