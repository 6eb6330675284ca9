// The advisories about the desktop app of 2023, and helpers to change a copy of one.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type Advisory, readAdvisory } from '../src/read/index.ts'

export const FIXTURES = [
  '3cx-csaf_security_advisory.json',
  '3cx-csaf_security_incident_response.json',
  '3cx-csaf_vex.json',
] as const

export function textOf(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
}

// biome-ignore lint/suspicious/noExplicitAny: a document that is about to be made wrong has no type.
export type Loose = any

export function looseCopy(name: string = FIXTURES[0]): Loose {
  return JSON.parse(textOf(name))
}

export function advisoryOf(text: string): Advisory {
  const read = readAdvisory(text)
  assert(read.ok, JSON.stringify(!read.ok && read.error))
  return read.value
}
