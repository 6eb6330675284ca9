// Numbers as people type and read them.

/** Longest number that can be dialled, in characters. */
export const NUMBER_CHARS_MAX = 32

/** Calls oneself: the echo answers. */
export const ECHO_NUMBER = '*43'

/** Stands for the number of a caller from outside who hides it. */
export const HIDDEN_NUMBER = 'anonymous'

const SEPARATORS = /[\s\-./()]/g
const LETTER_KEYS = ['', '', 'abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz']

/** What is sent for what was typed: digits, *, # and a leading +. Empty when there is nothing to dial. */
export function normalizeNumber(typed: string): string {
  const text = typed.replace(SEPARATORS, '').slice(0, NUMBER_CHARS_MAX)
  return /^\+?[0-9*#]+$/.test(text) ? text : ''
}

/** True when the text can only be a number, not a name. */
export function looksLikeNumber(typed: string): boolean {
  return /^[+0-9*#\s\-./()]+$/.test(typed)
}

/** The letters on a key, for the dial pad. */
export function lettersOn(digit: string): string {
  return (LETTER_KEYS[Number(digit)] ?? '').toUpperCase()
}

/** Groups a long number so that it can be read aloud; extensions and codes stay as they are. */
export function showNumber(number: string, country: 'de' | 'us'): string {
  if (!/^\+?\d{7,}$/.test(number)) return number
  if (country === 'us' || number.startsWith('+1')) {
    const parts = /^(\+1|1)?(\d{3})(\d{3})(\d{4})$/.exec(number)
    if (parts) return `${parts[1] ? '+1 ' : ''}(${parts[2]}) ${parts[3]}-${parts[4]}`
  }
  const german = /^(?:\+49|0049|0)(\d+)$/.exec(number)
  if (german?.[1]) {
    const rest = german[1]
    const area = /^(30|40|69|89)/.exec(rest)?.[0] ?? rest.slice(0, 3)
    const isNational = number.startsWith('0') && !number.startsWith('00')
    return `${isNational ? '0' : '+49 '}${area} ${rest.slice(area.length)}`
  }
  return number
}
