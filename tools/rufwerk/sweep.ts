// `rufwerk sweep FOLDER… --indicators FILE… [--log FILE…]`: looks in folders and logs for what an attack
// leaves behind, without a server. Reads and compares; changes, executes and resolves nothing.
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { createMatcher, type Rule } from '@rufwerk/indicators'
import { type FolderSweep, type NotRead, sweepFolders } from './sweep/folders.ts'
import { algorithmsOf, type Loaded, loadIndicators, rulesOfPrograms } from './sweep/indicators.ts'
import { SWEEP_LIMITS } from './sweep/limits.ts'
import { type LogSwept, sweepLogs } from './sweep/logs.ts'
import { say } from './sweep/words.ts'
import type { Language } from './words.ts'

export interface SweepWish {
  readonly folders: readonly string[]
  readonly indicators: readonly string[]
  readonly logs: readonly string[]
}

export interface SweepMistake {
  readonly sentence: string
}

export interface Swept {
  readonly loaded: Loaded
  readonly rulesOfPrograms: readonly Rule[]
  readonly folders: FolderSweep
  readonly logs: readonly LogSwept[]
  readonly notRead: readonly NotRead[]
  readonly notReadBeyond: number
}

/** Undefined: another command. */
export function readSweepWish(
  args: readonly string[],
  current: string,
  language: Language,
): SweepWish | SweepMistake | undefined {
  const [command, ...rest] = args
  if (command !== 'sweep') return undefined
  const named = { '': [] as string[], '--indicators': [] as string[], '--log': [] as string[] }
  let flag: keyof typeof named = ''
  for (const word of rest) {
    if (Object.hasOwn(named, word)) flag = word as keyof typeof named
    else if (word.startsWith('--')) return { sentence: say('flag-unknown', language, word) }
    else named[flag].push(realPath(resolve(current, word)))
  }
  const wish = { folders: named[''], indicators: named['--indicators'], logs: named['--log'] }
  if (wish.indicators.length === 0) return { sentence: say('indicators-missing', language) }
  if (wish.folders.length + wish.logs.length === 0) return { sentence: say('folders-missing', language) }
  return wish
}

/** Whoever names a link means what it leads to; below it none is followed. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // Told where it is opened.
    return path
  }
}

export async function carryOutSweep(wish: SweepWish): Promise<Swept> {
  const notRead: NotRead[] = []
  let notReadBeyond = 0
  const onNotRead = (one: NotRead): void => {
    if (notRead.length < SWEEP_LIMITS.notRead) notRead.push(one)
    else notReadBeyond += 1
  }
  const loaded = await loadIndicators(wish.indicators, onNotRead)
  const matcher = createMatcher(loaded.indicators, loaded.rules)
  const folders = await sweepFolders(wish.folders, matcher, algorithmsOf(loaded), onNotRead)
  const logs = await sweepLogs(wish.logs, matcher, onNotRead)
  for (const { file, searched } of logs) {
    if (searched.lines > 0 && searched.format === undefined)
      onNotRead({ place: file, code: 'format-unknown' })
    else if (searched.lines > 0 && searched.compared === 0)
      onNotRead({ place: file, code: 'nothing-compared' })
  }
  return { loaded, rulesOfPrograms: rulesOfPrograms(loaded.rules), folders, logs, notRead, notReadBeyond }
}

export function hitsOf({ folders, logs }: Swept): number {
  const ofLogs = logs.reduce((sum, { searched }) => sum + searched.hits.length + searched.hitsBeyond, 0)
  return folders.hits.length + folders.totals.hitsBeyond + ofLogs
}

/** Places, and logs with lines that were not understood. */
export function unreadOf({ logs, notRead, notReadBeyond }: Swept): number {
  const isPart = ({ searched }: LogSwept): boolean => searched.notUnderstood + searched.tooLong > 0
  const places = new Set(notRead.map(({ place }) => place))
  return notRead.length + notReadBeyond + logs.filter((log) => isPart(log) && !places.has(log.file)).length
}

/** 1: something was found; 2: nothing was found, and not everything was read. */
export function exitCodeOf(swept: Swept): 0 | 1 | 2 {
  if (hitsOf(swept) > 0) return 1
  return unreadOf(swept) > 0 ? 2 : 0
}
