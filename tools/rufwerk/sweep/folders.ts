// Folders: names and hashes of all files below, in the order of names. Links are counted and not followed.
import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { sep } from 'node:path'
import type { HashAlgorithm, Indicator, Matcher, Rule } from '@rufwerk/indicators'
import { matchFile, matchFileRules, matchHash } from '@rufwerk/indicators'
import { SWEEP_LIMITS } from './limits.ts'
import { codeOf, piecesOf, withFile } from './open.ts'

export interface FileHit {
  readonly path: string
  readonly found: Indicator | Rule
}

/** A place that was not looked at, and why: a code of the system or one of ours. */
export interface NotRead {
  readonly place: string
  readonly code: string
}

export interface FolderTotals {
  files: number
  hashed: number
  bytes: number
  folders: number
  /** Not followed. */
  links: number
  /** Pipes, sockets, devices. */
  others: number
  hitsBeyond: number
}

export interface FolderSweep {
  readonly totals: FolderTotals
  readonly hits: FileHit[]
}

/** What these folders of a running Linux hold are no files. */
const NO_FILES = new Set(['/proc', '/sys', '/dev'])

export async function sweepFolders(
  roots: readonly string[],
  matcher: Matcher,
  algorithms: ReadonlySet<HashAlgorithm>,
  onNotRead: (notRead: NotRead) => void,
): Promise<FolderSweep> {
  const sweep = new Sweep(matcher, algorithms, onNotRead)
  for (const root of roots) await sweep.folder(Buffer.from(root), 0)
  return { totals: sweep.totals, hits: sweep.hits }
}

class Sweep {
  readonly totals: FolderTotals = {
    ...{ files: 0, hashed: 0, bytes: 0, folders: 0, links: 0, others: 0, hitsBeyond: 0 },
  }
  readonly hits: FileHit[] = []
  readonly #matcher: Matcher
  readonly #algorithms: ReadonlySet<HashAlgorithm>
  readonly #onNotRead: (notRead: NotRead) => void
  #entries = 0

  constructor(
    matcher: Matcher,
    algorithms: ReadonlySet<HashAlgorithm>,
    onNotRead: (notRead: NotRead) => void,
  ) {
    this.#matcher = matcher
    this.#algorithms = algorithms
    this.#onNotRead = onNotRead
  }

  /** Paths are bytes: a name that is no UTF-8 is opened all the same. */
  async folder(path: Buffer, depth: number): Promise<void> {
    const place = path.toString()
    if (depth > SWEEP_LIMITS.depth) return this.#onNotRead({ place, code: 'too-deep' })
    if (NO_FILES.has(place)) return this.#onNotRead({ place, code: 'no-files' })
    let entries: Dirent<Buffer>[]
    try {
      entries = await readdir(path, { encoding: 'buffer', withFileTypes: true })
    } catch (error) {
      return this.#onNotRead({ place, code: codeOf(error) })
    }
    this.totals.folders += 1
    entries.sort((a, b) => Buffer.compare(a.name, b.name))
    const slash = place.endsWith(sep) ? '' : sep
    for (const entry of entries) {
      if (this.#entries >= SWEEP_LIMITS.entries) return this.#onNotRead({ place, code: 'too-many' })
      this.#entries += 1
      await this.#entry(Buffer.concat([path, Buffer.from(slash), entry.name]), entry, depth)
    }
  }

  async #entry(path: Buffer, entry: Dirent<Buffer>, depth: number): Promise<void> {
    if (entry.isFile()) return this.#file(path)
    this.#keep(path, matchFile(this.#matcher, path.toString(), true))
    if (entry.isDirectory()) return this.folder(path, depth + 1)
    if (entry.isSymbolicLink()) this.totals.links += 1
    else this.totals.others += 1
  }

  async #file(path: Buffer): Promise<void> {
    this.totals.files += 1
    const hashes = this.#algorithms.size === 0 ? [] : await this.#hashesOf(path)
    const found = [
      ...matchFileRules(this.#matcher, path.toString(), hashes),
      ...matchFile(this.#matcher, path.toString(), true),
      ...hashes.flatMap((hash) => matchHash(this.#matcher, hash)),
    ]
    this.#keep(path, found)
  }

  async #hashesOf(path: Buffer): Promise<string[]> {
    try {
      return await withFile(path, async (file, size) => {
        if (size > SWEEP_LIMITS.fileBytes) throw tooLarge()
        const hashes = [...this.#algorithms].map((algorithm) => createHash(algorithm))
        let bytes = 0
        for await (const piece of piecesOf(file, SWEEP_LIMITS.fileBytes)) {
          bytes += piece.length
          // It grew while it was read.
          if (bytes > SWEEP_LIMITS.fileBytes) throw tooLarge()
          for (const hash of hashes) hash.update(piece)
        }
        this.totals.hashed += 1
        this.totals.bytes += bytes
        return hashes.map((hash) => hash.digest('hex'))
      })
    } catch (error) {
      this.#onNotRead({ place: path.toString(), code: codeOf(error) })
      return []
    }
  }

  #keep(path: Buffer, found: readonly (Indicator | Rule)[]): void {
    for (const one of found) {
      if (this.hits.length >= SWEEP_LIMITS.fileHits) this.totals.hitsBeyond += 1
      else this.hits.push({ path: path.toString(), found: one })
    }
  }
}

function tooLarge(): Error {
  return Object.assign(new Error('too large'), { code: 'too-large' })
}
