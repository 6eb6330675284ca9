// The disk under recorded files: reads them, each in a thread of its own, and removes them.
import { mkdir, rm } from 'node:fs/promises'
import { Readings } from './readings.ts'

export interface SoundDisk extends Pick<Readings, 'facts' | 'stream' | 'save' | 'size' | 'close'> {
  /** A file that is not there is removed already. */
  remove(path: string): Promise<void>
  /** With all that is in it. */
  removeFolder(path: string): Promise<void>
  /** Only we see into it. */
  makeFolder(path: string): Promise<void>
}

export function openSoundDisk(): SoundDisk {
  const readings = new Readings()
  return {
    size: () => readings.size(),
    facts: (path, key) => readings.facts(path, key),
    stream: (path, key, wish) => readings.stream(path, key, wish),
    save: (path, key, into) => readings.save(path, key, into),
    close: () => readings.close(),
    remove: (path) => rm(path, { force: true }),
    removeFolder: (path) => rm(path, { recursive: true, force: true }),
    makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
  }
}
