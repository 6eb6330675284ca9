// What a report of a collector says, in the shape of all reports on devices. A report, and no proof: it is
// made on the device that it is about.

export const PLATFORMS = ['windows', 'macos', 'linux'] as const
export type Platform = (typeof PLATFORMS)[number]

export const SCRIPTS = [
  ...(['collect.sh', 'collect.zsh', 'collect.ps1'] as const),
  ...(['remove.sh', 'remove.zsh', 'remove.ps1'] as const),
] as const
export type ScriptName = (typeof SCRIPTS)[number]

/** The places where each operating system keeps apps: whoever has read all of them has seen everything. */
export const PLACES: Readonly<Record<Platform, readonly string[]>> = {
  windows: ['program-files', 'program-files-x86', 'user-programs', 'uninstall-machine', 'uninstall-users'],
  macos: ['applications', 'library', 'user-applications', 'user-library'],
  linux: ['opt', 'usr', 'user-local', 'dpkg', 'rpm', 'snap', 'flatpak'],
}

/** `part`: something below it was not read. `link`: it leads out of the root. */
export const PLACE_STATES = ['read', 'absent', 'part', 'unreadable', 'link'] as const
export type PlaceState = (typeof PLACE_STATES)[number]

export const UNREAD_REASONS = ['unreadable', 'limit', 'link'] as const
export type UnreadReason = (typeof UNREAD_REASONS)[number]

export interface Found {
  readonly vendor?: string
  readonly product?: string
  readonly platform: Platform
  /** As it was reported; absent where nobody could tell. */
  readonly version?: string
  /** Those whose checksum could be taken. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
  readonly path: string
}

export interface DeviceReport {
  /** Milliseconds since 1970 by the clock of this server. */
  readonly seenAt: number
  readonly source: 'collector'
  readonly tenant: string
  readonly device: { readonly serial?: string; readonly hostname: string }
  readonly kind: 'computer'
  readonly platform: Platform
  readonly platformVersion?: string
  readonly addresses: readonly string[]
  readonly coverage: 'everything' | 'part'
  /** Products that were looked for: `everything` says nothing about others. */
  readonly lookedFor: readonly string[]
  readonly installations: readonly Found[]
}

/** Something that may hold what was looked for, and nobody could look. */
export interface Unread {
  readonly path: string
  readonly why: UnreadReason
}

export const STEP_KINDS = ['uninstall', 'stop', 'delete'] as const
export const OUTCOMES = ['would', 'done', 'failed', 'by-hand'] as const

export interface RemovalStep {
  readonly what: (typeof STEP_KINDS)[number]
  readonly outcome: (typeof OUTCOMES)[number]
  readonly path?: string
  readonly pid?: number
  /** What was run, or has to be run by hand. */
  readonly command?: string
  readonly detail?: string
}

/** What a removal did. It closes nothing: only a later look that no longer finds the app does. */
export interface Removal {
  readonly app: string
  /** False: it only said what it would do. */
  readonly isReal: boolean
  readonly steps: readonly RemovalStep[]
}

export interface CollectorReport extends DeviceReport {
  readonly script: ScriptName
  /** Which list of apps and files was looked for: the digest in the settings of the script. */
  readonly list: string
  /** Names of files that were looked for, in lower case: what is not listed is in none of the places. */
  readonly lookedForFiles: readonly string[]
  /** Milliseconds since 1970 by the clock of the device. */
  readonly takenAt: number
  readonly unread: readonly Unread[]
  /** Of what could not be read, more than is listed. */
  readonly unreadMore: number
  readonly removal?: Removal
}
