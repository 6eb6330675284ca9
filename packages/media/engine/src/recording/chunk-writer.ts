// Writes the chunks of a recording one after the other without anybody waiting for the disk. A queue of
// bounded length stands between: who finds it full leaves his chunk out.
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BoundedQueue } from '@rufwerk/core'
import { RECORDING_QUEUE_CHUNKS_MAX, RECORDING_SYNC_CHUNKS } from '../limits.ts'

/** A file that only grows. */
export interface GrowingFile {
  /** Rejects when not everything could be written. */
  append(bytes: Uint8Array): Promise<void>
  /** What was appended outlives a power failure. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Makes a file that does not exist yet. */
export type CreateFile = (path: string) => Promise<GrowingFile>

export const createGrowingFile: CreateFile = async (path) => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'wx', 0o600)
  return {
    append: (bytes) => file.appendFile(bytes),
    sync: () => file.datasync(),
    close: () => file.close(),
  }
}

/** Room for the marks of pauses and of the end, which are not left out. */
const MARKS_MAX = 8

export class ChunkWriter {
  /** Handed to the file so far. */
  bytes = 0
  readonly #file: GrowingFile
  readonly #onFailed: (error: unknown) => void
  readonly #queue = new BoundedQueue<Uint8Array>(RECORDING_QUEUE_CHUNKS_MAX + MARKS_MAX)
  #running: Promise<void> | undefined
  #hasFailed = false
  #sinceSync = 0

  /** `onFailed` is called once; nothing is written afterwards. */
  constructor(file: GrowingFile, onFailed: (error: unknown) => void) {
    this.#file = file
    this.#onFailed = onFailed
  }

  /** Whether another chunk of sound finds a place. */
  get hasRoom(): boolean {
    return !this.#hasFailed && this.#queue.size < RECORDING_QUEUE_CHUNKS_MAX
  }

  /** Whether a mark finds one. */
  get hasRoomForMark(): boolean {
    return !this.#hasFailed && this.#queue.size < this.#queue.capacity
  }

  write(chunk: Uint8Array): void {
    if (this.#hasFailed) return
    this.#queue.offer(chunk)
    this.#running ??= this.#run()
  }

  /** Resolves when everything is on the disk, or when that failed, and the file is closed. Never rejects. */
  async finish(): Promise<void> {
    await this.#running
    try {
      if (!this.#hasFailed) await this.#file.sync()
    } catch (error) {
      this.#fail(error)
    }
    try {
      await this.#file.close()
    } catch (error) {
      this.#fail(error)
    }
  }

  async #run(): Promise<void> {
    try {
      for (let chunk = this.#queue.take(); chunk; chunk = this.#queue.take()) {
        await this.#file.append(chunk)
        this.bytes += chunk.length
        this.#sinceSync += 1
        if (this.#sinceSync < RECORDING_SYNC_CHUNKS) continue
        this.#sinceSync = 0
        await this.#file.sync()
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#running = undefined
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#queue.drain()
    this.#onFailed(error)
  }
}
