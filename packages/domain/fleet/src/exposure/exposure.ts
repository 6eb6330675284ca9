// Who is affected by what is known now: per device, with the reason and its origin. What nobody knows is
// unknown, and never clean.
import type { Platform } from '@rufwerk/advisories'
import {
  type AdvisoryIndex,
  type Doubt,
  match,
  type Statement,
  type Verdict,
} from '@rufwerk/advisories/match'
import type { Device, DeviceKey, Inventory } from '../inventory.ts'
import type { DeviceNames, Found, Kind, Source } from '../report.ts'

/** The strictest first. */
export const STATES = ['affected', 'unknown', 'underInvestigation', 'clean'] as const
export type State = (typeof STATES)[number]

/** Why a device is unknown. */
export type Unknown = Doubt | 'no-programs-known' | 'not-all-read' | 'not-named'

export interface Reason {
  readonly found: Found
  readonly source: Source
  /** Since when it has been reported, and when it was last. */
  readonly since: number
  readonly lastSeen: number
  readonly because: readonly Statement[]
  readonly isContradicted: boolean
}

export interface Exposed {
  readonly device: DeviceKey
  readonly names: DeviceNames
  readonly kind: Kind
  readonly platform?: Platform
  readonly person?: string
  readonly site?: string
  readonly addresses: readonly string[]
  readonly lastSeen: number
  readonly state: State
  /** What decides; empty where it is clean, or nothing is known. */
  readonly reasons: readonly Reason[]
  /** Only where the state is unknown. */
  readonly unknown: readonly Unknown[]
}

export type Counts = Readonly<Record<State, number>>

export interface Exposure {
  readonly tenant: string
  readonly at: number
  readonly devices: readonly Exposed[]
  readonly all: Counts
  /** The empty text: nobody has said which. */
  readonly bySite: ReadonlyMap<string, Counts>
  readonly byPlatform: ReadonlyMap<string, Counts>
}

const STATE_OF: Readonly<Record<Verdict, State>> = {
  affected: 'affected',
  unknown: 'unknown',
  underInvestigation: 'underInvestigation',
  fixed: 'clean',
  notAffected: 'clean',
  notMentioned: 'clean',
}

/** The whole fleet of a company: 10,000 devices take about as long as matching their installations. */
export function exposureOf(inventory: Inventory, index: AdvisoryIndex, at: number): Exposure {
  const devices = [...inventory.devices.values()].map((device) => exposed(device, index))
  const bySite = new Map<string, Record<State, number>>()
  const byPlatform = new Map<string, Record<State, number>>()
  const all = none()
  for (const { state, site = '', platform = '' } of devices) {
    all[state] += 1
    of(bySite, site)[state] += 1
    of(byPlatform, platform)[state] += 1
  }
  return { tenant: inventory.tenant, at, devices, all, bySite, byPlatform }
}

function none(): Record<State, number> {
  return { affected: 0, unknown: 0, underInvestigation: 0, clean: 0 }
}

function of(counts: Map<string, Record<State, number>>, name: string): Record<State, number> {
  const known = counts.get(name) ?? none()
  counts.set(name, known)
  return known
}

function exposed(device: Device, index: AdvisoryIndex): Exposed {
  const { key, names, kind, platform, person, site, addresses, lastSeen } = device
  const matched = [...device.installations.values()].map((kept) => {
    // The system of the device is that of what is installed on it, unless the source says otherwise.
    const system = kept.found.platform ?? (kept.found.userAgent === undefined ? platform : undefined)
    const found = match(index, { ...kept.found, ...(system !== undefined && { platform: system }) })
    return { kept, found, state: STATE_OF[found.verdict] }
  })
  const gap = gapOf(device, index)
  const state = strictest([
    ...matched.map((one) => one.state),
    ...(gap === undefined ? [] : ['unknown' as const]),
  ])
  const deciding = state === 'clean' ? [] : matched.filter((one) => one.state === state)
  const unknown = deciding.flatMap(({ found }): Unknown[] =>
    found.because.length === 0 ? ['not-named'] : found.because.flatMap(({ doubt }) => doubt ?? []),
  )
  return {
    ...{ device: key, names, kind, addresses, lastSeen, state },
    ...(platform !== undefined && { platform }),
    ...(person !== undefined && { person }),
    ...(site !== undefined && { site }),
    reasons: deciding.map(({ kept, found }) => ({
      ...{ found: kept.found, source: kept.source, since: kept.since, lastSeen: kept.lastSeen },
      ...{ because: found.because, isContradicted: found.isContradicted },
    })),
    unknown: state === 'unknown' ? [...new Set([...unknown, ...(gap === undefined ? [] : [gap])])] : [],
  }
}

/** Why nobody can say that nothing else is there. */
function gapOf(device: Device, index: AdvisoryIndex): Unknown | undefined {
  if (device.partAt !== undefined) return 'not-all-read'
  if (device.installations.size > 0 || isLookedThrough(device, index)) return undefined
  return 'no-programs-known'
}

/** Nothing was found where everything was looked at, for all that the advisories call affected. */
function isLookedThrough({ wholeAt, wholeFor }: Device, { byKey }: AdvisoryIndex): boolean {
  if (wholeAt === undefined || wholeFor === undefined) return wholeAt !== undefined
  return [...byKey].every(([product, entries]) => {
    const isHarmless = entries.every(({ verdict }) => verdict === 'notAffected' || verdict === 'fixed')
    return isHarmless || wholeFor.includes(product)
  })
}

function strictest(states: readonly State[]): State {
  return STATES.find((state) => states.includes(state)) ?? 'clean'
}

export interface ChangedState {
  readonly device: DeviceKey
  /** Undefined: it was not there, or is not any more. */
  readonly before: State | undefined
  readonly after: State | undefined
}

/** What a corrected list, or another look at the fleet, has changed: exactly that. */
export function differenceOf(before: Exposure, after: Exposure): ChangedState[] {
  const states = new Map(before.devices.map(({ device, state }) => [device, state]))
  const changed: ChangedState[] = []
  for (const { device, state } of after.devices) {
    const was = states.get(device)
    states.delete(device)
    if (was !== state) changed.push({ device, before: was, after: state })
  }
  for (const [device, state] of states) changed.push({ device, before: state, after: undefined })
  return changed
}
