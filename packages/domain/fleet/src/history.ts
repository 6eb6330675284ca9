// Who ran what between two times: from the history, which is only ever appended to, and from the inventory
// for what is still there.
import { productOf } from './installation.ts'
import type { Change, DeviceKey, Inventory } from './inventory.ts'
import type { Found } from './report.ts'

export interface Run {
  readonly device: DeviceKey
  readonly found: Found
  readonly from: number
  /** When it was reported last; it may have gone on for longer. */
  readonly until: number
}

export interface RunFilter {
  /** Compared as in advisories. */
  readonly product?: string
  readonly version?: string
  /** In any case of letters. */
  readonly sha256?: string
}

/** Runs that were reported at some time from `first` to `last`, both included; oldest first. */
export function ranBetween(
  history: Iterable<Change>,
  inventory: Inventory,
  [first, last]: readonly [first: number, last: number],
  filter: RunFilter = {},
): Run[] {
  const runs: Run[] = []
  const open = new Map<string, { readonly found: Found; readonly from: number }>()
  const close = (device: DeviceKey, installation: string, until: number): void => {
    const key = JSON.stringify([device, installation])
    const run = open.get(key)
    if (run === undefined) return
    open.delete(key)
    if (run.from <= last && until >= first && fits(run.found, filter)) runs.push({ device, ...run, until })
  }
  for (const change of history) {
    if (change.type !== 'appeared' && change.type !== 'changed' && change.type !== 'gone') continue
    const { device, installation, at } = change
    close(device, installation, change.type === 'gone' ? change.lastSeen : at)
    if (change.type !== 'gone')
      open.set(JSON.stringify([device, installation]), { found: change.found, from: at })
  }
  for (const { key, installations } of inventory.devices.values())
    for (const kept of installations.values()) close(key, kept.key, kept.lastSeen)
  return runs.sort((a, b) => a.from - b.from)
}

function fits(found: Found, { product, version, sha256 }: RunFilter): boolean {
  if (product !== undefined && productOf(found) !== productOf({ product })) return false
  if (version !== undefined && found.version !== version) return false
  if (sha256 === undefined) return true
  return (found.files ?? []).some((file) => file.sha256?.toLowerCase() === sha256.toLowerCase())
}
