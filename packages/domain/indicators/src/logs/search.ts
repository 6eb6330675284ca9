// One log, line by line: only hits are kept. What could not be read is counted, with the first line numbers.
import { defangText } from '../defang.ts'
import type { LogEvent, LogTime, Who } from '../event.ts'
import { type Match, type Matcher, matchEvent } from '../matcher.ts'
import type { Observable, Provenance } from '../model.ts'
import { type Columns, LOG_LIMITS, type LogFormat, type LogFormatName } from './format.ts'
import { detectFormat, logFormat } from './formats.ts'
import { LineCutter } from './lines.ts'

export interface Hit {
  readonly line: number
  readonly time?: LogTime
  /** Who asked; addresses, names and people as the log has them, without control characters. */
  readonly who: Who
  /** What was found: an indicator, or a rule by its name. */
  readonly found: { readonly kind: Observable['kind'] | 'rule'; readonly text: string }
  readonly origin: Provenance
  /** In which text, defanged. */
  readonly seen: string
}

export interface Searched {
  /** Absent when no reader understood a line. */
  readonly format?: LogFormatName
  /** Hits of one value on one line count once. */
  readonly hits: readonly Hit[]
  /** Beyond the limit; only counted. */
  readonly hitsBeyond: number
  readonly lines: number
  /** Lines that told something that was compared. */
  readonly compared: number
  readonly notUnderstood: number
  readonly tooLong: number
  /** The first lines that were not understood or too long. */
  readonly notRead: readonly number[]
}

/** `format` when somebody knows it; otherwise the first lines tell. */
export class LogSearch {
  readonly #matcher: Matcher
  #format: LogFormat | undefined
  #columns: Columns | undefined
  readonly #cutter = new LineCutter()
  /** Until the format is known. */
  #waiting: { readonly number: number; readonly text: string }[] = []
  readonly #hits: Hit[] = []
  readonly #notRead: number[] = []
  #isStart = true
  #hitsBeyond = 0
  #lines = 0
  #compared = 0
  #notUnderstood = 0
  #tooLong = 0

  constructor(matcher: Matcher, format?: LogFormatName) {
    this.#matcher = matcher
    this.#format = format && logFormat(format)
  }

  /** A piece of the log's text, cut anywhere. */
  push(piece: string): void {
    for (const { number, text } of this.#cutter.push(piece)) this.#take(number, text)
  }

  end(): Searched {
    for (const { number, text } of this.#cutter.end()) this.#take(number, text)
    this.#decide()
    return {
      ...(this.#format && { format: this.#format.name }),
      ...{ hits: this.#hits, hitsBeyond: this.#hitsBeyond, lines: this.#lines, compared: this.#compared },
      ...{ notUnderstood: this.#notUnderstood, tooLong: this.#tooLong, notRead: this.#notRead },
    }
  }

  #take(number: number, text: string | undefined): void {
    this.#lines = number
    if (text === undefined) {
      this.#tooLong += 1
      this.#markNotRead(number)
    } else if (text.trim() === '') return
    else if (this.#format !== undefined) this.#read(number, text, this.#format)
    else {
      this.#waiting.push({ number, text })
      if (this.#waiting.length >= LOG_LIMITS.detectionLines) this.#decide()
    }
  }

  #decide(): void {
    this.#format ??= detectFormat(
      this.#waiting.map(({ text }) => text),
      this.#isStart,
    )
    this.#isStart = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const { number, text } of waiting) {
      if (this.#format === undefined) this.#countNotUnderstood(number)
      else this.#read(number, text, this.#format)
    }
  }

  #read(number: number, text: string, format: LogFormat): void {
    const read = format.read(text, this.#columns)
    if (read.type === 'columns') this.#columns = read.columns
    else if (read.type === 'not-understood') this.#countNotUnderstood(number)
    else if (read.type === 'event') {
      this.#compared += 1
      for (const match of matchEvent(this.#matcher, read.event)) this.#keep(number, read.event, match)
    }
  }

  #keep(line: number, { time, who }: LogEvent, match: Match): void {
    if (this.#hits.length >= LOG_LIMITS.hits) this.#hitsBeyond += 1
    else this.#hits.push(hitOf(line, time, who, match))
  }

  #countNotUnderstood(number: number): void {
    this.#notUnderstood += 1
    this.#markNotRead(number)
  }

  #markNotRead(number: number): void {
    if (this.#notRead.length < LOG_LIMITS.lineNumbers) this.#notRead.push(number)
  }
}

function hitOf(line: number, time: LogTime | undefined, who: Who, { found, seen }: Match): Hit {
  const isRule = 'condition' in found
  const { address, host, user } = who
  return {
    line,
    ...(time && { time: { ...time, text: shown(time.text) } }),
    who: {
      ...(address !== undefined && { address: shown(address) }),
      ...(host !== undefined && { host: shown(host) }),
      ...(user !== undefined && { user: shown(user) }),
    },
    found: isRule ? { kind: 'rule', text: shown(found.name) } : { kind: found.kind, text: found.text },
    origin: originOf(found),
    seen: defangText(seen.slice(0, LOG_LIMITS.shownChars)),
  }
}

function originOf(found: Provenance): Provenance {
  const { caseId, document, place, confidence, validFrom, validUntil } = found
  return {
    ...{ caseId, document, place },
    ...(confidence !== undefined && { confidence }),
    ...(validFrom !== undefined && { validFrom }),
    ...(validUntil !== undefined && { validUntil }),
  }
}

function shown(text: string): string {
  return text.slice(0, LOG_LIMITS.shownChars).replace(/\p{Cc}/gu, ' ')
}
