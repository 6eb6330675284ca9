// What a fuzzer needs to know of the code it looks at, and what it calls a finding.
import type { SeededRandom } from '@rufwerk/testing'

export const TARGET_NAMES = [
  'sip',
  'sip-layers',
  'digest',
  'sdp',
  'stun',
  'rtp',
  'rtcp',
  'srtp',
  'ws',
  'media-control',
  'media-engine',
  'advisory',
  'audit',
  'collectors',
  'evidence',
  'fleet',
  'quarantine',
  'indicators',
  'cases',
] as const
export type TargetName = (typeof TARGET_NAMES)[number]

export type Word = string | Uint8Array

export interface Target {
  readonly name: TargetName
  /** Inputs to start from. */
  readonly seeds: readonly Uint8Array[]
  /** Texts, as UTF-8, or bytes that mean something to the code. */
  readonly words: readonly Word[]
  /** Longer inputs are cut. */
  readonly bytesMax: number
  /** A fresh input that is mostly well-formed. */
  generate?(random: SeededRandom): Uint8Array
  /**
   * Gives the input to the code and throws what is wrong. Returns in a few words what came of it: an input
   * with a new outcome joins the corpus.
   */
  check(input: Uint8Array, random: SeededRandom): string | Promise<string>
  /** Only the work of the product, for measuring time; absent where an input changes a state. */
  readonly work?: (input: Uint8Array) => void
  /** Looks at what is left; called after every `restEvery` inputs, and a new start follows. */
  rest?(): Promise<void>
  readonly restEvery?: number
}

/** What every case leaves as it was. */
export function assertUntouched(): void {
  if (Object.keys(Object.prototype).length > 0) throw new Error('something was put into Object.prototype')
}

export function isTargetName(name: string): name is TargetName {
  return (TARGET_NAMES as readonly string[]).includes(name)
}
