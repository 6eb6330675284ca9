// What is wrong with a dial plan that somebody hands in: a code for programs, the place, and a sentence for
// whoever has to mend it.
import type { ConfigErrorCode } from '../check/check-config.ts'
import { PROBLEMS_MAX } from './limits.ts'

const SENTENCES = {
  'not-an-object': 'must be an object with named fields',
  'not-a-list': 'must be a list',
  missing: 'is missing',
  'unknown-field': 'is no field of a dial plan',
  'not-an-id': 'must be 1 to 64 letters, digits, dots, dashes or underscores',
  'not-a-name': 'must be a text of 1 to {most} characters without control characters',
  'not-one-of': 'must be one of {known}',
  'not-yes-or-no': 'must be true or false',
  'not-a-count': 'must be a whole number from {least} to {most}',
  'not-digits': 'must be {wanted}',
  'too-many': 'has {entries} entries, at most {most}',
  'too-large': 'has {bytes} bytes, at most {most}',
  'unknown-site': 'names the site {site}, which does not exist',
  'not-performed': 'wants {what}, which this version does not have yet',
  'no-such-prompt': 'names the prompt {prompt}, which nobody has recorded for the language {language}',
  'wrong-schedule': 'is no office hours: {problem}',
  loop: 'leads back to itself without a key of the caller: {circle}',
  'points-to-nothing': 'points to {target}, which does not exist',
  'duplicate-id': 'has the id {value} of {earlier}',
  'duplicate-extension': 'has the extension {value}, as {earlier} has',
  'duplicate-key': 'has the key {value} of {earlier}',
  'duplicate-code': 'has the code {value} of {earlier}',
  'duplicate-number': 'has the number {value} of {earlier}',
  'emergency-number': 'is an emergency number and cannot be the extension {extension}',
  'not-an-extension': 'must be 1 to 8 digits; {extension} is no extension',
  'not-a-code': 'must begin with * or # and have 2 to 8 characters; {code} is no code',
  'not-new': 'names {code}, which is none of the new codes',
  'not-a-number': 'holds {number}, which is no number of the public network in the form +49…',
  'not-showable': 'holds {number}, which may not be shown to those who are called',
  'number-of-no-trunk': 'holds {number}, which belongs to no trunk',
  'not-for-emergency': 'names the trunk {trunk}, which is not meant for emergency calls',
  'not-a-network': 'holds {network}, which is no network such as 192.0.2.0/24 or 2001:db8::/48',
  'not-whole-network':
    'holds {network}, which is an address in a network: behind the bits that count all must be 0',
  'every-address': 'holds {network}, which is every address there is and says nothing of a place',
  'duplicate-network': 'holds {network}, which is the network of {earlier} already',
  'too-many-networks': 'have {entries} networks together, at most {most}',
  'nothing-fits': 'fits nothing: its least is above its most',
  empty: 'is empty',
  'not-positive': 'must be greater than 0',
} as const satisfies Record<ConfigErrorCode, string> & Record<string, string>

export type PlanProblemCode = keyof typeof SENTENCES

export interface PlanProblem {
  /** Where in the plan: `flows[2].keys[0].target`; empty for the whole. */
  readonly path: string
  readonly code: PlanProblemCode
  /** What the sentence names. */
  readonly values: Readonly<Record<string, string>>
  /** The place and what is wrong, in English. */
  readonly sentence: string
}

export function planProblem(
  path: string,
  code: PlanProblemCode,
  values: Readonly<Record<string, string>> = {},
): PlanProblem {
  const text = SENTENCES[code].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  return { path, code, values, sentence: `${path === '' ? 'The dial plan' : path} ${text}.` }
}

/** The problems of one reading, the first PROBLEMS_MAX of them. */
export class Findings {
  readonly problems: PlanProblem[] = []

  add(path: string, code: PlanProblemCode, values: Readonly<Record<string, string>> = {}): undefined {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push(planProblem(path, code, values))
    return undefined
  }
}
