// Rows of a CSV file (RFC 4180), as spreadsheets and other programs write them: comma, semicolon or tab,
// LF or CRLF, a byte order mark. What is not closed or too long is told, and what comes behind it is read.
import { CELL_CHARS_MAX, COLUMNS_MAX } from '../limits.ts'

export interface Row {
  /** From 1, of its first line. */
  readonly line: number
  readonly cells: readonly string[]
  /** It cannot be trusted: a quote that is never closed, a cell or a row that is too long. */
  readonly problem?: 'quote' | 'long'
}

/** Quotes that are not closed: after so many, others are looked for in their own line only. */
const LOST_QUOTES_MAX = 100

const DELIMITERS = [',', ';', '\t'] as const

/** The one that stands most often in the first line, outside quotes. */
export function delimiterOf(text: string): string {
  const [head = ''] = text.split(/\r?\n/, 1)
  const bare = head.replace(/"(?:[^"]|"")*"/g, '')
  const count = (delimiter: string): number => bare.split(delimiter).length
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best))
}

/** Rows one after the other; empty lines are none. */
export function* readRows(text: string, delimiter: string): Generator<Row> {
  const reader = new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text, delimiter)
  for (let row = reader.next(); row !== undefined; row = reader.next())
    if (row.problem !== undefined || row.cells.some((cell) => cell !== '')) yield row
}

class Reader {
  readonly #text: string
  readonly #delimiter: string
  #at = 0
  #line = 1
  #lostQuotes = 0

  constructor(text: string, delimiter: string) {
    this.#text = text
    this.#delimiter = delimiter
  }

  next(): Row | undefined {
    if (this.#at >= this.#text.length) return undefined
    const line = this.#line
    const cells: string[] = []
    let problem: Row['problem']
    for (;;) {
      const read = this.#text[this.#at] === '"' ? this.#quoted() : this.#bare()
      if (read === undefined) return this.#lostQuote(line)
      if (read.length > CELL_CHARS_MAX || cells.length >= COLUMNS_MAX) problem = 'long'
      else cells.push(read)
      if (this.#text[this.#at] !== this.#delimiter) break
      this.#at += 1
    }
    this.#skipLineEnd()
    return { line, cells, ...(problem !== undefined && { problem }) }
  }

  /** Reading goes on with the line behind the one where the quote was opened. */
  #lostQuote(line: number): Row {
    this.#lostQuotes += 1
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end === -1 ? this.#text.length : end + 1
    this.#line = line + 1
    return { line, cells: [], problem: 'quote' }
  }

  #bare(): string {
    const start = this.#at
    while (this.#at < this.#text.length && !this.#isEnd(this.#text[this.#at] ?? '')) this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  /** Undefined, and nothing read, where the quote is never closed, or something stands behind it. */
  #quoted(): string | undefined {
    let end = this.#at + 1
    const most = this.#quotedMost()
    for (;;) {
      end = this.#text.indexOf('"', end)
      if (end === -1 || end > most) return undefined
      if (this.#text[end + 1] !== '"') break
      end += 2
    }
    const behind = this.#text[end + 1]
    if (behind !== undefined && !this.#isEnd(behind)) return undefined
    const cell = this.#text.slice(this.#at + 1, end)
    this.#line += cell.split('\n').length - 1
    this.#at = end + 1
    return cell.replaceAll('""', '"')
  }

  /** Until where a quote may be closed: else each that is not would be looked for in all of the rest. */
  #quotedMost(): number {
    const most = this.#at + 2 * CELL_CHARS_MAX
    if (this.#lostQuotes < LOST_QUOTES_MAX) return most
    const end = this.#text.indexOf('\n', this.#at)
    return end === -1 ? most : Math.min(most, end)
  }

  #isEnd(char: string): boolean {
    return char === this.#delimiter || char === '\n' || char === '\r'
  }

  #skipLineEnd(): void {
    if (this.#text[this.#at] === '\r') this.#at += 1
    if (this.#text[this.#at] !== '\n') return
    this.#at += 1
    this.#line += 1
  }
}
