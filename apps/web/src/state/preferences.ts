// What this browser remembers for the person: language, look, devices. Only words that we know are believed.
import { Cell, type Readable } from './observable.ts'

export type Theme = 'system' | 'light' | 'dark'
export type UiLanguage = 'de' | 'en'

export interface Preferences {
  readonly theme: Theme
  /** Absent: as the person's account, else as the browser says. */
  readonly language?: UiLanguage
  /** Device ids of this browser; absent: the system's default. */
  readonly microphone?: string
  readonly speaker?: string
  readonly ringDevice?: string
  /** 0–1. */
  readonly ringVolume: number
  /** Digits typed anywhere go to the dialler (WCAG 2.2 §2.1.4 asks for a way to switch that off). */
  readonly hasQuickKeys: boolean
}

export interface TextStore {
  read(): string | null
  write(text: string): void
}

export const DEFAULT_PREFERENCES: Preferences = { theme: 'system', ringVolume: 0.7, hasQuickKeys: true }
const DEVICE_ID_CHARS_MAX = 512

/** Reads what was stored; anything strange falls back to the default, field by field. */
export function readPreferences(text: string | null): Preferences {
  let stored: unknown
  try {
    stored = JSON.parse(text ?? '{}')
  } catch {
    return DEFAULT_PREFERENCES
  }
  if (typeof stored !== 'object' || stored === null) return DEFAULT_PREFERENCES
  const fields = new Map<string, unknown>(Object.entries(stored))
  const theme = fields.get('theme')
  const language = fields.get('language')
  const volume = fields.get('ringVolume')
  const device = (name: string): Record<string, string> => {
    const id = fields.get(name)
    return typeof id === 'string' && id !== '' && id.length <= DEVICE_ID_CHARS_MAX ? { [name]: id } : {}
  }
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    ringVolume:
      typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : DEFAULT_PREFERENCES.ringVolume,
    hasQuickKeys: fields.get('hasQuickKeys') !== false,
    ...(language === 'de' || language === 'en' ? { language } : {}),
    ...device('microphone'),
    ...device('speaker'),
    ...device('ringDevice'),
  }
}

export class PreferenceBook {
  readonly #cell: Cell<Preferences>
  readonly #store: TextStore

  constructor(store: TextStore) {
    this.#store = store
    this.#cell = new Cell(readPreferences(store.read()))
  }

  get current(): Readable<Preferences> {
    return this.#cell
  }

  change(part: { readonly [Name in keyof Preferences]?: Preferences[Name] | undefined }): void {
    const merged = JSON.stringify({ ...this.#cell.get(), ...part })
    this.#cell.set(readPreferences(merged))
    this.#store.write(merged)
  }

  /** Another tab has changed them. */
  reread(): void {
    this.#cell.set(readPreferences(this.#store.read()))
  }
}
