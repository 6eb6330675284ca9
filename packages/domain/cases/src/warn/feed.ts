// All warnings as an Atom feed (RFC 4287): ids stay the same over all revisions, times only grow.
import { threatLevelName } from '@rufwerk/advisories'
import { fail, ok, type Result } from '@rufwerk/core'
import { escapeMarkup, isHttps, type Language, URN, type Warning } from './warning.ts'

export interface Feed {
  /** `urn:uuid:…` */
  readonly urn: string
  readonly title: string
  readonly author: string
  readonly self: string
  readonly language: Language
  /** Of a feed without warnings. */
  readonly since: number
  readonly entries: readonly { readonly warning: Warning; readonly page: string }[]
}

export type FeedProblem = 'id' | 'id-twice' | 'address' | 'no-revision'

export function atomFeed(feed: Feed): Result<string, FeedProblem> {
  const { entries, urn, self, language } = feed
  const ids = [urn, ...entries.map(({ warning }) => warning.urn)]
  if (!ids.every((id) => URN.test(id))) return fail('id')
  if (new Set(ids).size !== ids.length) return fail('id-twice')
  if (![self, ...entries.map(({ page }) => page)].every(isHttps)) return fail('address')
  if (entries.some(({ warning }) => warning.revisions.length === 0)) return fail('no-revision')
  const newest = [...entries].sort((a, b) => updatedOf(b.warning) - updatedOf(a.warning))
  const updated = Math.max(feed.since, ...entries.map(({ warning }) => updatedOf(warning)))
  return ok(`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">
<id>${urn}</id>
<title>${escapeMarkup(feed.title)}</title>
<updated>${new Date(updated).toISOString()}</updated>
<author><name>${escapeMarkup(feed.author)}</name></author>
<link rel="self" type="application/atom+xml" href="${escapeMarkup(self)}"/>
${newest.map(({ warning, page }) => `${entryOf(warning, page, language)}\n`).join('')}</feed>
`)
}

const updatedOf = ({ revisions }: Warning) => Math.max(...revisions.map(({ at }) => at))

function entryOf(warning: Warning, page: string, language: Language): string {
  const published = new Date(Math.min(...warning.revisions.map(({ at }) => at)))
  const summary = `${threatLevelName(warning.level)[language]} ${warning.summary[language]}`
  return `<entry>
<id>${warning.urn}</id>
<title>${escapeMarkup(`${warning.number}: ${warning.title[language]}`)}</title>
<published>${published.toISOString()}</published>
<updated>${new Date(updatedOf(warning)).toISOString()}</updated>
<link rel="alternate" type="text/html" hreflang="${language}" href="${escapeMarkup(page)}"/>
<summary>${escapeMarkup(summary)}</summary>
</entry>`
}
