// Emergency numbers as the server knows them.
import { normalizeNumber } from './number.ts'

/**
 * The emergency number that was typed, if one was: also behind the 0 that Germans dial for an outside line or
 * behind the country's code. A company's own prefix is not known here.
 */
export function emergencyIn(typed: string, country: 'de' | 'us'): string | undefined {
  const pattern = country === 'us' ? /^(?:\+1|0111)?(911|112)$/ : /^(?:0|\+49|0049)?(11[02])$/
  return pattern.exec(normalizeNumber(typed))?.[1]
}
