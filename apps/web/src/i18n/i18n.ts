// The words of the pages. Only the language in use is loaded.
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { UiLanguage } from '../state/preferences.ts'

async function load(language: UiLanguage): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return
  const words = language === 'de' ? (await import('./de.ts')).de : (await import('./en.ts')).en
  i18next.addResourceBundle(language, 'translation', words)
}

/** The language of the browser, where we have it: German, else English. */
export function browserLanguage(languages: readonly string[]): UiLanguage {
  const known = languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === 'de' || tag === 'en')
  return known === 'de' ? 'de' : 'en'
}

export async function startI18n(language: UiLanguage): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    lng: language,
    supportedLngs: ['de', 'en'],
    resources: {},
    partialBundledLanguages: true,
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  await switchLanguage(language)
  return i18next
}

/** Switches every page on the screen. */
export async function switchLanguage(language: UiLanguage): Promise<void> {
  await load(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
