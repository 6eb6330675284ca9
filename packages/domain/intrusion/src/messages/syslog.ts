// An event as a message of syslog (RFC 5424), in one line and within the length that every receiver takes.
import type { AttackEvent } from '../state.ts'
import { pairsOf, seen, sentenceOf } from './words.ts'

/** Security (RFC 5424 §6.2.1). */
const FACILITY = 4
const SEVERITIES = { alert: 1, warning: 4, notice: 5 } as const
/** The number for examples (RFC 5612): there is none of our own. */
const ELEMENT = 'attack@32473'
/** RFC 5424 §6.1: what a receiver ought to take. */
const BYTES_MAX = 2_048
const HOST_CHARS_MAX = 255
const APP_CHARS_MAX = 48
const BOM = '\ufeff'

export interface Writer {
  readonly host: string
  readonly app: string
}

/** Somebody has to look at once; somebody is blocked; the rest. */
export function severityOf({ what }: AttackEvent): keyof typeof SEVERITIES {
  if (what === 'canary-called') return 'alert'
  return what === 'noticed' || what === 'released' ? 'notice' : 'warning'
}

/** `text` instead of a sentence, such as CEF, which says it all: then without pairs. */
export function syslogOf(event: AttackEvent, { host, app }: Writer, text?: string): string {
  const priority = FACILITY * 8 + SEVERITIES[severityOf(event)]
  const time = new Date(event.at).toISOString()
  const who = `${word(host, HOST_CHARS_MAX)} ${word(app, APP_CHARS_MAX)}`
  const head = `<${priority}>1 ${time} ${who} - ${event.what}`
  if (text !== undefined) return shortened(`${head} - ${BOM}${seen(text)}`)
  const pairs = pairsOf(event).map(([key, value]) => ` ${key}="${value.replace(/["\\\]]/g, '\\$&')}"`)
  return shortened(`${head} [${ELEMENT}${pairs.join('')}] ${BOM}${sentenceOf(event)}`)
}

/** PRINTUSASCII (RFC 5424 §6); the nil value for nothing. */
function word(text: string, most: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, most) || '-'
}

/** Only the text at the end can be too long: names that were tried are cut before. */
function shortened(line: string): string {
  const bytes = new TextEncoder().encode(line)
  if (bytes.length <= BYTES_MAX) return line
  return new TextDecoder('utf-8', { ignoreBOM: true })
    .decode(bytes.subarray(0, BYTES_MAX))
    .replace(/\ufffd+$/, '')
}
