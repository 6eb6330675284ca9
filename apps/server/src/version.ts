// The version of the product, as package.json of the project says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

function readVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')
  const { version } = JSON.parse(text) as { version?: unknown }
  return typeof version === 'string' ? version : 'unknown'
}

export const VERSION = readVersion()
/** As SIP names it (User-Agent, Server: RFC 3261 §20.35, §20.41). */
export const PRODUCT = `Rufwerk/${VERSION}`
