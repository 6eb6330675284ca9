// The main thread's end of the defence: orders go to its thread, in their order; nothing here takes long. The
// thread is there while somebody asks, and for a while after: most of the time nobody does.
import { Worker } from 'node:worker_threads'
import { fail, type Log, ok, type Result } from '@rufwerk/core'
import { HEAP_MB_MAX, IDLE_MS_MAX, ORDERS_MAX } from './limits.ts'
import type { Ask, FromThread, OrderName, Orders } from './messages.ts'

/** `busy`: ask again later. `failed`: not done, nothing has changed; the log says why. */
export type DefenceError = 'busy' | 'failed'

export interface DefenceOptions {
  /** Certificates that are trusted besides those of the system when advisories are fetched, PEM. */
  readonly ca?: string
  readonly idleMs?: number
}

interface Waiting {
  readonly worker: Worker
  readonly settle: (answer: Result<unknown, DefenceError>) => void
}

export class Defence {
  readonly #folder: string
  readonly #log: Log
  readonly #options: DefenceOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #last = 0
  #isClosed = false

  /** Keeps `defence.db` in this folder, which exists. */
  constructor(folder: string, log: Log, options: DefenceOptions = {}) {
    this.#folder = folder
    this.#log = log
    this.#options = options
  }

  ask<Name extends OrderName>(
    name: Name,
    ask: Ask<Name>,
  ): Promise<Result<Orders[Name]['answer'], DefenceError>> {
    if (this.#isClosed) return Promise.resolve(fail('failed'))
    if (this.#waiting.size >= ORDERS_MAX) return Promise.resolve(fail('busy'))
    clearTimeout(this.#idle)
    this.#worker ??= this.#begin()
    const { promise, resolve } = Promise.withResolvers<Result<Orders[Name]['answer'], DefenceError>>()
    this.#last += 1
    const settle = resolve as Waiting['settle']
    this.#waiting.set(this.#last, { worker: this.#worker, settle })
    this.#worker.postMessage({ id: this.#last, name, ask })
    return promise
  }

  /** Orders that wait for an answer. */
  size(): number {
    return this.#waiting.size
  }

  hasThread(): boolean {
    return this.#worker !== undefined
  }

  /** What was asked before is done, but for documents that are still on their way. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#rest()
  }

  #begin(): Worker {
    const { ca } = this.#options
    const worker = new Worker(new URL('./thread/main.ts', import.meta.url), {
      workerData: { folder: this.#folder, ...(ca !== undefined && { ca }) },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    })
    worker.on('message', (message: FromThread) => this.#receive(message))
    worker.on('error', (error) => this.#log.error('defence.broken', { why: String(error).slice(0, 300) }))
    worker.on('exit', () => this.#end(worker))
    return worker
  }

  async #rest(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = undefined
    if (worker === undefined) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage('close')
    await ended
  }

  #receive(message: FromThread): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.type === 'failed') this.#log.error('defence.failed', { why: message.why })
    waiting?.settle(message.type === 'answer' ? ok(message.answer) : fail('failed'))
    if (this.#waiting.size > 0 || this.#isClosed) return
    this.#idle = setTimeout(() => void this.#rest(), this.#options.idleMs ?? IDLE_MS_MAX).unref()
  }

  #end(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined
    for (const [id, waiting] of this.#waiting) {
      if (waiting.worker !== worker) continue
      this.#waiting.delete(id)
      waiting.settle(fail('failed'))
    }
  }
}
