// SoundFileStore in memory with the rules of the real one.
import type { RecordingId } from '@rufwerk/core'
import type { EndedSound, SoundFile, SoundFileStore } from '../sound-file.ts'

export class MemorySoundFiles implements SoundFileStore {
  readonly files = new Map<RecordingId, SoundFile>()
  readonly #settled = new Set<RecordingId>()

  async add(file: SoundFile): Promise<boolean> {
    if (this.files.has(file.recording)) return false
    this.files.set(file.recording, file)
    return true
  }

  async end(recording: RecordingId, ended: EndedSound): Promise<boolean> {
    const file = this.files.get(recording)
    if (file === undefined || file.ended !== undefined) return false
    this.files.set(recording, { ...file, ended })
    return true
  }

  async settle(recording: RecordingId): Promise<boolean> {
    if (!this.files.has(recording)) return false
    this.#settled.add(recording)
    return true
  }

  async read(recording: RecordingId): Promise<SoundFile | undefined> {
    return this.files.get(recording)
  }

  async unsettled(): Promise<readonly SoundFile[]> {
    const open = [...this.files.values()].filter(({ recording }) => !this.#settled.has(recording))
    return open.toSorted((a, b) => a.startedAt - b.startedAt)
  }

  async erase(recording: RecordingId): Promise<boolean> {
    this.files.delete(recording)
    this.#settled.delete(recording)
    return true
  }
}
