// One prompt of the catalogue: its name, what is said in each language, and when somebody hears it.

export const LANGUAGES = ['de', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

export interface PromptText {
  /** Without the language: the file of `not-found` in German is `de-not-found`. */
  readonly name: string
  readonly de: string
  readonly en: string
  /** When it is heard, for whoever replaces it. */
  readonly use: string
  /** No words: the short tone after which somebody speaks. */
  readonly isTone?: true
  /** Its words are evidence, so nobody replaces them by others. */
  readonly isFixed?: true
}
