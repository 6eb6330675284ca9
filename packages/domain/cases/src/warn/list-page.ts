// All warnings of a company for people, the newest first, and how to report something.
import { threatLevelName } from '@rufwerk/advisories'
import { publicPage } from '../outside/layout.ts'
import { escapeMarkup, type Language, shownTime, type Warning } from './warning.ts'

const WORDS = {
  de: {
    ...{ title: 'Warnungen', none: 'Es gibt keine Warnung.', level: 'Stufe', of: 'von' },
    ...{ last: 'Zuletzt geändert', report: 'Ein Sicherheitsproblem melden' },
    feed: 'Warnungen als Feed (Atom)',
    csaf: 'Für Programme: CSAF',
  },
  en: {
    ...{ title: 'Warnings', none: 'There is no warning.', level: 'Level', of: 'of' },
    ...{ last: 'Last changed', report: 'Report a security problem' },
    feed: 'Warnings as a feed (Atom)',
    csaf: 'For programs: CSAF',
  },
} as const

export const WARNINGS_PATH = '/security/'
export const WARNING_PATH = '/security/warnings/'
export const FEED_PATH = '/security/feed.atom'
export const CSAF_PATH = '/.well-known/csaf/'

export function listPage(
  warnings: readonly Warning[],
  { language, company }: { readonly language: Language; readonly company: string },
): string {
  const words = WORDS[language]
  const newest = warnings.toSorted((a, b) => changedAt(b) - changedAt(a))
  const items = newest.map((one) => {
    const href = `${WARNING_PATH}${encodeURIComponent(one.number)}?lang=${language}`
    const means = threatLevelName(one.level)[language]
    return `<li>
<h2><a href="${escapeMarkup(href)}">${escapeMarkup(`${one.number}: ${one.title[language]}`)}</a></h2>
<p><strong>${words.level} ${one.level} ${words.of} 4.</strong> ${escapeMarkup(means)}</p>
<p class="hint">${words.last}: ${shownTime(changedAt(one), language)}</p>
</li>`
  })
  const list = items.length === 0 ? `<p>${words.none}</p>` : `<ul class="plain">\n${items.join('\n')}\n</ul>`
  const content = `${list}
<nav aria-label="${words.title}">
<p><a href="/security/report?lang=${language}">${words.report}</a></p>
<p><a href="${FEED_PATH}?lang=${language}">${words.feed}</a></p>
<p><a href="${CSAF_PATH}provider-metadata.json">${words.csaf}</a></p>
</nav>`
  return publicPage({ language, company, title: words.title, path: WARNINGS_PATH, content })
}

export const changedAt = ({ revisions }: Warning): number => Math.max(...revisions.map(({ at }) => at))
