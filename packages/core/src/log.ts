// The log facade: an event name and fields. Secrets never go into fields.

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} }

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]
/** A longer field is cut. */
const FIELD_CHARS_MAX = 500

export function createLog(least: LogLevel, write: (line: string) => void, wallTime: () => number): Log {
  const line = (level: LogLevel, event: string, fields?: LogFields): void => {
    const at = new Date(wallTime()).toISOString()
    const rest = Object.entries(fields ?? {}).map(([name, value]) => ` ${name}=${show(value)}`)
    write(`${at} ${level} ${event}${rest.join('')}\n`)
  }
  const level = (name: LogLevel): ((event: string, fields?: LogFields) => void) =>
    LEVELS.indexOf(name) < LEVELS.indexOf(least) ? () => {} : (event, fields) => line(name, event, fields)
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') }
}

function show(value: string | number | boolean | undefined): string {
  const text = String(value).slice(0, FIELD_CHARS_MAX)
  return /^[\w.:/@*+-]+$/.test(text) ? text : JSON.stringify(text)
}
