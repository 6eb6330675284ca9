// The recordings of the prompts folder, read on demand and kept in memory up to a limit, at the rate they are
// played with.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, type Log, ok, type Result } from '@rufwerk/core'
import { Resampler } from '@rufwerk/rtp'
import { PROMPT_BYTES_MAX, PROMPT_CACHE_BYTES_MAX } from '../limits.ts'
import type { PcmRate } from '../stream/codecs.ts'
import { parseWav } from './wav.ts'

/** A name without ending, perhaps in one sub-folder; nothing that could leave the prompts folder. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}(?:\/[a-z0-9][a-z0-9_-]{0,63})?$/i
const TAIL_MS = 60

export class PromptLibrary {
  readonly #directory: string
  readonly #log: Log
  /** By "rate name"; the order is that of the last use. */
  readonly #kept = new Map<string, Int16Array>()
  #bytes = 0

  constructor(directory: string, log: Log) {
    this.#directory = directory
    this.#log = log
  }

  /** The samples of one prompt, or why there are none. */
  async load(name: string, rate: PcmRate): Promise<Result<Int16Array, string>> {
    if (!NAME.test(name)) return fail('not a prompt name')
    const key = `${rate} ${name}`
    const kept = this.#kept.get(key)
    if (kept) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return ok(kept)
    }
    const read = await this.#read(name, rate)
    if (read.ok) this.#keep(key, read.value)
    else this.#log.warn('prompt.unreadable', { name, why: read.error })
    return read
  }

  /** Bytes of sound in memory. */
  size(): number {
    return this.#bytes
  }

  async #read(name: string, rate: PcmRate): Promise<Result<Int16Array, string>> {
    const path = join(this.#directory, `${name}.wav`)
    let bytes: Uint8Array
    try {
      const { size } = await stat(path)
      if (size > PROMPT_BYTES_MAX) return fail(`prompt ${name} is longer than ${PROMPT_BYTES_MAX} bytes`)
      bytes = await readFile(path)
    } catch {
      return fail(`there is no prompt ${name}`)
    }
    const wav = parseWav(bytes)
    if (!wav.ok) return fail(`prompt ${name}: ${wav.error}`)
    if (wav.value.rate === rate) return ok(wav.value.samples)
    // The filter is still holding the last samples: silence pushes them out.
    const padded = new Int16Array(wav.value.samples.length + (wav.value.rate * TAIL_MS) / 1000)
    padded.set(wav.value.samples)
    return ok(Int16Array.from(new Resampler(wav.value.rate, rate).resample(padded)))
  }

  #keep(key: string, samples: Int16Array): void {
    this.#bytes -= this.#kept.get(key)?.byteLength ?? 0
    this.#kept.set(key, samples)
    this.#bytes += samples.byteLength
    for (const [oldest, forgotten] of this.#kept) {
      if (this.#bytes <= PROMPT_CACHE_BYTES_MAX) return
      this.#kept.delete(oldest)
      this.#bytes -= forgotten.byteLength
    }
  }
}
