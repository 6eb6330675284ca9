// Archives in the ustar format (POSIX.1-1988, pax(1)), always the same bytes for the same files: plain files
// with fixed owner, mode and time. Reading takes only what writing gives, so that no byte of an archive can
// be another one unseen.
import { fail, ok, type Result } from '@rufwerk/core'

export interface TarFile {
  readonly path: string
  readonly bytes: Uint8Array
}

const BLOCK = 512
/** Two blocks of zeros end an archive. */
const END_BYTES = 2 * BLOCK
const SIZE = { at: 124, digits: 11 } as const
const CHECKSUM = { at: 148, length: 8 } as const
const PATH_BYTES_MAX = 100

export type TarProblem = 'truncated' | 'malformed'

export function writeTar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  const length = files.reduce((sum, { bytes }) => sum + BLOCK + padded(bytes.byteLength), END_BYTES)
  const tar = new Uint8Array(length)
  let at = 0
  for (const { path, bytes } of files) {
    tar.set(headerOf(path, bytes.byteLength), at)
    tar.set(bytes, at + BLOCK)
    at += BLOCK + padded(bytes.byteLength)
  }
  return tar
}

/** More than `filesMax` files are no archive of ours. */
export function readTar(
  tar: Uint8Array,
  filesMax = Number.POSITIVE_INFINITY,
): Result<readonly TarFile[], TarProblem> {
  const files: TarFile[] = []
  let at = 0
  while (at + BLOCK <= tar.byteLength && tar[at] !== 0) {
    const header = tar.subarray(at, at + BLOCK)
    const path = textOf(header.subarray(0, PATH_BYTES_MAX))
    const size = sizeOf(header)
    if (size === undefined || !isSame(header, headerOf(path, size))) return fail('malformed')
    if (files.length >= filesMax) return fail('malformed')
    const end = at + BLOCK + padded(size)
    if (end + END_BYTES > tar.byteLength) return fail('truncated')
    const bytes = tar.subarray(at + BLOCK, at + BLOCK + size)
    if (!isZero(tar.subarray(at + BLOCK + size, end))) return fail('malformed')
    files.push({ path, bytes })
    at = end
  }
  if (tar.byteLength < at + END_BYTES) return fail('truncated')
  return tar.byteLength === at + END_BYTES && isZero(tar.subarray(at)) ? ok(files) : fail('malformed')
}

function headerOf(path: string, size: number): Uint8Array {
  const header = new Uint8Array(BLOCK)
  const put = (at: number, text: string): void => header.set(new TextEncoder().encode(text), at)
  put(0, path)
  put(100, '0000644\0')
  put(108, '0000000\0')
  put(116, '0000000\0')
  put(SIZE.at, `${size.toString(8).padStart(SIZE.digits, '0')}\0`)
  put(136, '00000000000\0')
  put(CHECKSUM.at, ' '.repeat(CHECKSUM.length))
  put(156, '0')
  put(257, 'ustar\0')
  put(263, '00')
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(CHECKSUM.at, `${sum.toString(8).padStart(6, '0')}\0 `)
  return header
}

function sizeOf(header: Uint8Array): number | undefined {
  const text = textOf(header.subarray(SIZE.at, SIZE.at + SIZE.digits))
  return /^[0-7]{11}$/.test(text) ? Number.parseInt(text, 8) : undefined
}

/** Up to the first zero. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && one.every((byte, at) => byte === other[at])
}
