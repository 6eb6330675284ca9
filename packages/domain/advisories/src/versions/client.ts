// What a client says of itself, in a User-Agent or an inventory: `Phone/18.12.416-rc1 (Windows; x64)`. Said
// by the client, so a report and no proof. A text in which anything is not understood is unreadable as a
// whole.
import { VERSION_CHARS_MAX } from '../limits.ts'
import { type Platform, platformNamed } from '../platform.ts'
import { parseVersion, type Version } from './generic.ts'

export interface ClientText {
  readonly product: string | undefined
  readonly version: Version
  /** Undefined when the remark names none, or several. */
  readonly platform: Platform | undefined
}

const CLIENT = /^(?:([A-Za-z0-9][A-Za-z0-9 ._-]*)\/)?[vV]?(\d[0-9A-Za-z.+-]*)(?: +\(([^()<>&"'`\\]*)\))?$/

/** Product, version and operating system; `unreadable` is asked about and never guessed. */
export function readClientText(text: string): ClientText | 'unreadable' {
  const line = text.trim()
  if (text.length > VERSION_CHARS_MAX || /[^\x20-\x7e]/.test(line)) return 'unreadable'
  const match = CLIENT.exec(line)
  // A product with a dotted number in its name has two versions.
  if (!match || /\d\.\d|^\d*$/.test(match[1] ?? 'none')) return 'unreadable'
  const version = parseVersion(match[2] ?? '')
  if (version === 'unreadable') return 'unreadable'
  const platforms = new Set((match[3] ?? '').split(/[;,]/).flatMap((part) => platformNamed(part) ?? []))
  const [platform] = platforms
  return { product: match[1], version, platform: platforms.size === 1 ? platform : undefined }
}

/** The version in what a client or an inventory says. */
export function readVersion(text: string): Version | 'unreadable' {
  const read = readClientText(text)
  return read === 'unreadable' ? read : read.version
}
