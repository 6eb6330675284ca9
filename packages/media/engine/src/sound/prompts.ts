// The recordings of the prompts folder, read on demand and kept in memory up to a limit, at the rate they are
// played with. What a company has recorded itself lies in a folder of its own and is taken instead; whoever
// replaces a file there is heard with the next call. Messages lie in a folder of the run, a file for each
// rate, and are not kept: who put them there takes them away again.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as otherWork } from 'node:timers/promises'
import { fail, type Log, ok, type Result, type TenantId } from '@rufwerk/core'
import { G722Decoder, Resampler } from '@rufwerk/rtp'
import { MESSAGE_BYTES_MAX, PROMPT_BYTES_MAX, PROMPT_CACHE_BYTES_MAX } from '../limits.ts'
import type { PcmRate } from '../stream/codecs.ts'
import { findSound, readSamples, samplesIn, type WavSound } from './wav.ts'

/** A name without ending, perhaps in one sub-folder; nothing that could leave the prompts folder. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}(?:\/[a-z0-9][a-z0-9_-]{0,63})?$/i
/** Of a company's own files: one folder per company, no further ones. */
const OWN_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/i
const MESSAGE = /^message\/(.+)$/
const TAIL_MS = 60
/** So much is decoded before other calls get their turn: a tenth of a second, below a millisecond of work. */
const PIECE_BYTES = 800

/** One file that is there. */
interface Found {
  readonly path: string
  readonly size: number
  /** Another one when the file is replaced. */
  readonly version: string
}

export class PromptLibrary {
  readonly #directory: string
  readonly #ownDirectory: string | undefined
  readonly #messages: string | undefined
  readonly #log: Log
  /** By "rate path version"; the order is that of the last use. */
  readonly #kept = new Map<string, Int16Array>()
  /** What is being read: who asks meanwhile waits for it, and does not read it as well. */
  readonly #reading = new Map<string, Promise<Result<Int16Array, string>>>()
  #bytes = 0

  /** `ownDirectory` holds a folder per company. */
  constructor(directory: string, log: Log, ownDirectory?: string, messages?: string) {
    this.#directory = directory
    this.#ownDirectory = ownDirectory
    this.#messages = messages
    this.#log = log
  }

  /** The samples of one prompt, or why there are none. */
  async load(name: string, rate: PcmRate, tenant?: TenantId): Promise<Result<Int16Array, string>> {
    const read = await this.find(name, rate, tenant)
    if (!read.ok) this.#log.warn('prompt.unreadable', { name, why: read.error, tenant: tenant ?? '' })
    return read
  }

  /** The same for what need not be there. */
  async find(name: string, rate: PcmRate, tenant?: TenantId): Promise<Result<Int16Array, string>> {
    if (!NAME.test(name)) return fail('not a prompt name')
    const [, message] = MESSAGE.exec(name) ?? []
    if (message !== undefined) return this.#message(message, rate)
    const found = (await this.#ownFile(name, tenant)) ?? (await fileAt(join(this.#directory, `${name}.wav`)))
    if (found === undefined) return fail(`there is no prompt ${name}`)
    const key = `${rate} ${found.path} ${found.version}`
    const kept = this.#kept.get(key)
    if (kept) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return ok(kept)
    }
    return this.#reading.get(key) ?? this.#read(key, name, found, rate)
  }

  /** Bytes of sound in memory. */
  size(): number {
    return this.#bytes
  }

  #read(key: string, name: string, found: Found, rate: PcmRate): Promise<Result<Int16Array, string>> {
    const reading = readPrompt(name, found, rate).then((read) => {
      this.#reading.delete(key)
      if (read.ok) this.#keep(key, read.value)
      return read
    })
    this.#reading.set(key, reading)
    return reading
  }

  async #message(name: string, rate: PcmRate): Promise<Result<Int16Array, string>> {
    const found = this.#messages && (await fileAt(join(this.#messages, `${name}.${rate}.wav`)))
    return found ? readPrompt(name, found, rate, MESSAGE_BYTES_MAX) : fail(`there is no message ${name}`)
  }

  async #ownFile(name: string, tenant: TenantId | undefined): Promise<Found | undefined> {
    if (this.#ownDirectory === undefined || tenant === undefined) return undefined
    if (!OWN_NAME.test(name) || !OWN_NAME.test(tenant)) return undefined
    return await fileAt(join(this.#ownDirectory, tenant, `${name}.wav`))
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

async function fileAt(path: string): Promise<Found | undefined> {
  try {
    const { size, mtimeMs, ino } = await stat(path)
    return { path, size, version: `${ino} ${mtimeMs} ${size}` }
  } catch {
    return undefined // There is none, which is what is asked.
  }
}

async function readPrompt(
  name: string,
  found: Found,
  rate: PcmRate,
  bytesMax = PROMPT_BYTES_MAX,
): Promise<Result<Int16Array, string>> {
  const tooLong = `prompt ${name} is longer than ${bytesMax} bytes`
  if (found.size > bytesMax) return fail(tooLong)
  let bytes: Uint8Array
  try {
    bytes = await readFile(found.path)
  } catch {
    return fail(`prompt ${name} cannot be read`)
  }
  const sound = findSound(bytes)
  if (!sound.ok) return fail(`prompt ${name}: ${sound.error}`)
  if (samplesIn(sound.value) * 2 > bytesMax) return fail(tooLong)
  return ok(await decode(sound.value, rate))
}

/** In pieces, so that nobody's sound waits for it. */
async function decode(sound: WavSound, rate: PcmRate): Promise<Int16Array> {
  const decoder = sound.coding === 'g722' ? new G722Decoder() : undefined
  const resampler = sound.rate === rate ? undefined : new Resampler(sound.rate, rate)
  const tail = resampler ? (sound.rate * TAIL_MS) / 1000 : 0
  const samples = new Int16Array(((samplesIn(sound) + tail) * rate) / sound.rate + 1)
  let filled = 0
  const add = (piece: Int16Array): void => {
    const heard = resampler ? resampler.resample(piece) : piece
    samples.set(heard, filled)
    filled += heard.length
  }
  for (let at = 0; at < sound.bytes.length; at += PIECE_BYTES) {
    if (at > 0) await otherWork()
    const piece = sound.bytes.subarray(at, at + PIECE_BYTES)
    add(decoder ? decoder.decode(piece) : readSamples(piece))
  }
  // The filter is still holding the last samples: silence pushes them out.
  if (resampler) add(new Int16Array(tail))
  return samples.slice(0, filled)
}
