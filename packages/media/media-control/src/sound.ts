// What an endpoint can be made to send: sources, mixes and what is played into a mix.
import type { EndpointId } from '@rufwerk/core'

/** Names a mix. It exists while an endpoint is a member of it. */
export type MixId = string & { readonly id: 'mix' }

/** The first four go on until replaced; a `beep`, `entry` or `exit` sounds once. */
export type ToneName = 'ringback' | 'busy' | 'congestion' | 'hold' | 'beep' | 'entry' | 'exit'

/** A tone of a country (Germany: 425 Hz; US: 440+480 …). */
interface Tone {
  readonly type: 'tone'
  readonly tone: ToneName
  readonly country: 'de' | 'us'
}

/** WAV files of the prompts folder, by name without ending; several are played one after the other. */
interface Prompt {
  readonly type: 'prompt'
  readonly names: readonly string[]
  readonly isLooped: boolean
}

/** What is played into a mix, or to one of its members, on top of what they say. `silence` ends it. */
export type AnnouncedSound = { readonly type: 'silence' } | Tone | Prompt

/** What an endpoint sends to its peer. Every endpoint has exactly one source at a time. */
export type AudioSource =
  | { readonly type: 'silence' }
  /** What the other endpoint receives; DTMF events are carried over, too. */
  | { readonly type: 'endpoint'; readonly endpoint: EndpointId }
  | Tone
  | Prompt
  /** The endpoint hears itself. */
  | { readonly type: 'echo' }
  /** Plays a prompt, then repeats each utterance of the peer after the peer stopped speaking. */
  | { readonly type: 'parrot'; readonly greeting: readonly string[] }
  /**
   * It is a member of this mix: it hears the other members, and they hear it. Another source ends that. With
   * other values of the same mix it stays and only they change.
   */
  | {
      readonly type: 'mix'
      readonly mix: MixId
      /** Heard by nobody. */
      readonly isMuted: boolean
      /**
       * Only these members hear it (whispering, listening); absent: all. An endpoint elsewhere hears nothing.
       */
      readonly heardBy?: readonly EndpointId[]
    }
