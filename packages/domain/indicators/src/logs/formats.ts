// All formats, and which one a log is in.
import { CSV } from './csv.ts'
import { BIND, UNBOUND } from './dns.ts'
import type { Columns, LogFormat, LogFormatName } from './format.ts'
import { FORTIGATE } from './fortigate.ts'
import { COMBINED, SQUID } from './proxy.ts'
import { SYSLOG } from './syslog.ts'
import { W3C } from './w3c.ts'
import { WINDOWS_DNS } from './windows-dns.ts'

const ALL: readonly LogFormat[] = [
  ...[SQUID, COMBINED, W3C, WINDOWS_DNS, BIND, UNBOUND, FORTIGATE, SYSLOG, CSV],
]

/** One line that tells something is more than all that are only not strange. */
const TOLD = 1_000

export function logFormat(name: LogFormatName): LogFormat {
  const format = ALL.find((one) => one.name === name)
  if (format === undefined) throw new Error(`no such format: ${name}`)
  return format
}

/**
 * The format that tells most in these lines; of two that tell as much the one that is named first above.
 * Undefined when none understands anything. `isStart`: they are the first of the log.
 */
export function detectFormat(lines: readonly string[], isStart = true): LogFormat | undefined {
  const formats = isStart ? ALL : ALL.filter((format) => format !== CSV)
  const scores = formats.map((format) => ({ format, score: scoreOf(format, lines) }))
  const best = scores.toSorted((a, b) => b.score - a.score)[0]
  return best === undefined || best.score === 0 ? undefined : best.format
}

function scoreOf(format: LogFormat, lines: readonly string[]): number {
  let columns: Columns | undefined
  let score = 0
  for (const [at, line] of lines.entries()) {
    // Only the first line of CSV names columns; any text with commas could, later.
    if (format === CSV && columns === undefined && at > 0) break
    const read = format.read(line, columns)
    if (read.type === 'columns') columns = read.columns
    if (read.type === 'columns' || read.type === 'event') score += TOLD
    // A line that tells nothing has a head, but for those of Windows.
    else if (read.type === 'nothing' && format !== WINDOWS_DNS) score += 1
  }
  return score
}
