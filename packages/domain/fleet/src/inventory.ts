// All devices of a company, one machine: reports come in, the state is what is known now, and what changed
// goes out, to be appended to the history by whoever calls. Reports of two companies never meet.
import type { Platform } from '@rufwerk/advisories'
import { productKey } from '@rufwerk/advisories/match'
import { isSame, type Kept, keyOf, productOf, scopeOfKept, short, trimmed } from './installation.ts'
import { ADDRESSES_MAX, DEVICES_MAX, INSTALLATIONS_MAX, LOOKED_FOR_MAX } from './limits.ts'
import { type Name, nameKey, namesOf } from './names.ts'
import { type DeviceNames, type DeviceReport, type Found, type Kind, type Source, scopeOf } from './report.ts'

export type DeviceKey = string

export interface Device {
  readonly key: DeviceKey
  /** As they were reported. */
  readonly names: DeviceNames
  readonly kind: Kind
  readonly platform?: Platform
  readonly platformVersion?: string
  readonly person?: string
  readonly site?: string
  /** The newest first. */
  readonly addresses: readonly string[]
  readonly firstSeen: number
  readonly lastSeen: number
  readonly sources: readonly Source[]
  /** When all of it was looked at last, and for what; undefined: never, or for all programs. */
  readonly wholeAt?: number
  readonly wholeFor?: readonly string[]
  /** When somebody who looks everywhere could not read all of it, later than that. */
  readonly partAt?: number
  readonly installations: ReadonlyMap<string, Kept>
}

export interface Inventory {
  readonly tenant: string
  readonly devices: ReadonlyMap<DeviceKey, Device>
  /** By each of its names. */
  readonly byName: ReadonlyMap<string, DeviceKey>
}

interface OfDevice {
  readonly device: DeviceKey
  readonly at: number
  readonly source: Source
}

/** What is appended to the history; nothing in it is ever changed. */
export type Change =
  | (OfDevice & { readonly type: 'device-appeared'; readonly names: DeviceNames; readonly kind: Kind })
  | (OfDevice & { readonly type: 'appeared'; readonly installation: string; readonly found: Found })
  /** Another version, or other files. */
  | (OfDevice & { readonly type: 'changed'; readonly installation: string; readonly found: Found })
  /** `lastSeen`: until when somebody reported it. */
  | (OfDevice & { readonly type: 'gone'; readonly installation: string; readonly lastSeen: number })
  | (OfDevice & {
      readonly type: 'moved'
      readonly what: 'person' | 'site' | 'address' | 'platform' | 'name'
      readonly to: string
    })

export type Refusal = 'other-tenant' | 'nameless' | 'full' | 'older'

export type InventoryOutput =
  | { readonly type: 'change'; readonly change: Change }
  | { readonly type: 'refused'; readonly why: Refusal; readonly report: DeviceReport }
  /** Names in one report are those of several devices: it was taken for one of them, nothing is merged. */
  | { readonly type: 'names-differ'; readonly device: DeviceKey; readonly others: readonly DeviceKey[] }
  /** So many installations of a report were not kept. */
  | { readonly type: 'cut'; readonly device: DeviceKey; readonly installations: number }

export interface InventoryStep {
  readonly state: Inventory
  readonly out: readonly InventoryOutput[]
}

export function emptyInventory(tenant: string): Inventory {
  return { tenant, devices: new Map(), byName: new Map() }
}

/** Takes reports in, in their order; many at once cost less than one after the other. */
export function step(state: Inventory, reports: readonly DeviceReport[]): InventoryStep {
  const work: Work = {
    tenant: state.tenant,
    devices: new Map(state.devices),
    byName: new Map(state.byName),
    out: [],
  }
  for (const report of reports) take(work, report)
  const { tenant, devices, byName, out } = work
  return { state: { tenant, devices, byName }, out }
}

interface Work {
  readonly tenant: string
  readonly devices: Map<DeviceKey, Device>
  readonly byName: Map<string, DeviceKey>
  readonly out: InventoryOutput[]
}

function take(work: Work, report: DeviceReport): void {
  const names = namesOf(report.device)
  const found = report.tenant === work.tenant ? deviceOf(work, names, report) : 'other-tenant'
  if (typeof found === 'string') {
    work.out.push({ type: 'refused', why: found, report })
    return
  }
  const after = { ...described(work, found, report), installations: installed(work, found, report) }
  work.devices.set(after.key, withLook(after, report))
  for (const name of names) if (!isOfOther(work, name, after.key)) work.byName.set(nameKey(name), after.key)
}

