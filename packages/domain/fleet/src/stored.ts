// A device as it is kept by whoever keeps the inventory: one text for each, and the names that lead to it.
// Read back it is the device again; what is malformed is refused.
import { fail, ok, type Result } from '@rufwerk/core'
import type { Kept } from './installation.ts'
import type { Device, DeviceKey, Inventory } from './inventory.ts'

export interface StoredDevice {
  readonly key: DeviceKey
  /** JSON. */
  readonly device: string
  /** JSON: the names that lead to this device and to no other. */
  readonly names: string
}

/** Devices of `after` that are not as they were in `before`. Devices never leave an inventory. */
export function changedDevices(before: Inventory, after: Inventory): StoredDevice[] {
  const names = new Map<DeviceKey, string[]>()
  for (const { key } of after.devices.values())
    if (before.devices.get(key) !== after.devices.get(key)) names.set(key, [])
  // A host name goes to who has it now.
  for (const [name, key] of before.byName) if (after.byName.get(name) !== key) names.set(key, [])
  for (const [name, key] of after.byName) names.get(key)?.push(name)
  return [...names].flatMap(([key, own]) => {
    const device = after.devices.get(key)
    return device === undefined ? [] : [storedDevice(device, own)]
  })
}

export function readInventory(tenant: string, rows: Iterable<StoredDevice>): Result<Inventory, DeviceKey> {
  const devices = new Map<DeviceKey, Device>()
  const byName = new Map<string, DeviceKey>()
  for (const row of rows) {
    const device = readDevice(row)
    const names = parsed(row.names)
    if (device === undefined || !isTexts(names)) return fail(row.key)
    devices.set(row.key, device)
    for (const name of names) byName.set(name, row.key)
  }
  return ok({ tenant, devices, byName })
}

function storedDevice({ installations, ...rest }: Device, names: readonly string[]): StoredDevice {
  const device = JSON.stringify({ ...rest, installations: [...installations.values()] })
  return { key: rest.key, device, names: JSON.stringify(names) }
}

/** Only what the code would stumble over is looked at: the rest is text for people. */
function readDevice({ key, device: text }: StoredDevice): Device | undefined {
  const read = parsed(text)
  if (!isObject(read) || read.key !== key || !isObject(read.names)) return undefined
  const { firstSeen, lastSeen, addresses, sources, installations, wholeFor = [] } = read
  if (typeof firstSeen !== 'number' || typeof lastSeen !== 'number') return undefined
  if (!isTexts(addresses) || !isTexts(sources) || !isTexts(wholeFor)) return undefined
  if (!Array.isArray(installations) || !installations.every(isKept)) return undefined
  const kept = new Map((installations as Kept[]).map((one) => [one.key, one]))
  return { ...(read as unknown as Device), installations: kept }
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value) || typeof value.key !== 'string' || !isObject(value.found)) return false
  return typeof value.since === 'number' && typeof value.lastSeen === 'number'
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
