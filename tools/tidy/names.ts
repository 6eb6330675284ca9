// Names that say nothing. If one is needed, the noun is missing.
import { posix } from 'node:path'
import type { Offence, SourceTree } from './tree.ts'

const BANNED = new Set([
  ...['Manager', 'Helper', 'Helpers', 'Utils', 'Util', 'Handler', 'Data', 'Info', 'Base', 'Common'],
  ...['process', 'handle'],
])
const BANNED_FILES = new Set([...BANNED].map((name) => name.toLowerCase()))
const DO_SOMETHING = /^do[A-Z]/

export function checkNames(tree: SourceTree): Offence[] {
  const offences: Offence[] = []
  for (const path of tree.code()) {
    const stem = posix.basename(path).split('.')[0] ?? ''
    if (BANNED_FILES.has(stem.toLowerCase()))
      offences.push({ where: path, rule: 'names', message: `"${stem}" says nothing` })
    if (!/^[a-z0-9][a-z0-9-]*$/.test(stem))
      offences.push({ where: path, rule: 'names', message: 'file names are kebab-case' })
    for (const { name, kind, line } of tree.module(path).names) {
      const isVerbless = (kind === 'function' || kind === 'method') && DO_SOMETHING.test(name)
      if (BANNED.has(name) || isVerbless)
        offences.push({ where: `${path}:${line}`, rule: 'names', message: `"${name}" says nothing` })
    }
  }
  return offences
}
