// What the doctor found: one line, and what to do about it, in German and English.

export interface Words {
  readonly en: string
  readonly de: string
}

export interface Finding {
  /** For programs; stable. */
  readonly check: string
  readonly status: 'ok' | 'warning' | 'problem'
  readonly text: Words
  /** Present unless all is well. */
  readonly advice?: Words
}

export function fine(check: string, en: string, de: string): Finding {
  return { check, status: 'ok', text: { en, de } }
}

export function warning(check: string, text: Words, advice: Words): Finding {
  return { check, status: 'warning', text, advice }
}

export function problem(check: string, text: Words, advice: Words): Finding {
  return { check, status: 'problem', text, advice }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
