// Converts files one after the other, each in a new thread that ends with it. What takes too long is stopped;
// when many wait already, the next one is told to come again.
import { Worker } from 'node:worker_threads'
import { fail, type Log, type Result } from '@rufwerk/core'
import type { ConvertRefusal } from './refusals.ts'

/** The longest prompt takes two seconds of a slow machine. */
const CONVERT_MS_MAX = 20_000
/** Files that are converted or wait for it, each of as many bytes as a request may have. */
export const CONVERSIONS_MAX = 4
const HEAP_MB_MAX = 128

export type Converted = Result<Uint8Array, ConvertRefusal | { readonly why: 'busy' }>

export class Converter {
  readonly #log: Log
  readonly #timeMax: number
  #waiting = 0
  /** The last conversion; the next one begins when it has ended. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(log: Log, timeMaxMs = CONVERT_MS_MAX) {
    this.#log = log
    this.#timeMax = timeMaxMs
  }

  /** Takes `bytes` over: they must not be used any more. Never rejects. */
  async convert(bytes: Uint8Array<ArrayBuffer>, use: 'speech' | 'music'): Promise<Converted> {
    if (bytes.length === 0) return fail({ why: 'empty' })
    if (this.#waiting >= CONVERSIONS_MAX) return fail({ why: 'busy' })
    this.#waiting += 1
    const converting = this.#last
      .then(() => this.#run(bytes, use))
      .catch((error: unknown) => this.#broke(error))
    this.#last = converting
    const converted = await converting
    this.#waiting -= 1
    return converted
  }

  /** Files that are converted or wait for it. */
  size(): number {
    return this.#waiting
  }

  #run(bytes: Uint8Array<ArrayBuffer>, use: 'speech' | 'music'): Promise<Converted> {
    const thread = new Worker(new URL('./convert-thread.ts', import.meta.url), {
      workerData: { bytes, use },
      // Moved and not copied: the thread of calls does not wait for megabytes.
      transferList: [bytes.buffer],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
      // Nothing that a decoder prints belongs into our log.
      ...{ stdout: true, stderr: true },
    })
    const { promise, resolve } = Promise.withResolvers<Converted>()
    const timer = setTimeout(() => resolve(fail({ why: 'too-slow' })), this.#timeMax)
    thread.once('message', (converted: Converted) => resolve(converted))
    thread.once('error', (error) => resolve(this.#broke(error)))
    thread.once('exit', () => resolve(fail({ why: 'broken' })))
    return promise.finally(() => {
      clearTimeout(timer)
      void thread.terminate()
    })
  }

  /** A decoder failed, or there is no room for a thread. */
  #broke(error: unknown): Converted {
    this.#log.warn('prompt.conversion', { error: String(error).slice(0, 200) })
    return fail({ why: 'broken' })
  }
}
