// What public pages have in common: landmarks, a skip link, the other language, one style sheet, no script.
import { escapeMarkup, type Language } from '../warn/warning.ts'

export interface PublicPage {
  readonly language: Language
  readonly title: string
  /** Whose page it is. */
  readonly company: string
  /** Of the same page; the language is added. */
  readonly path: string
  /** Markup. */
  readonly content: string
}

export const STYLE_PATH = '/security/style.css'

const WORDS = {
  de: { skip: 'Zum Inhalt', languages: 'Sprachen', other: 'English', security: 'Sicherheit' },
  en: { skip: 'Skip to content', languages: 'Languages', other: 'Deutsch', security: 'Security' },
} as const

export function publicPage({ language, title, company, path, content }: PublicPage): string {
  const words = WORDS[language]
  const other = language === 'de' ? 'en' : 'de'
  const named = `${words.security}: ${escapeMarkup(company)}`
  const href = `${escapeMarkup(path)}?lang=${other}`
  const link = `<a href="${href}" hreflang="${other}" lang="${other}">${words.other}</a>`
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeMarkup(title)} – ${named}</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header>
<p>${named}</p>
<nav aria-label="${words.languages}">${link}</nav>
</header>
<main id="content">
<h1>${escapeMarkup(title)}</h1>
${content}
</main>
</body>
</html>
`
}
