// Which passwords people may choose: long enough, not themselves, not what is tried first. No demand for
// special characters (NIST SP 800-63B §5.1.1.2 advises against it).
import type { AccountsErrorCode } from './errors.ts'
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from './limits.ts'

/** Beginnings and words of the passwords of ten and more characters that lists of leaks have on top. */
const TRIVIAL = [
  '0123456789',
  '1029384756',
  '1111111111',
  '11223344556677',
  '1234512345',
  '123456789',
  '1234567890',
  '123456789a',
  '1q2w3e4r5t',
  '1qaz2wsx3edc',
  '987654321',
  '9876543210',
  'abcdefghij',
  'admin12345',
  'adminadmin',
  'administrator',
  'asdfghjkl',
  'baseball123',
  'changeme',
  'changeme123',
  'dragon1234',
  'fussball123',
  'geheim1234',
  'hallo12345',
  'hallohallo',
  'ichliebedich',
  'iloveyou123',
  'kennwort123',
  'letmein123',
  'master1234',
  'michelle123',
  'passw0rd12',
  'password12',
  'password123',
  'passwordpassword',
  'passwort12',
  'passwort123',
  'passwortpasswort',
  'q1w2e3r4t5',
  'qwertyuiop',
  'qwertz1234',
  'qwertzuiop',
  'schalke04',
  'schatz1234',
  'sommer2024',
  'sommer2025',
  'sommer2026',
  'start12345',
  'sunshine123',
  'telefon123',
  'test123456',
  'testtesttest',
  'welcome123',
  'willkommen',
  'willkommen1',
  'winter2024',
  'winter2025',
  'winter2026',
  'yxcvbnmasd',
  'zaq12wsxcde3',
] as const
const TRIVIAL_SET: ReadonlySet<string> = new Set(TRIVIAL)

/** What two people type for the same password on different keyboards becomes the same text. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC')
}

/** Says which rule a new password breaks. `own` are the login, the name and the like. */
export function brokenRule(password: string, own: readonly string[]): AccountsErrorCode | undefined {
  const normal = normalisePassword(password)
  const length = [...normal].length
  if (length < PASSWORD_CHARS_MIN) return 'password-too-short'
  if (length > PASSWORD_CHARS_MAX) return 'password-too-long'
  const plain = simplify(normal)
  for (const text of own.flatMap((word) => [word, word.split('@')[0] ?? ''])) {
    const word = simplify(text)
    if (word.length > 0 && stripped(plain, word)) return 'password-is-login'
  }
  if (new Set(plain).size < 4) return 'password-trivial'
  const letters = plain.replace(/[!.?*#$_-]+$/, '')
  if (TRIVIAL_SET.has(plain) || TRIVIAL_SET.has(letters) || isRun(plain)) return 'password-trivial'
  return undefined
}

/** True when the password is nothing but the word, repeated or with a few digits and signs around it. */
function stripped(password: string, word: string): boolean {
  const rest = password.replaceAll(word, '')
  return rest.length < password.length && /^[\d\W_]{0,4}$/u.test(rest)
}

function simplify(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, '')
}

/** abcdefghijk, 23456789012: each character follows the one before it. */
function isRun(text: string): boolean {
  const codes = [...text].map((char) => char.codePointAt(0) ?? 0)
  return [1, -1].some((step) => codes.every((code, at) => at === 0 || code - (codes[at - 1] ?? 0) === step))
}
