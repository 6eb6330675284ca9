// The sound of messages and greetings as recorded files: encrypted, each with a key of its own. What a phone
// shall hear is decrypted into the memory of this run while somebody hears it, once for all who do.
import type { Visit } from '@rufwerk/calls'
import type { Ms, RecordingId } from '@rufwerk/core'
import type { PlayableMessage, SoundFiles } from '../recordings/sound-files.ts'
import type { Sounds } from './voicemail-visit.ts'

type Files = Pick<SoundFiles, 'begin' | 'stop' | 'prepare' | 'open' | 'erase'>

interface Ready {
  users: number
  readonly message: Promise<PlayableMessage | undefined>
}

export class VoicemailSounds implements Sounds {
  readonly #files: Files
  /** Removed with its last user. */
  readonly #ready = new Map<RecordingId, Ready>()

  constructor(files: Files) {
    this.#files = files
  }

  begin({ call, leg, caller }: Visit, purpose: 'message' | 'greeting', longest: Ms): RecordingId {
    const { tenant } = caller
    return this.#files.begin({ tenant, call, leg, purpose, tracks: ['received'], lengthMaxMs: longest })
  }

  stop(recording: RecordingId): void {
    this.#files.stop(recording)
  }

  async open(recording: RecordingId): Promise<string | undefined> {
    const ready = this.#ready.get(recording) ?? this.#prepare(recording)
    ready.users += 1
    const message = await ready.message
    if (message === undefined) this.close(recording)
    return message?.prompt
  }

  close(recording: RecordingId): void {
    const ready = this.#ready.get(recording)
    if (ready === undefined) return
    ready.users -= 1
    if (ready.users > 0) return
    this.#ready.delete(recording)
    void ready.message.then((message) => message?.release())
  }

  erase(recording: RecordingId): Promise<boolean> {
    return this.#files.erase(recording)
  }

  /** WAV, for whoever reads it by the API or in a mail. */
  async wav(recording: RecordingId): Promise<AsyncIterable<Uint8Array> | 'busy' | 'unreadable'> {
    const opened = await this.#files.open(recording, { form: 'received' })
    if (opened.ok) return opened.value.sound
    return opened.error === 'busy' ? 'busy' : 'unreadable'
  }

  size(): number {
    return this.#ready.size
  }

  #prepare(recording: RecordingId): Ready {
    const prepared = this.#files.prepare(recording)
    const message = prepared.then(
      (one) => (one.ok ? one.value : undefined),
      () => undefined,
    )
    const ready: Ready = { users: 0, message }
    this.#ready.set(recording, ready)
    return ready
  }
}
