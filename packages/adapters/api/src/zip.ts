// A ZIP file that is written while its files are read, one after the other: stored, not compressed (APPNOTE
// 6.3 §4.3). Sizes follow each file; what passes 4 GiB is refused, because that needs another form.
import { crc32 } from 'node:zlib'

export interface ZipFile {
  /** Letters, digits, `.`, `-`, `_` and `/`; no part of it begins with a dot. */
  readonly path: string
  readonly content: AsyncIterable<Uint8Array>
}

interface Written {
  readonly path: Buffer
  readonly crc: number
  readonly size: number
  readonly offset: number
}

const SIZE_MAX = 0xffff_ffff
const FILES_MAX = 0xffff
const PATH = /^(?![./])(?!.*(\/\/|\/\.))[\w./-]{1,200}$/
const VERSION = 20
/** Sizes follow (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x0808
/** 1980-01-01, the first that can be said: when a file was exported is in the name of the whole. */
const DATE = 0x0021

export async function* zipOf(files: AsyncIterable<ZipFile>): AsyncIterable<Uint8Array> {
  const written: Written[] = []
  let offset = 0
  for await (const { path, content } of files) {
    if (!PATH.test(path) || written.length >= FILES_MAX)
      throw new RangeError('a file that cannot be in a ZIP')
    const name = Buffer.from(path)
    const head = localHeader(name)
    yield head
    let [crc, size] = [0, 0]
    for await (const piece of content) {
      crc = crc32(piece, crc)
      size += piece.length
      if (offset + size > SIZE_MAX) throw new RangeError('too long for a ZIP')
      yield piece
    }
    const end = descriptor(crc, size)
    yield end
    written.push({ path: name, crc, size, offset })
    offset += head.length + size + end.length
  }
  const directory = Buffer.concat(written.map(centralHeader))
  yield directory
  yield endOfDirectory(written.length, directory.length, offset)
}

function localHeader(name: Buffer): Buffer {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(VERSION, 4)
  head.writeUInt16LE(FLAGS, 6)
  head.writeUInt16LE(DATE, 12)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, name])
}

function descriptor(crc: number, size: number): Buffer {
  const end = Buffer.alloc(16)
  end.writeUInt32LE(0x08074b50, 0)
  end.writeUInt32LE(crc, 4)
  end.writeUInt32LE(size, 8)
  end.writeUInt32LE(size, 12)
  return end
}

function centralHeader({ path, crc, size, offset }: Written): Buffer {
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(VERSION, 4)
  head.writeUInt16LE(VERSION, 6)
  head.writeUInt16LE(FLAGS, 8)
  head.writeUInt16LE(DATE, 14)
  head.writeUInt32LE(crc, 16)
  head.writeUInt32LE(size, 20)
  head.writeUInt32LE(size, 24)
  head.writeUInt16LE(path.length, 28)
  head.writeUInt32LE(offset, 42)
  return Buffer.concat([head, path])
}

function endOfDirectory(files: number, length: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files, 8)
  end.writeUInt16LE(files, 10)
  end.writeUInt32LE(length, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