function deviceOf(work: Work, names: readonly Name[], report: DeviceReport): Device | Refusal {
  const [first] = names
  if (first === undefined) return 'nameless'
  const known = recognise(work, names)
  if (known === undefined)
    return work.devices.size >= DEVICES_MAX ? 'full' : appeared(work, report, nameKey(first))
  // A look at everything that is older than another one would undo it.
  return report.coverage === 'everything' && (known.wholeAt ?? 0) > report.seenAt ? 'older' : known
}

/**
 * The device that the surest name leads to, unless it has another name of a surer kind: then it is another
 * device with, say, the host name of the one before. An account names a device alone, and not with others.
 */
function recognise(work: Work, names: readonly Name[]): Device | undefined {
  const telling = names.length > 1 ? names.filter(({ kind }) => kind !== 'account') : names
  const found: Device[] = []
  for (const [index, name] of telling.entries()) {
    const device = work.devices.get(work.byName.get(nameKey(name)) ?? '')
    const own = device === undefined ? [] : namesOf(device.names)
    const isOther = telling
      .slice(0, index)
      .some((surer) => own.some(({ kind, value }) => kind === surer.kind && value !== surer.value))
    if (device !== undefined && !isOther && !found.includes(device)) found.push(device)
  }
  const [device, ...others] = found
  if (device !== undefined && others.length > 0)
    work.out.push({ type: 'names-differ', device: device.key, others: others.map(({ key }) => key) })
  return device ?? knownByAccount(work, names)
}

/** A phone that registered before a list named it: its account is all that was known of it. */
function knownByAccount({ devices, byName }: Work, names: readonly Name[]): Device | undefined {
  const account = names.find(({ kind }) => kind === 'account')
  const device = account && devices.get(byName.get(nameKey(account)) ?? '')
  return device && namesOf(device.names).every(({ kind }) => kind === 'account') ? device : undefined
}

/** A sure name stays with its device; a host name or an account goes to who has it now. */
function isOfOther({ byName, devices }: Work, name: Name, key: DeviceKey): boolean {
  const owner = byName.get(nameKey(name))
  if (owner === undefined || owner === key || !devices.has(owner)) return false
  return name.kind !== 'hostname' && name.kind !== 'account'
}

function appeared(work: Work, report: DeviceReport, name: string): Device {
  const { device: names, kind, seenAt, source } = report
  let key = name
  // A device that lost its host name to this one keeps its key.
  for (let number = 2; work.devices.has(key); number += 1) key = `${name} ${number}`
  work.out.push({
    type: 'change',
    change: { type: 'device-appeared', device: key, at: seenAt, source, names, kind },
  })
  return {
    ...{ key, names: {}, kind, addresses: [], firstSeen: seenAt, lastSeen: seenAt, sources: [] },
    installations: new Map(),
  }
}

/** Who and where it is, by the newest report that says so. */
function described(work: Work, before: Device, report: DeviceReport): Device {
  const { device: reported, kind, platform, platformVersion, seenAt, source } = report
  const isNewer = seenAt >= before.lastSeen
  const moved = (what: Extract<Change, { type: 'moved' }>['what'], to: string): void => {
    work.out.push({
      type: 'change',
      change: { type: 'moved', device: before.key, at: seenAt, source, what, to },
    })
  }
  const said: { person?: string; site?: string } = {}
  for (const what of ['person', 'site'] as const) {
    const value = report[what] === undefined ? undefined : short(report[what])
    const isTaken = value !== undefined && (isNewer || before[what] === undefined)
    const now = isTaken ? value : before[what]
    if (now !== undefined) said[what] = now
    if (isTaken && value !== before[what]) moved(what, value)
  }
  for (const address of report.addresses)
    if (!before.addresses.includes(short(address))) moved('address', short(address))
  const addresses = [...new Set([...report.addresses.map((address) => short(address)), ...before.addresses])]
  const system = platform ?? before.platform
  if (platform !== undefined && before.platform !== undefined && platform !== before.platform)
    moved('platform', platform)
  const version = platformVersion === undefined ? before.platformVersion : short(platformVersion)
  return {
    ...before,
    ...said,
    names: namedAs(before.names, reported),
    kind: kind === 'unknown' ? before.kind : kind,
    ...(system !== undefined && { platform: system }),
    ...(version !== undefined && { platformVersion: version }),
    addresses: addresses.slice(0, ADDRESSES_MAX),
    firstSeen: Math.min(before.firstSeen, seenAt),
    lastSeen: Math.max(before.lastSeen, seenAt),
    sources: before.sources.includes(source) ? before.sources : [...before.sources, source],
  }
}

