// What one source says of one device at one time: the same shape whoever says it. A report, and no proof.
import type { Platform } from '@rufwerk/advisories'
import type { Installation } from '@rufwerk/advisories/match'

export const SOURCES = [
  ...(['registration', 'provisioning', 'browser', 'trunk'] as const),
  ...(['collector', 'csv', 'osquery', 'intune'] as const),
] as const
export type Source = (typeof SOURCES)[number]

export const KINDS = ['computer', 'desk-phone', 'softphone', 'mobile', 'web-app', 'unknown'] as const
export type Kind = (typeof KINDS)[number]

/** What a device is known by; the surest first. */
export const NAME_KINDS = ['serial', 'mac', 'instance', 'hostname', 'account'] as const
export type NameKind = (typeof NAME_KINDS)[number]
export type DeviceNames = { readonly [kind in NameKind]?: string }

export interface Found extends Installation {
  /** Where it lies on the device. */
  readonly path?: string
}

export interface DeviceReport {
  /** Milliseconds since 1970 by the clock of this server. */
  readonly seenAt: number
  readonly source: Source
  readonly tenant: string
  /** At least one. */
  readonly device: DeviceNames
  readonly kind: Kind
  readonly platform?: Platform
  readonly platformVersion?: string
  readonly person?: string
  readonly site?: string
  readonly addresses: readonly string[]
  /** `everything`: the source looked in every place it knows and could read them all. */
  readonly coverage: 'everything' | 'part'
  /** Products that the source looked for; all unless given. */
  readonly lookedFor?: readonly string[]
  /** Files that it looked for besides, by name; all unless `lookedFor` is given. */
  readonly lookedForFiles?: readonly string[]
  readonly installations: readonly Found[]
}

/**
 * What lies on a disk, or what came over the line. A look at the disk says that something is gone; a client
 * that is not heard for a while may come back.
 */
export type Scope = 'disk' | 'line'

export function scopeOf(source: Source): Scope {
  return source === 'collector' || source === 'csv' || source === 'osquery' || source === 'intune'
    ? 'disk'
    : 'line'
}
