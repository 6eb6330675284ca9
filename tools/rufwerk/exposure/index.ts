// `rufwerk exposure FILE… --advisory FILE…`: who is affected, from lists and reports, without a server and
// beside any phone system.
import { writeFileSync } from 'node:fs'
import { emptyInventory, type InventoryOutput, step } from '@rufwerk/fleet'
import { differenceOf, type Exposure, exposureCsv, exposureOf } from '@rufwerk/fleet/exposure'
import type { Language } from '../words.ts'
import { readAdvisories, readDevices, TENANT } from './read.ts'
import { changeLines, countsLine, deviceLines, say } from './tell.ts'
import type { ExposureWish } from './wish.ts'

export { type ExposureWish, readExposureWish } from './wish.ts'

/** 0: nobody is affected or unknown; 1: somebody is; 2: something cannot be read. */
export type ExposureExit = 0 | 1 | 2

export interface ExposureTold {
  readonly exit: ExposureExit
  readonly lines: readonly string[]
  /** For the other stream: what could not be read. */
  readonly remarks: readonly string[]
}

/** A file that is not there, or one that would be written over, is told as any other mistake. */
export function carryOutExposure(wish: ExposureWish, language: Language): ExposureTold {
  try {
    return exposed(wish, language)
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    return { exit: 2, lines: [], remarks: [error.message] }
  }
}

function exposed(wish: ExposureWish, language: Language): ExposureTold {
  const index = readAdvisories(wish.advisories, language)
  const before = readAdvisories(wish.before, language)
  for (const read of [index, before]) if (!read.ok) return { exit: 2, lines: [], remarks: read.error }
  if (!index.ok || !before.ok) return { exit: 2, lines: [], remarks: [] }
  const files = wish.files.map((path) => readDevices(path, language))
  const reports = files.flatMap((file) => file.reports).sort((a, b) => a.seenAt - b.seenAt)
  const { state, out } = step(emptyInventory(TENANT), reports)
  const unread = files.reduce((sum, file) => sum + file.unread, 0)
  const remarks = [...files.flatMap((file) => file.remarks), ...out.flatMap(remarkOf)]
  const exposure = exposureOf(state, index.value, reports.at(-1)?.seenAt ?? 0)
  const changes =
    wish.before.length === 0
      ? undefined
      : differenceOf(exposureOf(state, before.value, exposure.at), exposure)
  if (wish.csv !== undefined)
    writeFileSync(wish.csv, exposureCsv(exposure, language), { flag: 'wx', mode: 0o600 })
  const { affected, unknown, underInvestigation } = exposure.all
  const exit = affected + unknown + underInvestigation + unread > 0 ? 1 : 0
  if (wish.isJson) return { exit, lines: [jsonOf(exposure, { unread, changes, remarks })], remarks: [] }
  return {
    exit,
    lines: [
      ...deviceLines(exposure, language),
      ...(changes === undefined ? [] : changeLines(changes, language)),
      countsLine(exposure.all, language),
      ...(unread > 0 ? [`${say('unread', language)}: ${unread}`] : []),
      say('report', language),
    ],
    remarks,
  }
}

function remarkOf(out: InventoryOutput): string[] {
  if (out.type === 'names-differ') return [`${out.device} ≠ ${out.others.join(', ')}`]
  if (out.type === 'refused') return [`${out.why}: ${JSON.stringify(out.report.device)}`]
  return out.type === 'cut' ? [`${out.device}: +${out.installations}`] : []
}

function jsonOf(exposure: Exposure, more: object): string {
  const { devices, all, bySite, byPlatform } = exposure
  const counts = { all, bySite: Object.fromEntries(bySite), byPlatform: Object.fromEntries(byPlatform) }
  return JSON.stringify({ ...counts, devices, ...more })
}
