// Which backups go when a new one is complete: the newest stay, and before them the last one of each week.

export interface Kept {
  /** The newest so many. */
  readonly newest: number
  /** And the last of each of so many weeks before. */
  readonly weeks: number
}

const NAME = /^rufwerk-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z\.backup$/
const WEEK_MS = 7 * 86_400_000

export function nameOf(at: Date): string {
  return `rufwerk-${at.toISOString().replace(/[-:]|\.\d+/g, '')}.backup`
}

/** When it was made; undefined for another file. */
export function madeAt(name: string): number | undefined {
  const match = NAME.exec(name)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match.map(Number)
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
}

/** Newest first. */
export function backupsAmong(names: readonly string[]): readonly string[] {
  return names.filter((name) => madeAt(name) !== undefined).toSorted((a, b) => (a < b ? 1 : -1))
}

/** Of all names, those to remove. */
export function surplusOf(names: readonly string[], { newest, weeks }: Kept): readonly string[] {
  const all = backupsAmong(names)
  const seen = new Set<number>()
  return all.slice(newest).filter((name) => {
    const week = Math.floor((madeAt(name) ?? 0) / WEEK_MS)
    if (seen.has(week)) return true
    seen.add(week)
    return seen.size > weeks
  })
}
