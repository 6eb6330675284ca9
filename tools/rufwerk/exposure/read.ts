// Devices from files of any kind that can be read, told apart by how they begin, and advisories.
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { type AdvisoryIndex, indexAdvisories } from '@rufwerk/advisories/match'
import { type Advisory, readAdvisory } from '@rufwerk/advisories/read'
import { readReport } from '@rufwerk/collectors'
import { fail, ok, type Result } from '@rufwerk/core'
import type { DeviceReport } from '@rufwerk/fleet'
import { type Imported, importOsquery, importTable, PROBLEMS } from '@rufwerk/fleet/imports'
import type { Language } from '../words.ts'

const FILE_BYTES_MAX = 64 * 1024 * 1024
/** One company: which, nobody needs to know here. */
export const TENANT = 'here'

export interface FileRead {
  readonly reports: readonly DeviceReport[]
  /** A line each, with the place. */
  readonly remarks: readonly string[]
  /** Rows that could not be read: what they said is unknown. */
  readonly unread: number
}

const TOO_LARGE = {
  de: 'Die Datei ist größer, als gelesen wird.',
  en: 'The file is larger than is read.',
} as const

/** Never throws for what is in the file; for a file that is not there it does. */
export function readDevices(path: string, language: Language): FileRead {
  const name = basename(path)
  const { size, mtimeMs } = statSync(path)
  if (size > FILE_BYTES_MAX) return { reports: [], remarks: [`${name}: ${TOO_LARGE[language]}`], unread: 1 }
  const text = readFileSync(path, 'utf8')
  const seenAt = Math.floor(mtimeMs)
  const tenant = tenantOfReport(text)
  if (tenant !== undefined) return readCollected(name, text, { seenAt, tenant, language })
  const isJson = /^\uFEFF?\s*[[{]/.test(text)
  const settings = { tenant: TENANT, seenAt }
  return told(name, isJson ? importOsquery(text, settings) : importTable(text, settings), language)
}

interface Collected {
  readonly seenAt: number
  readonly tenant: string
  readonly language: Language
}

function readCollected(name: string, text: string, { seenAt, tenant, language }: Collected): FileRead {
  const read = readReport(text, seenAt, tenant)
  if (!read.ok) {
    const { place } = read.error
    return { reports: [], remarks: [`${name}${place && `, ${place}`}: ${read.error[language]}`], unread: 1 }
  }
  const { device, kind, platform, platformVersion, addresses, coverage, lookedFor } = read.value
  const { installations, source, takenAt, lookedForFiles } = read.value
  // When it was taken: several of one device are read in that order.
  const report = { seenAt: Math.min(takenAt, seenAt), source, tenant: TENANT, device, kind, platform }
  const version = platformVersion === undefined ? {} : { platformVersion }
  return {
    reports: [{ ...report, ...version, addresses, coverage, lookedFor, lookedForFiles, installations }],
    remarks: [],
    unread: 0,
  }
}

/** The company in the first line of a report of a collector; undefined for any other file. */
function tenantOfReport(text: string): string | undefined {
  const [first = ''] = text.replace(/^\uFEFF/, '').split('\n', 1)
  if (first.length > 10_000 || !first.includes('"report"')) return undefined
  try {
    const head: unknown = JSON.parse(first)
    if (typeof head !== 'object' || head === null || !('type' in head) || head.type !== 'report')
      return undefined
    return 'tenant' in head && typeof head.tenant === 'string' ? head.tenant : undefined
  } catch {
    // No JSON: another kind of file.
    return undefined
  }
}

function told(
  name: string,
  { reports, remarks, remarksLeft, unread }: Imported,
  language: Language,
): FileRead {
  const lines = remarks.map(({ line, problem, what }) => {
    const place = line === 0 ? name : `${name}:${line}`
    return `${place}${what === undefined ? '' : ` „${what}“`}: ${PROBLEMS[problem][language]}`
  })
  return { reports, remarks: remarksLeft > 0 ? [...lines, `${name}: … +${remarksLeft}`] : lines, unread }
}

/** Every document, or which one is refused and why. */
export function readAdvisories(
  paths: readonly string[],
  language: Language,
): Result<AdvisoryIndex, string[]> {
  const advisories: Advisory[] = []
  for (const path of paths) {
    const read = readAdvisory(readFileSync(path, 'utf8'))
    if (!read.ok) {
      const findings = read.error
        .slice(0, 10)
        .map((found) => `${found.rule} ${found.pointer}: ${found[language]}`)
      return fail([basename(path), ...findings])
    }
    advisories.push(read.value)
  }
  return ok(indexAdvisories(advisories))
}
