// The sound files of companies on the disk: a folder per company, read by the media process whenever somebody
// is to hear one. A file is there whole or not at all. Names come from a path of the interface; nothing but
// letters, digits, dashes and underscores gets as far as the disk.
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, type TenantId, type WallTime, wallTime } from '@rufwerk/core'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
const ENDING = '.wav'
const HEAD_BYTES = 44

export interface OwnFile {
  /** Without ending, such as `de-welcome`. */
  readonly file: string
  readonly bytes: number
  readonly changedAt: WallTime
}

/** Seconds of a file that was written here. */
export function secondsOf({ bytes }: Pick<OwnFile, 'bytes'>, rate: number): number {
  return Math.round(((bytes - HEAD_BYTES) / 2 / rate) * 10) / 10
}

export class PromptFolder {
  readonly #folder: string
  #writes = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Sorted by name. */
  async files(tenant: TenantId): Promise<OwnFile[]> {
    const names = (await existing(readdir(this.#folderOf(tenant)))) ?? []
    const found = names
      .filter((name) => name.endsWith(ENDING) && NAME.test(name.slice(0, -ENDING.length)))
      .map((name) => this.file(tenant, name.slice(0, -ENDING.length)))
    const files = (await Promise.all(found)).filter((file) => file !== undefined)
    return files.sort((a, b) => (a.file < b.file ? -1 : 1))
  }

  async file(tenant: TenantId, file: string): Promise<OwnFile | undefined> {
    const there = await existing(stat(this.#pathOf(tenant, file)))
    return there && { file, bytes: there.size, changedAt: wallTime(Math.round(there.mtimeMs)) }
  }

  async read(tenant: TenantId, file: string): Promise<Uint8Array | undefined> {
    return await existing(readFile(this.#pathOf(tenant, file)))
  }

  /** On the disk when this resolves; rejects when the disk does not take it. */
  async write(tenant: TenantId, file: string, sound: Uint8Array): Promise<void> {
    const path = this.#pathOf(tenant, file)
    await mkdir(this.#folderOf(tenant), { recursive: true, mode: 0o700 })
    this.#writes += 1
    const fresh = `${path}.${process.pid}.${this.#writes}`
    try {
      const disk = await open(fresh, 'wx', 0o600)
      try {
        await disk.writeFile(sound)
        await disk.sync()
      } finally {
        await disk.close()
      }
      await rename(fresh, path)
    } catch (error) {
      await rm(fresh, { force: true })
      throw error
    }
  }

  /** False when there was none. */
  async remove(tenant: TenantId, file: string): Promise<boolean> {
    const path = this.#pathOf(tenant, file)
    if ((await existing(stat(path))) === undefined) return false
    await rm(path, { force: true })
    return true
  }

  #folderOf(tenant: TenantId): string {
    assert(NAME.test(tenant), 'a tenant id is a file name')
    return join(this.#folder, tenant)
  }

  #pathOf(tenant: TenantId, file: string): string {
    assert(NAME.test(file), 'the name of a prompt is checked before')
    return join(this.#folderOf(tenant), `${file}${ENDING}`)
  }
}

/** Undefined when there is no such file or folder; other errors stay. */
async function existing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
