// An event in ArcSight's Common Event Format, version 0: a header between bars, then pairs. What strangers
// send can neither end a field nor begin another.
import type { AttackEvent } from '../state.ts'
import { severityOf } from './syslog.ts'
import { nameOf, pairsOf, seen } from './words.ts'

export interface Product {
  readonly vendor: string
  readonly product: string
  readonly version: string
}

/** 0 to 10. */
const SEVERITY = { alert: 9, warning: 6, notice: 3 } as const
/** Ours by the names of the format; those that it has none for stand in its own strings, with a label. */
const KEYS: Readonly<Record<string, string>> = {
  number: 'externalId',
  source: 'src',
  name: 'duser',
  who: 'suser',
  why: 'reason',
  kind: 'cat',
}
const CUSTOM = ['scope', 'until', 'counts']

export function cefOf(event: AttackEvent, { vendor, product, version }: Product): string {
  const severity = SEVERITY[severityOf(event)]
  const head = [vendor, product, version, event.what, nameOf(event)].map(inHead)
  const pairs: string[] = [`rt=${event.at}`]
  for (const [key, value] of pairsOf(event)) {
    const at = CUSTOM.indexOf(key) + 1
    if (at > 0) pairs.push(`cs${at}Label=${key}`, `cs${at}=${inPairs(value)}`)
    // `src` holds one address, so a network has a string of its own.
    else if (key === 'source' && value.includes('/')) pairs.push('cs4Label=network', `cs4=${inPairs(value)}`)
    else if (KEYS[key] !== undefined) pairs.push(`${KEYS[key]}=${inPairs(value)}`)
  }
  return `CEF:0|${head.join('|')}|${severity}|${pairs.join(' ')}`
}

function inHead(text: string): string {
  return seen(text).replace(/[\\|]/g, '\\$&')
}

function inPairs(text: string): string {
  return seen(text).replace(/[\\=]/g, '\\$&')
}
