// A report of a collector, read as a whole or not at all. What the device could not read makes the answer
// `part`: then nobody concludes that what is not listed is not there.
import { fail, ok, type Result } from '@rufwerk/core'
import { type Finding, finding } from './finding.ts'
import { FILES_MAX, REPORT_CHARS_MAX, REPORT_LINES_MAX } from './limits.ts'
import { type FileLine, type HeadLine, type InstallationLine, type Line, readLine } from './lines.ts'
import {
  type CollectorReport,
  type Found,
  PLACES,
  type PlaceState,
  type Platform,
  type Removal,
  type RemovalStep,
  type Unread,
} from './report.ts'

/** `seenAt`: milliseconds since 1970 by the clock of this server. `tenant`: whose token it came with. */
export function readReport(text: string, seenAt: number, tenant: string): Result<CollectorReport, Finding> {
  if (text.length > REPORT_CHARS_MAX) return fail(finding('size'))
  const lines = linesOf(text)
  if (lines.length === 0) return fail(finding('empty'))
  if (lines.length > REPORT_LINES_MAX) return fail(finding('size', `line ${REPORT_LINES_MAX + 1}`))
  const gathered = new Gathered()
  for (const [index, line] of lines.entries()) {
    const number = index + 1
    const read = readLine(line, number)
    if (!read.ok) return read
    const problem = gathered.take(read.value, number, lines.length)
    if (problem) return fail(problem)
  }
  return gathered.report(seenAt, tenant)
}

/** A mark at the beginning and carriage returns are what Windows puts there. */
function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  if (lines.at(-1)?.trim() === '') lines.pop()
  return lines
}

class Gathered {
  #head: HeadLine | undefined
  readonly #places: { readonly id: string; readonly state: PlaceState }[] = []
  readonly #unread: Unread[] = []
  readonly #sought = new Set<string>()
  readonly #soughtFiles = new Set<string>()
  readonly #installations = new Map<number, InstallationLine>()
  readonly #files: { readonly file: FileLine; readonly number: number }[] = []
  readonly #steps: RemovalStep[] = []
  #removal: { readonly app: string; readonly really: boolean } | undefined
  #unreadTotal = 0

