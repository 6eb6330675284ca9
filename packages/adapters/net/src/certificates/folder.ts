// The files of the certificate store: one file per key with its chain, mode 0600, replaced whole or not at
// all, so that a key and a certificate that do not fit together cannot come about.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '@rufwerk/core'
import { errorCode } from '../listen-error.ts'
import type { CertificateError } from './errors.ts'
import type { KeyPair } from './x509.ts'

/** A longer PEM file is refused. */
const FILE_BYTES_MAX = 262_144
const PRIVATE = 0o600

export class CertificateFolder {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** Makes the folder, for its owner only, when it is not there. */
  static open(path: string): Result<CertificateFolder, CertificateError> {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      return ok(new CertificateFolder(path))
    } catch (error) {
      return fail({ code: 'folder', message: `${path} cannot be used (${errorCode(error)}).` })
    }
  }

  /** Undefined when there is none, or it cannot be read. */
  readPair(name: string): KeyPair | undefined {
    const text = this.readText(name)
    if (text === undefined) return undefined
    const at = text.indexOf('-----BEGIN CERTIFICATE-----')
    return at < 0 ? undefined : { key: text.slice(0, at), chain: text.slice(at) }
  }

  /** Also takes away rights of others that a restored backup may have given. */
  readText(name: string): string | undefined {
    const file = join(this.#path, name)
    const text = readPem(file)
    if (!text.ok) return undefined
    try {
      chmodSync(file, PRIVATE)
    } catch (error) {
      if (!(error instanceof Error)) throw error // Not ours, but it can be read.
    }
    return text.value
  }

  writePair(name: string, { key, chain }: KeyPair): Result<true, CertificateError> {
    return this.writeText(name, key + chain)
  }

  writeText(name: string, text: string): Result<true, CertificateError> {
    const file = join(this.#path, name)
    try {
      rmSync(`${file}.new`, { force: true }) // Left by a crash, perhaps with another mode.
      writeFileSync(`${file}.new`, text, { mode: PRIVATE, flag: 'wx', flush: true })
      renameSync(`${file}.new`, file)
      return ok(true)
    } catch (error) {
      return fail({ code: 'folder', message: `${file} cannot be written (${errorCode(error)}).` })
    }
  }
}

/** A PEM file of the administrator. */
export function readPem(file: string): Result<string, CertificateError> {
  try {
    const { size } = statSync(file)
    if (size > FILE_BYTES_MAX)
      return fail({ code: 'unreadable', message: `${file} is too long for a PEM file (${size} bytes).` })
    return ok(readFileSync(file, 'utf8'))
  } catch (error) {
    const why = errorCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${errorCode(error)})`
    return fail({ code: 'unreadable', message: `${file} ${why}.` })
  }
}

/** Something that differs after a file was changed; empty when it cannot be looked at. */
export function fileMark(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file)
    return `${ino}:${size}:${mtimeMs}`
  } catch {
    return ''
  }
}
