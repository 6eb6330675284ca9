// Files of indicators: read whole, within the limit of one document.
import type { Condition, HashAlgorithm, Indicator, Reading, Remark, Rule } from '@rufwerk/indicators'
import { LIMITS } from '@rufwerk/indicators'
import { readIndicators } from '@rufwerk/indicators/readers'
import type { NotRead } from './folders.ts'
import { SWEEP_LIMITS } from './limits.ts'
import { codeOf, decoderFor, piecesOf, withFile } from './open.ts'

export interface Loaded {
  readonly indicators: readonly Indicator[]
  readonly rules: readonly Rule[]
  readonly remarks: readonly { readonly file: string; readonly remark: Remark }[]
  readonly remarksBeyond: number
}

/** Kinds of records that no log here has. */
const OF_PROGRAMS = new Set(['process_creation', 'image_load', 'file_event'])

export async function loadIndicators(
  files: readonly string[],
  onNotRead: (notRead: NotRead) => void,
): Promise<Loaded> {
  const readings: { readonly file: string; readonly reading: Reading }[] = []
  for (const file of files) {
    try {
      const reading = readIndicators(await textOf(file), { caseId: 'sweep', document: file })
      readings.push({ file, reading })
      if (reading.indicators.length + reading.rules.length === 0)
        onNotRead({ place: file, code: 'no-indicators' })
    } catch (error) {
      onNotRead({ place: file, code: codeOf(error) })
    }
  }
  const indicators = readings.flatMap(({ reading }) => reading.indicators)
  if (indicators.length > SWEEP_LIMITS.indicators) onNotRead({ place: files.join(' '), code: 'too-many' })
  return {
    indicators: indicators.slice(0, SWEEP_LIMITS.indicators),
    rules: readings.flatMap(({ reading }) => reading.rules),
    remarks: readings.flatMap(({ file, reading }) => reading.remarks.map((remark) => ({ file, remark }))),
    remarksBeyond: readings.reduce((sum, { reading }) => sum + reading.remarksBeyond, 0),
  }
}

/** Rules about programs that run: of these only hashes are searched for. */
export function rulesOfPrograms(rules: readonly Rule[]): readonly Rule[] {
  return rules.filter(({ category }) => category !== undefined && OF_PROGRAMS.has(category))
}

/** Only these are computed. */
export function algorithmsOf({ indicators, rules }: Loaded): ReadonlySet<HashAlgorithm> {
  const wanted = new Set<HashAlgorithm>()
  const add = ({ algorithm }: { readonly algorithm?: HashAlgorithm }): void => {
    if (algorithm !== undefined) wanted.add(algorithm)
  }
  const walk = (condition: Condition): void => {
    if (condition.type === 'seen') add(condition.observable)
    else if (condition.type === 'not') walk(condition.part)
    else if (condition.type !== 'field') condition.parts.forEach(walk)
  }
  indicators.forEach(add)
  for (const { condition } of rules) walk(condition)
  return wanted
}

function textOf(path: string): Promise<string> {
  return withFile(path, async (file) => {
    // A character has up to three bytes; the reader refuses what is longer.
    const most = LIMITS.document * 3
    const pieces: Buffer[] = []
    for await (const piece of piecesOf(file, most)) pieces.push(piece)
    const bytes = Buffer.concat(pieces)
    return decoderFor(bytes).decode(bytes)
  })
}
