// The log facade: an event name and fields. Secrets never go into fields.

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} }
