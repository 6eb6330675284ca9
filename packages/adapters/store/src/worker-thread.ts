// The main thread's end of the store's worker: batches to the writer, queries with their answers.
import { Worker } from 'node:worker_threads'
import { fail, type Log, ok, type Result } from '@rufwerk/core'
import type { StoreError } from './errors.ts'
import { GroupWriter } from './group-writer.ts'
import type { Cell, FromWorker, ToWorker } from './worker/messages.ts'

type Rows = readonly unknown[]

/** A worker that has loaded, or is loading, what it needs, and knows of no data folder. */
export class WorkerReady {
  readonly #worker = new Worker(new URL('./worker/main.ts', import.meta.url))

  /** Once: it opens the data folder or says why not. */
  async open(dataDir: string, log: Log): Promise<Result<WorkerThread, StoreError>> {
    const worker = this.#worker
    const { promise, resolve, reject } = Promise.withResolvers<FromWorker>()
    worker.once('message', resolve)
    worker.once('error', reject)
    try {
      const order: ToWorker = { dataDir }
      worker.postMessage(order)
      const first = await promise
      if (first.type === 'opened') return ok(new WorkerThread(worker, first.generation, log))
      await worker.terminate()
      return first.type === 'refused'
        ? fail({ code: first.code, message: first.message })
        : fail({ code: 'failed', message: `The store began with ${first.type}.` })
    } catch (error) {
      return fail({ code: 'failed', message: `The store did not start: ${String(error)}.` })
    } finally {
      worker.off('error', reject)
    }
  }
}

export class WorkerThread {
  readonly writer: GroupWriter
  readonly generation: number
  readonly #worker: Worker
  readonly #queries = new Map<number, PromiseWithResolvers<Rows>>()
  #lastQuery = 0
  #closed: PromiseWithResolvers<void> | undefined

  constructor(worker: Worker, generation: number, log: Log) {
    this.#worker = worker
    this.generation = generation
    this.writer = new GroupWriter((batch) => this.#post(batch), log)
    worker.on('message', (message: FromWorker) => this.#receive(message))
    worker.on('error', (error) => log.error('store.worker-failed', { why: String(error) }))
    worker.on('exit', () => this.#die())
  }

  /** Throws when the statement fails: our own mistake, or a damaged file. */
  query(sql: string, parameters: readonly Cell[]): Promise<Rows> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'))
    const answer = Promise.withResolvers<Rows>()
    this.#lastQuery += 1
    this.#queries.set(this.#lastQuery, answer)
    this.#post({ id: this.#lastQuery, sql, parameters })
    return answer.promise
  }

  async close(): Promise<void> {
    if (this.#closed) return this.#closed.promise
    await this.writer.drain()
    while (this.writer.figures().rowsWaiting > 0 && this.writer.figures().fault === undefined) {
      await this.writer.drain()
    }
    this.#closed = Promise.withResolvers()
    this.#post('close')
    return this.#closed.promise
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'committed':
      case 'failed':
        this.writer.answered(message)
        return
      case 'rows':
        this.#take(message.id)?.resolve(message.rows)
        return
      case 'queryFailed':
        this.#take(message.id)?.reject(new Error(`the store could not answer: ${message.why}`))
    }
  }

  #take(id: number): PromiseWithResolvers<Rows> | undefined {
    const answer = this.#queries.get(id)
    this.#queries.delete(id)
    return answer
  }

  #die(): void {
    this.writer.die()
    this.#closed ??= Promise.withResolvers()
    this.#closed.resolve()
    for (const id of [...this.#queries.keys()]) this.#take(id)?.reject(new Error('the store is closed'))
  }
}
