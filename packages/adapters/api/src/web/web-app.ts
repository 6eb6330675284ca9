// The built web app as a closed list of files: what is not on the list cannot be asked for, so a path never
// reaches the file system. Hidden files and links are left out.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { fail, ok, type Result } from '@rufwerk/core'
import { LIMITS } from '../limits.ts'

export interface WebFile {
  readonly type: string
  /** Entity tag of the uncompressed bytes, in quotes (RFC 9110 §8.8.3). */
  readonly tag: string
  /** True when the name holds a hash of the content: such a file never changes. */
  readonly isImmutable: boolean
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The same in brotli. */
  readonly brotli?: Uint8Array<ArrayBuffer>
}

export interface WebApp {
  /** By path from the root, such as /assets/main-C8Zx1d9_.js. */
  readonly files: ReadonlyMap<string, WebFile>
  /** The one page. */
  readonly page: WebFile
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** As Vite names what it builds: assets/name-<8 characters of hash>.ext. */
const HASHED = /^\/assets\/[^/]+-[0-9A-Za-z_-]{8}\.[0-9a-z]+$/

/** Reads the folder that the build made. Fails with a sentence when there is no web app in it. */
export async function loadWebApp(directory: string): Promise<Result<WebApp, string>> {
  const files = new Map<string, WebFile>()
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    if (entries.length > LIMITS.webFilesMax)
      return fail(`${directory} holds more than ${LIMITS.webFilesMax} files.`)
    const read = new Map<string, Buffer<ArrayBuffer>>()
    for (const entry of entries) {
      const path = `/${relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/')}`
      if (!entry.isFile() || path.includes('/.')) continue
      const bytes = await readFile(join(entry.parentPath, entry.name))
      if (bytes.length > LIMITS.webFileBytesMax)
        return fail(`${path} is larger than a file of the web app may be.`)
      read.set(path, bytes)
    }
    for (const [path, bytes] of read) {
      const type = TYPES[extname(path)]
      if (type !== undefined) files.set(path, webFile(path, type, bytes, read.get(`${path}.br`)))
    }
  } catch (error) {
    return fail(`The web app cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  const page = files.get('/index.html')
  return page ? ok({ files, page }) : fail(`There is no built web app in ${directory}.`)
}

function webFile(
  path: string,
  type: string,
  bytes: Uint8Array<ArrayBuffer>,
  brotli: Uint8Array<ArrayBuffer> | undefined,
): WebFile {
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { type, tag, isImmutable: HASHED.test(path), bytes, ...(brotli && { brotli }) }
}