  /** What is wrong with a line in this place. */
  take(line: Line, number: number, lines: number): Finding | undefined {
    const isOut = (line.type === 'report') !== (number === 1) || (line.type === 'end') !== (number === lines)
    if (isOut) return finding(line.type === 'end' || number === lines ? 'cut' : 'type', `line ${number}`)
    switch (line.type) {
      case 'report':
        this.#head = line
        return undefined
      case 'place':
        this.#places.push(line)
        return undefined
      case 'sought':
        if (line.product !== undefined) this.#sought.add(line.product)
        if (line.file !== undefined) this.#soughtFiles.add(line.file)
        return undefined
      case 'unread':
        this.#unread.push({ path: line.path, why: line.why })
        return undefined
      case 'installation':
        if (this.#installations.has(line.number)) return finding('twice', `line ${number}, number`)
        this.#installations.set(line.number, line)
        return undefined
      case 'file':
        this.#files.push({ file: line, number })
        return undefined
      case 'removal':
        if (this.#removal || !this.#isRemoval()) return finding('type', `line ${number}`)
        this.#removal = line
        return undefined
      case 'step': {
        const { type: _, ...step } = line
        if (!this.#removal) return finding('type', `line ${number}`)
        this.#steps.push(step)
        return undefined
      }
      case 'end':
        this.#unreadTotal = line.unread
        return line.lines === number - 1 && line.unread >= this.#unread.length
          ? undefined
          : finding('cut', `line ${number}`)
    }
  }

  #isRemoval(): boolean {
    return this.#head?.script.startsWith('remove') ?? false
  }

  report(seenAt: number, tenant: string): Result<CollectorReport, Finding> {
    const head = this.#head
    if (!head) return fail(finding('cut'))
    // A script without settings says none: it is of those whose token it came with.
    if (head.tenant !== '' && head.tenant !== tenant) return fail(finding('tenant', 'line 1, tenant'))
    if (this.#isRemoval() !== (this.#removal !== undefined)) return fail(finding('type'))
    const stranger = this.#files.find(({ file }) => file.of !== 0 && !this.#installations.has(file.of))
    if (stranger) return fail(finding('stranger', `line ${stranger.number}, of`))
    const { script, list, platform, platformVersion, hostname } = head
    const serial = serialOf(head.serial)
    const unreadFiles = this.#files.flatMap(({ file: { path, problem } }) =>
      problem === undefined ? [] : [{ path, why: problem }],
    )
    return ok({
      seenAt,
      source: 'collector',
      tenant,
      device: { hostname, ...(serial !== undefined && { serial }) },
      kind: 'computer',
      platform,
      ...(platformVersion !== undefined && { platformVersion }),
      addresses: [],
      coverage: this.#sawEverything(platform) && unreadFiles.length === 0 ? 'everything' : 'part',
      lookedFor: [...this.#sought],
      installations: this.#found(platform),
      script,
      list,
      lookedForFiles: [...this.#soughtFiles],
      takenAt: head.takenAt * 1_000,
      unread: [...this.#unread, ...unreadFiles],
      unreadMore: this.#unreadTotal - this.#unread.length,
      ...(this.#removal && { removal: this.#removed(this.#removal) }),
    })
  }

  #removed({ app, really }: { readonly app: string; readonly really: boolean }): Removal {
    return { app, isReal: really, steps: this.#steps }
  }

  /** Who removes does not look everywhere, so a removal never says what is not there. */
  #sawEverything(platform: Platform): boolean {
    const told = new Set(this.#places.map(({ id }) => id))
    return (
      !this.#isRemoval() &&
      this.#unreadTotal === 0 &&
      PLACES[platform].every((id) => told.has(id)) &&
      this.#places.every(({ state }) => state === 'read' || state === 'absent')
    )
  }

  #found(platform: Platform): Found[] {
    const groups = Map.groupBy(this.#files, ({ file }) => file.of)
    const nameOf = (path: string) => {
      const inWindows = platform === 'windows' ? path.lastIndexOf('\\') : -1
      return path.slice(Math.max(path.lastIndexOf('/'), inWindows) + 1)
    }
    const filesOf = (number: number) =>
      (groups.get(number) ?? []).flatMap(({ file: { path, sha256 } }) =>
        sha256 === undefined ? [] : [{ name: nameOf(path), sha256, path }],
      )
    const installed = [...this.#installations.values()].flatMap((installation) => {
      const { number, path, vendor, product, version } = installation
      const hasVersion = version !== undefined && version.trim() !== ''
      return inPieces(filesOf(number)).map((files) => ({
        ...{ vendor, product, platform, ...(hasVersion && { version }), path },
        files: files.map(({ name, sha256 }) => ({ name, sha256 })),
      }))
    })
    const loose = filesOf(0).map(({ name, sha256, path }) => ({ platform, path, files: [{ name, sha256 }] }))
    return [...installed, ...loose]
  }
}

/** One piece at least, also of nothing. */
function inPieces<Item>(items: readonly Item[]): Item[][] {
  const pieces = [items.slice(0, FILES_MAX)]
  for (let at = FILES_MAX; at < items.length; at += FILES_MAX) pieces.push(items.slice(at, at + FILES_MAX))
  return pieces
}

/** What makers leave in the place of a serial number: two devices with it would become one. */
const NO_SERIALS = new Set([
  ...['', '0', 'none', 'n/a', 'not specified', 'not applicable', 'unknown', 'default string', 'invalid'],
  ...[
    'to be filled by o.e.m.',
    'system serial number',
    'serial number',
    'chassis serial number',
    '123456789',
  ],
])

function serialOf(text: string | undefined): string | undefined {
  const serial = text?.trim()
  return serial === undefined || NO_SERIALS.has(serial.toLowerCase()) || /^[0.x-]*$/i.test(serial)
    ? undefined
    : serial
}
