// Comma-separated values (RFC 4180) that a spreadsheet reads as text: a cell that would begin a formula gets
// an apostrophe before it, also behind a separator that another language's spreadsheet splits at.

export type Separator = ',' | ';'

/** Of a number alone: nothing in it can be computed. */
const PLAIN_NUMBER = /^\+?\d{1,17}$/
/** At the beginning, behind blanks, or behind something that may begin a cell elsewhere. */
const FORMULA = /(^|[;,\t\r\n])([\s"'\uFEFF]*)(?=[=+\-@＝＋－＠])/g

/** One line with its end; RFC 4180 §2. */
export function csvLine(cells: readonly (string | number | undefined)[], separator: Separator = ','): string {
  return `${cells.map((cell) => csvCell(cell, separator)).join(separator)}\r\n`
}

function csvCell(cell: string | number | undefined, separator: Separator): string {
  if (cell === undefined) return ''
  const text = typeof cell === 'number' ? String(cell) : harmless(cell)
  const mustQuote = /["\r\n]/.test(text) || text.includes(separator) || text !== text.trim()
  return mustQuote ? `"${text.replaceAll('"', '""')}"` : text
}

function harmless(text: string): string {
  // NUL and the like end texts in some readers; nothing that is shown holds them.
  const clean = text.replace(/[^\P{Cc}\t\r\n]/gu, '')
  return PLAIN_NUMBER.test(clean) ? clean : clean.replace(FORMULA, "$1$2'")
}
