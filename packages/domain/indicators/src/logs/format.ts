// What a reader of one format of logs is: a pure function from a line to what it tells.
import type { LogEvent } from '../event.ts'

export const LOG_FORMATS = [
  ...(['squid', 'combined', 'w3c', 'windows-dns', 'bind', 'unbound', 'fortigate', 'syslog', 'csv'] as const),
] as const
export type LogFormatName = (typeof LOG_FORMATS)[number]

/** What a line names as the order of the values below it. */
export interface Columns {
  readonly names: readonly string[]
  /** Of CSV. */
  readonly delimiter?: string
}

/** `nothing`: of the format, and tells of no name, address or connection. */
export type LineRead =
  | { readonly type: 'event'; readonly event: LogEvent }
  | { readonly type: 'columns'; readonly columns: Columns }
  | { readonly type: 'nothing' | 'not-understood' }

export interface LogFormat {
  readonly name: LogFormatName
  /** `columns`: of the last line that named them. */
  readonly read: (line: string, columns?: Columns) => LineRead
}

export const NOTHING: LineRead = { type: 'nothing' }
export const NOT_UNDERSTOOD: LineRead = { type: 'not-understood' }

export function told(event: LogEvent | undefined): LineRead {
  return event === undefined ? NOT_UNDERSTOOD : { type: 'event', event }
}

export const LOG_LIMITS = {
  /** Characters of a line; the longest URL that proxies take is 8,192 or so. */
  lineChars: 32_768,
  /** Hits kept of one log; more are counted. */
  hits: 10_000,
  /** Numbers of lines that were not understood, kept of one log; more are counted. */
  lineNumbers: 20,
  /** Lines from which the format is told. */
  detectionLines: 100,
  /** Columns of a header. */
  columns: 256,
  /** Characters of a name or address as it is shown. */
  shownChars: 512,
} as const
