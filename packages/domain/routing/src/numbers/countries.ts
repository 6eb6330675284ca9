// What the numbering plans of Germany and the United States say that the metadata of libphonenumber does not:
// prefixes for dialling, short codes, and what a call costs by kind.
import type { NumberClass } from './number.ts'

export type Country = 'de' | 'us'

export interface NumberingPlan {
  /** ISO 3166 as libphonenumber writes it. */
  readonly iso: 'DE' | 'US'
  readonly callingCode: string
  /** Dialled before a national number, and never part of it in E.164. */
  readonly nationalPrefix: string
  readonly internationalPrefix: string
  /** Digits of a number that is dialled without any prefix: shorter is an extension that is not there. */
  readonly localDigits: { readonly min: number; readonly max: number }
  readonly shortCodes: readonly [pattern: RegExp, kind: NumberClass][]
  /** By the national significant number; the first that matches, before what the metadata say. */
  readonly classes: readonly [pattern: RegExp, kind: NumberClass][]
  /** Not reached through a trunk: selection of a carrier for one call. */
  readonly unreachable: RegExp
}

const GERMANY: NumberingPlan = {
  iso: 'DE',
  callingCode: '49',
  nationalPrefix: '0',
  internationalPrefix: '00',
  localDigits: { min: 5, max: 11 },
  shortCodes: [
    [/^11[02]$/, 'emergency'],
    [/^115$/, 'service'],
    // Harmonised services of social value (116 117 and the like).
    [/^116[0-9]{3}$/, 'free'],
    // Directory enquiries; they also connect onwards, at any price.
    [/^118(0[0-9]{2}|[1-9][0-9])$/, 'premium'],
  ],
  classes: [
    [/^800/, 'free'],
    [/^(900|137|138|12|19)/, 'premium'],
    [/^(18|700)/, 'service'],
    [/^1[567]/, 'mobile'],
    [/^32/, 'national'],
  ],
  unreachable: /^10/,
}

const UNITED_STATES: NumberingPlan = {
  iso: 'US',
  callingCode: '1',
  nationalPrefix: '1',
  internationalPrefix: '011',
  localDigits: { min: 7, max: 7 },
  shortCodes: [
    [/^(911|112)$/, 'emergency'],
    [/^(211|311|511|611|711|811|988)$/, 'free'],
    [/^411$/, 'premium'],
  ],
  classes: [
    [/^8(00|33|44|55|66|77|88)/, 'free'],
    [/^(900|[2-9][0-9]{2}976)/, 'premium'],
    [/^700/, 'premium'],
  ],
  unreachable: /^$/,
}

export const NUMBERING: Readonly<Record<Country, NumberingPlan>> = { de: GERMANY, us: UNITED_STATES }
