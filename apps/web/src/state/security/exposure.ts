// What the page about affected devices says of the numbers of the server. It never calls anything clean that
// was not compared with anything.
import type { FleetExposure } from '@rufwerk/contract/fleet'

export type ExposureState = FleetExposure['devices'][number]['state']
export type ExposureCounts = FleetExposure['all']
export type ExposedDevice = FleetExposure['devices'][number]

/** The strictest first. */
export const EXPOSURE_STATES = ['affected', 'unknown', 'underInvestigation', 'clean'] as const

export function sumOf(counts: ExposureCounts): number {
  return EXPOSURE_STATES.reduce((sum, state) => sum + counts[state], 0)
}

export type HeadKind = 'affected' | 'unknown' | 'none' | 'nothing-compared' | 'no-devices'

/** Which sentence stands above everything. `documents`: advisories that count. */
export function headOf(all: ExposureCounts, documents: number): HeadKind {
  if (all.affected > 0) return 'affected'
  if (documents === 0) return 'nothing-compared'
  if (sumOf(all) === 0) return 'no-devices'
  return all.unknown + all.underInvestigation > 0 ? 'unknown' : 'none'
}

/** By what people know it: its name in the network, else the account it uses. */
export function nameOfDevice({ names, device }: Pick<ExposedDevice, 'names' | 'device'>): string {
  return names.hostname ?? names.account ?? names.serial ?? names.mac ?? device
}

/** What was found, in the words of whoever reported it. */
export function foundIn({ product, version, userAgent, path }: ExposedDevice['reasons'][number]): string {
  if (product !== undefined) return version === undefined ? product : `${product} ${version}`
  return userAgent ?? path ?? ''
}

/** Sites or systems: where somebody is affected comes first, then by name; what nobody knows is last. */
export function orderedRows(rows: FleetExposure['bySite']): FleetExposure['bySite'] {
  return rows.toSorted(
    (a, b) =>
      b.counts.affected - a.counts.affected ||
      Number(a.name === '') - Number(b.name === '') ||
      a.name.localeCompare(b.name),
  )
}
