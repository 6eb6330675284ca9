// Folders laid out like the disks of Windows, macOS and Linux, with apps that are affected, clean and none of
// both, and scripts run on them for real: by the shells of Debian, also by somebody who may not read all.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CollectorReport, type Platform, readReport } from '@rufwerk/collectors'

const SCRIPTS = new URL('../', import.meta.url)
/** `nobody` of Debian; who runs the tests as root reads everything otherwise. */
const NOBODY = 65_534
const RUN_MS_MAX = 60_000

interface Shell {
  readonly command: readonly [string, ...string[]]
  readonly script: 'sh' | 'zsh'
  readonly platforms: readonly Platform[]
}
const POSIX = { script: 'sh', platforms: ['windows', 'macos', 'linux'] } as const

export const SHELLS = {
  dash: { ...POSIX, command: ['dash'] },
  bash: { ...POSIX, command: ['bash', '--posix'] },
  busybox: { ...POSIX, command: ['busybox', 'sh'] },
  zsh: { script: 'zsh', command: ['zsh', '-f'], platforms: ['macos'] },
} as const satisfies Record<string, Shell>

/** Contents that stand for the changed libraries, and for good ones. */
export const BAD = 'changed by somebody'
export const GOOD = 'as its maker built it'
export const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')

export class Disk implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'rufwerk-collectors-'))
  readonly root = join(this.folder, 'root')

  constructor() {
    chmodSync(this.folder, 0o755)
    mkdirSync(this.root)
  }

  [Symbol.dispose](): void {
    spawnSync('chmod', ['-R', 'u+rwX', this.folder])
    rmSync(this.folder, { recursive: true, force: true })
  }

  write(path: string, content = GOOD, mode = 0o644): void {
    const file = join(this.root, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, content)
    chmodSync(file, mode)
  }

  /** A file with a name of any bytes in a folder that is there. */
  writeBytes(folder: string, name: Buffer, content: string): void {
    writeFileSync(Buffer.concat([Buffer.from(`${join(this.root, folder)}/`), name]), content)
  }

  folderAt(path: string): string {
    mkdirSync(join(this.root, path), { recursive: true })
    return join(this.root, path)
  }

  link(target: string, path: string): void {
    mkdirSync(join(this.root, path, '..'), { recursive: true })
    symlinkSync(target, join(this.root, path))
  }

  close(path: string, mode = 0o000): void {
    chmodSync(join(this.root, path), mode)
  }

  /** A copy that everybody may read, changed where the test says so. */
  script(name: string, change: (text: string) => string = (text) => text): string {
    const path = join(this.folder, name)
    writeFileSync(path, change(readFileSync(new URL(name, SCRIPTS), 'utf8')), { mode: 0o644 })
    return path
  }
}

export interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Without rights of its own when the tests have them: what is closed is closed. */
export function run(
  command: readonly string[],
  args: readonly string[],
  { isNobody = true, env = {} }: { readonly isNobody?: boolean; readonly env?: Record<string, string> } = {},
): Run {
  const [program, ...before] = command as [string, ...string[]]
  const isRoot = process.getuid?.() === 0
  const ended = spawnSync(program, [...before, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
    timeout: RUN_MS_MAX,
    maxBuffer: 64 * 1024 * 1024,
    ...(isNobody && isRoot && { uid: NOBODY, gid: NOBODY }),
  })
  if (ended.error) throw ended.error
  return { status: ended.status, stdout: ended.stdout, stderr: ended.stderr }
}

export function reportOf(ended: Run): CollectorReport {
  assert.equal(ended.status, 0, ended.stderr)
  assert.equal(ended.stderr, '')
  assert.match(ended.stdout, /^[\x20-\x7e\n]*$/)
  const read = readReport(ended.stdout, 1, '')
  assert(read.ok, JSON.stringify(read))
  return read.value
}

export interface Judged {
  readonly path: string
  readonly is: 'affected' | 'clean' | 'unknown'
}

/** As an advisory would: checksums first, then product and version; no version is no answer. */
export function judge(report: CollectorReport, affected: readonly string[]): Judged[] {
  return report.installations
    .filter(({ product, files }) => product !== undefined || files.some(isBad))
    .map(({ path, version, files }) => {
      if (files.some(isBad) || affected.includes(version ?? '')) return { path, is: 'affected' }
      return { path, is: version === undefined ? 'unknown' : 'clean' }
    })
}

const isBad = (file: { readonly sha256: string }) => file.sha256 === sha256(BAD)
