// Answers for people: a list as a table, an object as lines. With --json they are as the server says them.

type Plain = Readonly<Record<string, unknown>>

const CELL_CHARS_MAX = 60

/** The same without what is secret. */
export function withoutSecrets(value: unknown, secrets: ReadonlySet<string>, instead: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, secrets, instead))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      secrets.has(name) ? instead : withoutSecrets(part, secrets, instead),
    ]),
  )
}

export function writeAnswer(value: unknown): string {
  if (!isPlain(value)) return `${cellOf(value)}\n`
  const entries = Object.entries(value)
  const lists = entries.filter((entry): entry is [string, Plain[]] => isTable(entry[1]))
  const [list] = lists
  if (list !== undefined && entries.every(([name, part]) => name === list[0] || typeof part !== 'object')) {
    const more = entries
      .filter(([name]) => name !== list[0])
      .map(([name, part]) => `${name}: ${cellOf(part)}`)
    return [tableOf(list[1]), ...more].map((part) => `${part}\n`).join('')
  }
  return linesOf(value, '')
}

function linesOf(value: Plain, indent: string): string {
  return Object.entries(value)
    .map(([name, part]) => {
      if (isPlain(part) && Object.keys(part).length > 0)
        return `${indent}${name}:\n${linesOf(part, `${indent}  `)}`
      if (isTable(part) && part.length > 0)
        return `${indent}${name}:\n${tableOf(part).replace(/^/gm, `${indent}  `)}\n`
      return `${indent}${name}: ${cellOf(part)}\n`
    })
    .join('')
}

function tableOf(rows: readonly Plain[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (rows.length === 0) return '–'
  const cells = [names, ...rows.map((row) => names.map((name) => cellOf(row[name])))]
  const widths = names.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)))
  return cells
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** What a terminal would obey is not said to it. */
function cellOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const clean = text.replace(/\p{Cc}/gu, ' ')
  return clean.length > CELL_CHARS_MAX && typeof value !== 'string'
    ? `${clean.slice(0, CELL_CHARS_MAX - 1)}…`
    : clean
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTable(value: unknown): value is Plain[] {
  return Array.isArray(value) && value.every(isPlain)
}
