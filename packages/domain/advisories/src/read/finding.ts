// What is wrong with an advisory: which rule, where, and a sentence for people.

export interface Finding {
  /** `size`, `json`, `schema`, or the number of a mandatory test: `6.1.1` … `6.1.33`. */
  readonly rule: string
  /** JSON pointer (RFC 6901) to the value; empty for the whole. */
  readonly pointer: string
  readonly de: string
  readonly en: string
}

/** One step further in a JSON pointer, escaped as RFC 6901 §3 wants it. */
export function below(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
