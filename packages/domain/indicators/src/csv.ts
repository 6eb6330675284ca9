// Rows of CSV (RFC 4180), also with `;` and tabs. Linear in the length.

/** The mark that stands most often in a line. */
export function delimiterOf(line: string): string {
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: line.split(mark).length }))
  return counts.toSorted((a, b) => b.count - a.count)[0]?.mark ?? ','
}

export interface Row {
  readonly cells: readonly string[]
  readonly line: number
}

/** `openAt`: the line where a quotation mark begins that never ends. */
export function rowsOf(
  text: string,
  delimiter: string,
): { readonly rows: readonly Row[]; readonly openAt?: number } {
  const rows: Row[] = []
  let cells: string[] = []
  let line = 1
  let rowLine = 1
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      const quoted = quotedCell(text, at)
      if (quoted === undefined) return { rows, openAt: rowLine }
      cell = quoted.cell
      line += cell.split('\n').length - 1
      at = quoted.end
    }
    const end = endOfCell(text, at, delimiter)
    cells.push(cell + text.slice(at, end))
    at = end + 1
    if (text[end] === delimiter) continue
    if (text[end] === '\r' && text[end + 1] === '\n') at += 1
    rows.push({ cells, line: rowLine })
    cells = []
    line += 1
    rowLine = line
  }
  if (cells.length > 0) rows.push({ cells, line: rowLine })
  return { rows }
}

function endOfCell(text: string, from: number, delimiter: string): number {
  let at = from
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at += 1
  return at
}

function quotedCell(text: string, from: number): { readonly cell: string; readonly end: number } | undefined {
  let cell = ''
  let at = from + 1
  for (;;) {
    const end = text.indexOf('"', at)
    if (end < 0) return undefined
    cell += text.slice(at, end)
    if (text[end + 1] !== '"') return { cell, end: end + 1 }
    cell += '"'
    at = end + 2
  }
}
