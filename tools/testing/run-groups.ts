// Runs groups one after the other and prints the closing line that people and CI read.
import { availableParallelism } from 'node:os'
import { ensurePackages } from './apt.ts'
import type { Group } from './groups.ts'
import type { Counts } from './node-tests.ts'
import { readTaken } from './witness.ts'

/** Below that it says nothing about a time. */
const TAKEN_SHARE_TOLD_MIN = 0.05

interface Moment {
  readonly atMs: number
  readonly takenMs: number
}

const now = (): Moment => ({ atMs: performance.now(), takenMs: readTaken() })

/** How long it took, and how much of the processors a hypervisor gave to others meanwhile. */
function duration(since: Moment, until = now()): string {
  const ms = until.atMs - since.atMs
  const share = (until.takenMs - since.takenMs) / (ms * availableParallelism())
  const taken = share >= TAKEN_SHARE_TOLD_MIN ? `, ${Math.round(share * 100)} % of it taken by others` : ''
  return `${(ms / 1000).toFixed(1)} s${taken}`
}

const count = ({ passed, failed, skipped }: Counts) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

/**
 * Returns the exit code: 0 only when something ran and nothing failed. With CI=true a missing package is a
 * failure.
 */
export async function runGroups(projectFolder: string, groups: readonly Group[]): Promise<number> {
  const isCi = process.env.CI === 'true'
  const startedAt = now()
  const total = { passed: 0, failed: 0, skipped: 0 }
  const rows: string[] = []
  for (const [index, group] of groups.entries()) {
    const groupStartedAt = now()
    console.log(`[${index + 1}/${groups.length}] ${group.name}: ${group.says}`)
    const packages = ensurePackages(group.needs)
    let counts: Counts
    if (packages.ok) counts = await group.run(projectFolder)
    else {
      console.log(`  ${isCi ? 'FAILED' : 'skipped'}: ${packages.why}`)
      counts = { passed: 0, failed: isCi ? 1 : 0, skipped: isCi ? 0 : 1 }
    }
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
    rows.push(
      `  ${counts.failed > 0 ? '✖' : '✔'} ${group.name.padEnd(8)} ${count(counts)} in ${duration(groupStartedAt)}`,
    )
    console.log(rows.at(-1))
  }
  console.log(`\n${rows.join('\n')}\n\nAll groups in ${duration(startedAt)}.`)
  console.log(count(total))
  return total.failed > 0 || total.passed === 0 ? 1 : 0
}
