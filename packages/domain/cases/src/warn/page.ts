// The page of a warning for people: German or English, readable without colour, script or picture, and
// printable by the style sheet that is named. It says what was checked, when and by whom.
import { threatLevelName } from '@rufwerk/advisories'
import { fail, ok, type Result } from '@rufwerk/core'
import { escapeMarkup, isPlace, type Language, STATUS_WORDS, shownTime, type Warning } from './warning.ts'

export interface PagePlaces {
  readonly stylesheet: string
  readonly self: string
  /** The same page in the other language. */
  readonly other: string
  readonly feed: string
}

const WORDS = {
  de: {
    ...{ skip: 'Zum Inhalt', languages: 'Sprachen', other: 'English', warning: 'Warnung', level: 'Stufe' },
    ...{ of: 'von', summary: 'Was geschehen ist', advice: 'Was Sie tun sollten', products: 'Produkte' },
    ...{ productsCaption: 'Produkte und ihr Stand', product: 'Produkt', version: 'Version', status: 'Stand' },
    ...{ file: 'Datei (SHA-256)', checks: 'Was geprüft wurde', checked: 'Geprüft am', by: 'von' },
    ...{ history: 'Verlauf', historyCaption: 'Fassungen dieser Warnung', number: 'Fassung' },
    ...{ time: 'Zeit', change: 'Änderung', feed: 'Warnungen als Feed (Atom)', nothing: 'Keine genannt.' },
  },
  en: {
    ...{
      skip: 'Skip to content',
      languages: 'Languages',
      other: 'Deutsch',
      warning: 'Warning',
      level: 'Level',
    },
    ...{ of: 'of', summary: 'What happened', advice: 'What you should do', products: 'Products' },
    ...{
      productsCaption: 'Products and their status',
      product: 'Product',
      version: 'Version',
      status: 'Status',
    },
    ...{ file: 'File (SHA-256)', checks: 'What was checked', checked: 'Checked on', by: 'by' },
    ...{ history: 'History', historyCaption: 'Revisions of this warning', number: 'Revision' },
    ...{ time: 'Time', change: 'Change', feed: 'Warnings as a feed (Atom)', nothing: 'None named.' },
  },
} as const

/** Which place is none that may stand in a page. */
export function warningPage(
  warning: Warning,
  language: Language,
  places: PagePlaces,
): Result<string, keyof PagePlaces> {
  const names = ['stylesheet', 'self', 'other', 'feed'] as const
  const wrong = names.find((name) => !isPlace(places[name]))
  if (wrong !== undefined) return fail(wrong)
  const words = WORDS[language]
  const otherLanguage = language === 'de' ? 'en' : 'de'
  const title = escapeMarkup(warning.title[language])
  const [feed, other] = [escapeMarkup(places.feed), escapeMarkup(places.other)]
  const link = `<a href="${other}" hreflang="${otherLanguage}" lang="${otherLanguage}">${words.other}</a>`
  const level = `<strong>${words.level} ${warning.level} ${words.of} 4.</strong>`
  const means = escapeMarkup(threatLevelName(warning.level)[language])
  return ok(`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(warning.number)}: ${title}</title>
<link rel="stylesheet" href="${escapeMarkup(places.stylesheet)}">
<link rel="canonical" href="${escapeMarkup(places.self)}">
<link rel="alternate" hreflang="${otherLanguage}" href="${other}">
<link rel="alternate" type="application/atom+xml" href="${feed}" title="${words.feed}">
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header>
<p>${words.warning} ${escapeMarkup(warning.number)}</p>
<nav aria-label="${words.languages}">${link}</nav>
</header>
<main id="content">
<h1>${title}</h1>
<p class="level level-${warning.level}">${level} ${means}</p>
${sections(warning, language)}
</main>
<footer>
<p><a href="${feed}">${words.feed}</a></p>
</footer>
</body>
</html>
`)
}

function sections({ summary, advice, products, checked, revisions }: Warning, language: Language): string {
  const words = WORDS[language]
  const steps = advice.map((step) => `<li>${escapeMarkup(step[language])}</li>`).join('\n')
  const rows = products.map(({ vendor, product, version, status, file }) => [
    ...[`${vendor} ${product}`, version, STATUS_WORDS[status][language]],
    file === undefined ? '–' : `${file.name} ${file.sha256}`,
  ])
  const history = revisions.map((revision, index) => [
    ...[String(index + 1), shownTime(revision.at, language), revision.summary[language]],
  ])
  const columns = [words.product, words.version, words.status, words.file]
  const at = `${words.checked} ${shownTime(checked.at, language)} ${words.by} ${checked.by}`
  const by = `${at}: ${checked.what[language]}`
  return [
    section(words.summary, `<p>${escapeMarkup(summary[language])}</p>`),
    section(words.advice, steps === '' ? `<p>${words.nothing}</p>` : `<ol>\n${steps}\n</ol>`),
    section(words.products, table(words.productsCaption, columns, rows, words.nothing)),
    section(words.checks, `<p>${escapeMarkup(by)}</p>`),
    section(
      words.history,
      table(words.historyCaption, [words.number, words.time, words.change], history.reverse(), words.nothing),
    ),
  ].join('\n')
}

const section = (title: string, content: string) => `<section>\n<h2>${title}</h2>\n${content}\n</section>`

/** The first cell of a row is its head. */
function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  nothing: string,
): string {
  if (rows.length === 0) return `<p>${nothing}</p>`
  const head = columns.map((name) => `<th scope="col">${name}</th>`).join('')
  const lines = rows.map(([first = '', ...cells]) => {
    const rest = cells.map((cell) => `<td>${escapeMarkup(cell)}</td>`).join('')
    return `<tr><th scope="row">${escapeMarkup(first)}</th>${rest}</tr>`
  })
  return `<table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`
}
