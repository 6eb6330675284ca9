// The command line of `rufwerk exposure`: which lists and reports, which advisories, and how it is told.
import { resolve } from 'node:path'
import type { Mistake } from '../arguments.ts'

export interface ExposureWish {
  /** Lists, exports and reports of collectors. */
  readonly files: readonly string[]
  readonly advisories: readonly string[]
  /** Advisories as they were before: what they change is told. */
  readonly before: readonly string[]
  readonly csv?: string
  readonly isJson: boolean
}

const MANY = ['--advisory', '--before'] as const
const ONE = '--csv'

/** Undefined: another command. */
export function readExposureWish(
  args: readonly string[],
  current: string,
  isJson: boolean,
): ExposureWish | Mistake | undefined {
  const [noun, ...rest] = args
  if (noun !== 'exposure') return undefined
  const said = new Map<string, string[]>()
  const files: string[] = []
  for (let at = 0; at < rest.length; at += 1) {
    const text = rest[at] ?? ''
    const isFlag = text.startsWith('--')
    if (!isFlag) files.push(resolve(current, text))
    else if (text !== ONE && !MANY.some((name) => name === text)) return { code: 'unknown-flag', about: text }
    else {
      at += 1
      const value = rest[at]
      if (value === undefined || value.startsWith('--')) return { code: 'value-missing', about: text }
      said.set(text, [...(said.get(text) ?? []), value])
    }
  }
  const paths = (name: string): string[] => (said.get(name) ?? []).map((path) => resolve(current, path))
  const [csv] = paths(ONE)
  const advisories = paths('--advisory')
  if (files.length === 0) return { code: 'field-missing', about: 'FILE' }
  if (advisories.length === 0) return { code: 'field-missing', about: '--advisory' }
  return {
    ...{ files, advisories, before: paths('--before') },
    isJson,
    ...(csv !== undefined && { csv }),
  }
}
