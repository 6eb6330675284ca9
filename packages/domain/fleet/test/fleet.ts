// Devices as different sources tell them, and the made-up pair of lists: a first one, and one corrected.
import { readFileSync } from 'node:fs'
import { type AdvisoryIndex, indexAdvisories } from '@rufwerk/advisories/match'
import { readAdvisory } from '@rufwerk/advisories/read'
import {
  type Device,
  type DeviceReport,
  emptyInventory,
  type Found,
  type Inventory,
  type InventoryOutput,
  step,
} from '../src/index.ts'

export const TENANT = 'muster'
export const APP = '3CX Desktop App'
export const DAY = 86_400_000

const FIXTURES = new URL('../../advisories/test/fixtures/', import.meta.url)

/** `first`: without macOS 18.12.402. Both are made up from the advisories of the case. */
export function listOf(name: 'first' | 'corrected'): AdvisoryIndex {
  const read = readAdvisory(readFileSync(new URL(`revision-${name}.json`, FIXTURES), 'utf8'))
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return indexAdvisories([read.value])
}

export function report(hostname: string, more: Partial<DeviceReport> = {}): DeviceReport {
  return {
    ...{ seenAt: DAY, source: 'csv', tenant: TENANT, device: { hostname }, kind: 'computer' },
    ...{ addresses: [], coverage: 'part', installations: [], platform: 'windows' },
    ...more,
  }
}

export const app = (version: string, more: Partial<Found> = {}): Found => ({ product: APP, version, ...more })

/** A company that has heard these, one after the other. */
export class Fleet {
  state: Inventory = emptyInventory(TENANT)
  readonly out: InventoryOutput[] = []

  hears(...reports: readonly DeviceReport[]): this {
    for (const one of reports) {
      const { state, out } = step(this.state, [one])
      this.state = state
      this.out.push(...out)
    }
    return this
  }

  get devices(): Device[] {
    return [...this.state.devices.values()]
  }

  /** What happened to installations, in words. */
  told(): string[] {
    return this.out.flatMap((one) => {
      if (one.type !== 'change') return one.type === 'refused' ? [`refused ${one.why}`] : [one.type]
      const { change } = one
      if (change.type === 'appeared' || change.type === 'changed')
        return [`${change.type} ${change.found.version}`]
      return change.type === 'gone' ? ['gone'] : []
    })
  }
}
