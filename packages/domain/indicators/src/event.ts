// What one line of a log tells, whatever its format: who asked for what, and when.
import type { EventCategory } from './model.ts'

export interface LogTime {
  /** As the log wrote it. */
  readonly text: string
  /** Milliseconds since 1970 in UTC; absent while something is missing. */
  readonly at?: number
  readonly missing: readonly ('zone' | 'year')[]
}

export interface Who {
  readonly address?: string
  readonly host?: string
  readonly user?: string
}

export interface LogEvent {
  readonly category?: EventCategory
  readonly time?: LogTime
  readonly who: Who
  /** Names that were asked for or contacted. */
  readonly domains: readonly string[]
  readonly urls: readonly string[]
  /** Where it went, and what was answered. */
  readonly addresses: readonly string[]
  /** In hexadecimal digits. */
  readonly hashes: readonly string[]
  /** Names or paths. */
  readonly files: readonly string[]
  /** By the names that Sigma gives them. */
  readonly fields: ReadonlyMap<string, string>
}

const NOTHING: readonly string[] = []
const NO_FIELDS: ReadonlyMap<string, string> = new Map()

/** An event of what is given, without the empty ones. */
export function eventOf(
  parts: {
    readonly [Key in keyof LogEvent]?: LogEvent[Key] | undefined
  },
): LogEvent {
  return {
    ...(parts.category && { category: parts.category }),
    ...(parts.time && { time: parts.time }),
    who: parts.who ?? {},
    domains: parts.domains ?? NOTHING,
    urls: parts.urls ?? NOTHING,
    addresses: parts.addresses ?? NOTHING,
    hashes: parts.hashes ?? NOTHING,
    files: parts.files ?? NOTHING,
    fields: parts.fields ?? NO_FIELDS,
  }
}

/** Without what is missing: an empty text and the dash of many formats. */
export function present(...texts: readonly (string | undefined)[]): string[] {
  return texts.filter((text): text is string => text !== undefined && text !== '' && text !== '-')
}

export function whoOf(address?: string, host?: string, user?: string): Who {
  const [shownAddress] = present(address)
  const [shownHost] = present(host)
  const [shownUser] = present(user)
  return {
    ...(shownAddress !== undefined && { address: shownAddress }),
    ...(shownHost !== undefined && { host: shownHost }),
    ...(shownUser !== undefined && { user: shownUser }),
  }
}
