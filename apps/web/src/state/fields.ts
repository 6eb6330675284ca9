// What can be said about a form's fields before they are sent: the key of a sentence, or nothing. The server
// decides; this only saves a round trip.

export const PASSWORD_CHARS_MIN = 10
/** Emergency numbers, which are never extensions. The server refuses them. */
const RESERVED: ReadonlySet<number> = new Set([110, 112, 911, 933, 988, 999])

export function problemWithExtension(extension: string, others: readonly string[] = []): string | undefined {
  if (!/^[1-9]\d{1,5}$/.test(extension)) return 'field.extension'
  return others.includes(extension) ? 'field.extensionTwice' : undefined
}

export function problemWithEmail(email: string): string | undefined {
  if (email.trim() === '') return 'field.required'
  return /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(email.trim()) ? undefined : 'field.email'
}

export function problemWithPassword(password: string): string | undefined {
  return password.length < PASSWORD_CHARS_MIN ? 'field.password' : undefined
}

/** A free number after the highest one in use; 100 to begin with. */
export function nextExtension(used: readonly string[]): string {
  const numbers = used.filter((extension) => /^\d{2,6}$/.test(extension)).map(Number)
  let next = numbers.length === 0 ? 100 : Math.max(...numbers) + 1
  while (RESERVED.has(next)) next += 1
  return String(next)
}
