// Files as data and nothing else: never through a link, never a pipe that waits, never more than a limit.
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SWEEP_LIMITS } from './limits.ts'

/** Neither name is known on Windows. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Of a regular file; throws the system's error, or one with the code `not-a-file`. */
export async function withFile<T>(
  path: string | Buffer,
  use: (file: FileHandle, size: number) => Promise<T>,
) {
  const file = await open(path, FLAGS)
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw Object.assign(new Error('no regular file'), { code: 'not-a-file' })
    return await use(file, stat.size)
  } finally {
    await file.close()
  }
}

/** Up to `most` bytes and one more piece, so that the reader sees that there is more. */
export async function* piecesOf(file: FileHandle, most: number): AsyncGenerator<Buffer> {
  let read = 0
  while (read <= most) {
    const buffer = Buffer.allocUnsafe(SWEEP_LIMITS.piece)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
    if (bytesRead === 0) return
    read += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** UTF-16 where its mark says so, as Windows writes it, otherwise UTF-8; wrong bytes become U+FFFD. */
export function decoderFor(start: Uint8Array): TextDecoder {
  const isWide = start[0] === 0xff && start[1] === 0xfe
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8')
}

export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code)
  return error instanceof Error ? error.name : 'unknown'
}
