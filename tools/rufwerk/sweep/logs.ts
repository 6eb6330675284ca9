// Logs, also packed by gzip, as a stream: neither a log nor what it unpacks to is ever in memory.
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Matcher } from '@rufwerk/indicators'
import { LogSearch, type Searched } from '@rufwerk/indicators/logs'
import type { NotRead } from './folders.ts'
import { SWEEP_LIMITS } from './limits.ts'
import { codeOf, decoderFor, piecesOf, withFile } from './open.ts'

export interface LogSwept {
  readonly file: string
  readonly searched: Searched
}

/** Files, and of a folder every file in it and below. */
export async function sweepLogs(
  places: readonly string[],
  matcher: Matcher,
  onNotRead: (notRead: NotRead) => void,
): Promise<LogSwept[]> {
  const files: string[] = []
  for (const place of places) await collect(place, 0, files, onNotRead)
  const swept: LogSwept[] = []
  for (const file of files) {
    const search = new LogSearch(matcher)
    try {
      await feed(file, search)
    } catch (error) {
      onNotRead({ place: file, code: codeOf(error) })
    }
    // What was found before it broke off is kept.
    swept.push({ file, searched: search.end() })
  }
  return swept
}

async function collect(
  place: string,
  depth: number,
  files: string[],
  onNotRead: (notRead: NotRead) => void,
): Promise<void> {
  try {
    const stat = await lstat(place)
    if (!stat.isDirectory()) {
      // A pipe is told when it is opened; a link in a folder is nobody's wish.
      if (stat.isSymbolicLink()) onNotRead({ place, code: 'link' })
      else if (files.length >= SWEEP_LIMITS.logs) onNotRead({ place, code: 'too-many' })
      else files.push(place)
    } else if (depth > SWEEP_LIMITS.depth) onNotRead({ place, code: 'too-deep' })
    else
      for (const name of (await readdir(place)).toSorted())
        await collect(join(place, name), depth + 1, files, onNotRead)
  } catch (error) {
    onNotRead({ place, code: codeOf(error) })
  }
}

function feed(path: string, search: LogSearch): Promise<void> {
  return withFile(path, async (file) => {
    const start = Buffer.alloc(2)
    const { bytesRead } = await file.read(start, 0, 2, 0)
    const isPacked = bytesRead === 2 && start[0] === 0x1f && start[1] === 0x8b
    const pieces = piecesOf(file, SWEEP_LIMITS.logBytes)
    if (!isPacked) return feedPieces(pieces, search)
    const packed = Readable.from(pieces)
    const unpacked = createGunzip({ chunkSize: SWEEP_LIMITS.unpackedPiece })
    packed.once('error', (error) => unpacked.destroy(error))
    try {
      await feedPieces(packed.pipe(unpacked), search)
    } finally {
      packed.destroy()
      unpacked.destroy()
    }
  })
}

async function feedPieces(pieces: AsyncIterable<Buffer>, search: LogSearch): Promise<void> {
  let decoder: TextDecoder | undefined
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > SWEEP_LIMITS.logBytes) throw Object.assign(new Error('too large'), { code: 'too-large' })
    decoder ??= decoderFor(piece)
    search.push(decoder.decode(piece, { stream: true }))
  }
  search.push(decoder?.decode() ?? '')
}
