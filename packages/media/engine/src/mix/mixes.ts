// All mixes by id. A mix begins with its first member and ends with its last one; a member comes and goes
// with the source of its endpoint.
import type { Instant } from '@rufwerk/core'
import type { AnnouncedSound, Command, MediaEvent, MixId, Reply } from '@rufwerk/media-control'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { MIX_MEMBERS_MAX, MIXES_MAX } from '../limits.ts'
import { DONE, type Refused, refused, UNKNOWN } from '../refusal.ts'
import { Ear } from '../sound/ear.ts'
import type { PromptLibrary } from '../sound/prompts.ts'
import { RecordingSource } from '../sound/recording-source.ts'
import { ToneSource } from '../sound/tone.ts'
import type { PcmSource } from '../stream/pcm.ts'
import type { Ticker } from '../stream/ticker.ts'
import type { Membership } from './member.ts'
import { MIX_RATE, Mix } from './mix.ts'

type Announce = Extract<Command, { type: 'announce' }>

export interface MixPorts {
  readonly ticker: Ticker
  /** Arms the ticker's timer; called after something was added. */
  readonly wake: () => void
  readonly now: () => Instant
  readonly emit: (event: MediaEvent) => void
  readonly onError: (error: unknown) => void
  readonly prompts: PromptLibrary
}

export class Mixes {
  readonly #ports: MixPorts
  readonly #mixes = new Map<MixId, Mix>()

  constructor(ports: MixPorts) {
    this.#ports = ports
  }

  size(): number {
    return this.#mixes.size
  }

  /** Makes `endpoint` a member, or changes what it is there; undefined when that is done. */
  join(endpoint: Endpoint, membership: Membership): Refused | undefined {
    const { endpoint: id, tenant } = endpoint.identity
    const known = this.#mixes.get(membership.mix)
    if (known && known.tenant !== tenant) return refused('bad-argument', 'the mix is of another tenant')
    const present = known?.member(id)
    if (present) {
      present.membership = membership
      return undefined
    }
    if (known && known.size >= MIX_MEMBERS_MAX) return refused('limit', `${MIX_MEMBERS_MAX} are in the mix`)
    if (!known && this.#mixes.size >= MIXES_MAX) return refused('limit', `${MIXES_MAX} mixes are open`)
    const mix = known ?? this.#open(membership.mix, tenant)
    const member = mix.join(id, new Ear(endpoint, MIX_RATE, this.#ports.onError), membership)
    endpoint.join({
      sound: () => mix.soundFor(member),
      announced: () => mix.announcedTo(member),
      leave: () => {
        mix.leave(member)
        if (mix.size === 0) this.#close(mix)
      },
    })
    return undefined
  }

  /** Plays what `command` says. What plays there already goes on as it is. */
  async announce({ mix: id, to, sound }: Announce): Promise<Reply> {
    const mix = this.#mixes.get(id)
    if (!mix) return refused('unknown-mix', 'nobody is in such a mix')
    const member = to === undefined ? undefined : mix.member(to)
    if (to !== undefined && !member) return UNKNOWN
    const { announcer } = member ?? mix
    announcer.changes += 1
    const change = announcer.changes
    if (JSON.stringify(sound) === JSON.stringify(announcer.sound)) return DONE
    const made = await this.#soundOf(sound, mix.tenant)
    if (typeof made === 'string') return refused('bad-argument', made)
    const isThere = this.#mixes.get(id) === mix && (to === undefined || mix.member(to) === member)
    if (isThere && announcer.changes === change) announcer.play(sound, made)
    return DONE
  }

  #open(id: MixId, tenant: Mix['tenant']): Mix {
    const { ticker, wake, now, emit, onError } = this.#ports
    const mix = new Mix(id, tenant, emit, onError)
    this.#mixes.set(id, mix)
    ticker.add(mix, now())
    wake()
    return mix
  }

  /** The one place where a mix goes. */
  #close(mix: Mix): void {
    this.#mixes.delete(mix.id)
    this.#ports.ticker.remove(mix)
    mix.close()
  }

  /** The sound at MIX_RATE; undefined: none. A text says what is wrong. */
  async #soundOf(sound: AnnouncedSound, tenant: Mix['tenant']): Promise<PcmSource | string | undefined> {
    if (sound.type === 'silence') return undefined
    if (sound.type === 'tone') return new ToneSource(sound.tone, sound.country, MIX_RATE)
    const recordings: Int16Array[] = []
    for (const name of sound.names) {
      const prompt = await this.#ports.prompts.load(name, MIX_RATE, tenant)
      if (!prompt.ok) return prompt.error
      recordings.push(prompt.value)
    }
    return new RecordingSource(recordings, MIX_RATE, sound.isLooped)
  }
}
