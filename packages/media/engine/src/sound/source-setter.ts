// Turns the source that call control asks for into what an endpoint sends. Prompts are read from disk
// first; a request that is overtaken by a later one meanwhile does nothing.
import { isDeepStrictEqual } from 'node:util'
import { fail, ok, type Result, type TenantId } from '@rufwerk/core'
import type { AudioSource, Reply } from '@rufwerk/media-control'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { Heard } from '../endpoint/heard.ts'
import type { Mixes } from '../mix/mixes.ts'
import { DONE, refused } from '../refusal.ts'
import type { PcmRate } from '../stream/codecs.ts'
import { Ear } from './ear.ts'
import { ParrotSource } from './parrot.ts'
import type { PromptLibrary } from './prompts.ts'
import { RecordingSource } from './recording-source.ts'
import { ToneSource } from './tone.ts'

/** The same recordings at both rates: a re-INVITE may change what is needed. */
type Recordings = ReadonlyMap<PcmRate, readonly Int16Array[]>
const RATES: readonly PcmRate[] = [8_000, 16_000]
/** Heard instead of the hold tone where there is such a file, the company's own before the built-in one. */
const HOLD_MUSIC = 'music-hold'

export class SourceSetter {
  readonly #prompts: PromptLibrary
  readonly #mixes: Mixes
  readonly #onError: (error: unknown) => void

  constructor(prompts: PromptLibrary, mixes: Mixes, onError: (error: unknown) => void) {
    this.#prompts = prompts
    this.#mixes = mixes
    this.#onError = onError
  }

  /**
   * `heard` is the endpoint to follow for `endpoint`, otherwise the endpoint itself. What is playing already
   * goes on as it is.
   */
  async set(endpoint: Endpoint, source: AudioSource, heard: Heard): Promise<Reply> {
    endpoint.sourceChanges += 1
    const change = endpoint.sourceChanges
    if (isDeepStrictEqual(source, endpoint.source)) return DONE
    if (source.type === 'prompt' || source.type === 'parrot') {
      const names = source.type === 'prompt' ? source.names : source.greeting
      const loaded = await this.#load(names, endpoint.identity.tenant)
      if (!loaded.ok) return refused('bad-argument', loaded.error)
      if (endpoint.sourceChanges !== change) return DONE
      this.#playRecordings(endpoint, source, loaded.value)
    } else if (source.type === 'tone') {
      const music = source.tone === 'hold' ? await this.#holdMusic(endpoint) : undefined
      if (endpoint.sourceChanges !== change) return DONE
      if (music) endpoint.play((rate) => new RecordingSource(music.get(rate) ?? [], rate, true))
      else endpoint.play((rate) => new ToneSource(source.tone, source.country, rate))
    } else if (source.type === 'mix') {
      const not = this.#mixes.join(endpoint, source)
      if (not) return not
    } else endpoint.follow(source.type === 'silence' ? undefined : heard)
    endpoint.source = source
    return DONE
  }

  #playRecordings(
    endpoint: Endpoint,
    source: Extract<AudioSource, { type: 'prompt' | 'parrot' }>,
    recordings: Recordings,
  ): void {
    const at = (rate: PcmRate) => recordings.get(rate) ?? []
    if (source.type === 'prompt')
      endpoint.play((rate) => new RecordingSource(at(rate), rate, source.isLooped))
    else
      endpoint.play((rate) => {
        const ear = new Ear(endpoint, rate, this.#onError)
        return new ParrotSource(ear, new RecordingSource(at(rate), rate, false))
      })
  }

  async #holdMusic({ identity }: Endpoint): Promise<Recordings | undefined> {
    const music = new Map<PcmRate, readonly Int16Array[]>()
    for (const rate of RATES) {
      const found = await this.#prompts.find(HOLD_MUSIC, rate, identity.tenant)
      if (!found.ok) return undefined
      music.set(rate, [found.value])
    }
    return music
  }

  async #load(names: readonly string[], tenant: TenantId): Promise<Result<Recordings, string>> {
    const recordings = new Map<PcmRate, readonly Int16Array[]>()
    for (const rate of RATES) {
      const samples: Int16Array[] = []
      for (const name of names) {
        const prompt = await this.#prompts.load(name, rate, tenant)
        if (!prompt.ok) return fail(prompt.error)
        samples.push(prompt.value)
      }
      recordings.set(rate, samples)
    }
    return ok(recordings)
  }
}