/** Names that it has stay; a host name may change. */
function namedAs(before: DeviceNames, reported: DeviceNames): DeviceNames {
  const names: Record<string, string> = { ...before }
  for (const [kind, value] of Object.entries(reported))
    if (value !== undefined && (names[kind] === undefined || kind === 'hostname')) names[kind] = short(value)
  return names
}

function withLook(device: Device, { coverage, seenAt, source, lookedFor }: DeviceReport): Device {
  if (scopeOf(source) !== 'disk') return device
  if (coverage === 'part') {
    // Lists are always a part, and say nothing of what could not be read.
    const isMissed = source === 'collector' && seenAt > (device.wholeAt ?? -1)
    return isMissed ? { ...device, partAt: seenAt } : device
  }
  const { wholeFor: _, partAt: __, ...rest } = device
  const products = lookedFor?.slice(0, LOOKED_FOR_MAX).map((product) => productKey(undefined, product))
  return { ...rest, wholeAt: seenAt, ...(products !== undefined && { wholeFor: products }) }
}

function installed(work: Work, before: Device, report: DeviceReport): ReadonlyMap<string, Kept> {
  const { seenAt, source } = report
  const kept = new Map(before.installations)
  const listed = new Set<string>()
  const of = { device: before.key, at: seenAt, source }
  let left = 0
  for (const found of report.installations) {
    const taken = trimmed(found)
    const key = keyOf(taken, source)
    listed.add(key)
    const known = kept.get(key)
    if (known === undefined && isOutdated(before, taken, seenAt)) {
      // It was there then, and a later look at everything has not found it.
      work.out.push({ type: 'change', change: { ...of, type: 'appeared', installation: key, found: taken } })
      work.out.push({ type: 'change', change: { ...of, type: 'gone', installation: key, lastSeen: seenAt } })
      continue
    }
    if (known === undefined && kept.size >= INSTALLATIONS_MAX) {
      left += 1
      continue
    }
    if (known !== undefined && known.lastSeen > seenAt) continue
    const isAsBefore = known !== undefined && isSame(known.found, taken)
    kept.set(key, { key, found: taken, source, since: isAsBefore ? known.since : seenAt, lastSeen: seenAt })
    if (isAsBefore) continue
    const type = known === undefined ? 'appeared' : 'changed'
    work.out.push({ type: 'change', change: { ...of, type, installation: key, found: taken } })
  }
  if (left > 0) work.out.push({ type: 'cut', device: before.key, installations: left })
  for (const one of goneOf(kept, listed, report)) {
    kept.delete(one.key)
    work.out.push({
      type: 'change',
      change: { ...of, type: 'gone', installation: one.key, lastSeen: one.lastSeen },
    })
  }
  return kept
}

/** Whether a look at everything that came later has looked for it. */
function isOutdated({ wholeAt, wholeFor }: Device, found: Found, seenAt: number): boolean {
  if (wholeAt === undefined || wholeAt <= seenAt) return false
  const product = productOf(found)
  return wholeFor === undefined || (product !== undefined && wholeFor.includes(product))
}

/**
 * What a look at everything no longer shows is gone: also what was heard of it over the line before, because
 * who is not on the disk any more registers no more. Only among what was looked for.
 */
function goneOf(
  kept: ReadonlyMap<string, Kept>,
  listed: ReadonlySet<string>,
  { coverage, source, seenAt, lookedFor, lookedForFiles = [] }: DeviceReport,
): Kept[] {
  if (coverage !== 'everything' || scopeOf(source) !== 'disk') return []
  const wanted = lookedFor && new Set(lookedFor.map((product) => productKey(undefined, product)))
  const files = new Set(lookedForFiles.map((name) => name.toLowerCase()))
  const listedProducts = new Set([...listed].map((key) => productOfKey(kept.get(key))))
  return [...kept.values()].filter((one) => {
    const product = productOf(one.found)
    if (listed.has(one.key) || one.lastSeen > seenAt) return false
    const isSought = product === undefined ? areFilesOf(one.found, files) : wanted?.has(product)
    if (wanted !== undefined && isSought !== true) return false
    // The line does not say where it lies: while the product is anywhere on the disk, it may be that one.
    return scopeOfKept(one) === 'disk' || !listedProducts.has(product)
  })
}

/** What is known by its files alone: all of them were looked for. */
function areFilesOf({ files = [] }: Found, sought: ReadonlySet<string>): boolean {
  return files.length > 0 && files.every(({ name }) => name !== undefined && sought.has(name.toLowerCase()))
}

function productOfKey(kept: Kept | undefined): string | undefined {
  return kept && productOf(kept.found)
}
