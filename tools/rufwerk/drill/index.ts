// `rufwerk drill supply-chain-2023`: plays the story and tells how it went, for people who practise it.
import type { Language } from '../words.ts'
import { playDrill } from './play.ts'
import { drillLines, say } from './tell.ts'

export interface DrillAsked {
  readonly clients: number
  readonly isJson: boolean
}

const NAME = 'supply-chain-2023'
const CLIENTS = 150
const CLIENTS_MIN = 100
const CLIENTS_MAX = 10_000

/** Undefined: another command. A sentence: what is wrong with this one. */
export function readDrillWish(
  args: readonly string[],
  language: Language,
  isJson: boolean,
): DrillAsked | { readonly sentence: string } | undefined {
  const [command, name, ...others] = args
  if (command !== 'drill') return undefined
  const sentence = say('usage', language)
  const words = others.flatMap((word) => word.split('='))
  const isAsIs = words.length === 0
  if (name !== NAME || !(isAsIs || (words.length === 2 && words[0] === '--clients'))) return { sentence }
  const clients = isAsIs ? CLIENTS : Number(words[1])
  const isNumber = Number.isInteger(clients) && clients >= CLIENTS_MIN && clients <= CLIENTS_MAX
  return isNumber ? { clients, isJson } : { sentence }
}

export interface Drilled {
  readonly isGood: boolean
  readonly text: string
}

/** `at`: when it is practised, by the clock of this machine. */
export async function carryOutDrill(
  { clients, isJson }: DrillAsked,
  language: Language,
  at: Date,
): Promise<Drilled> {
  const steps = await playDrill({ clients })
  const isGood = steps.every(({ ok }) => ok)
  const report = { drill: NAME, at: at.toISOString(), clients, ok: isGood, steps }
  const text = isJson ? JSON.stringify(report, undefined, 2) : drillLines(report, language).join('\n')
  return { isGood, text }
}
