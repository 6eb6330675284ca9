// Indicators of all cases for others to search with: STIX 2.1, Sigma and CSV, as entries of the evidence.
import { createHash } from 'node:crypto'
import type { Entry } from '@rufwerk/evidence'
import {
  type Indicator as Exported,
  INDICATORS_MAX,
  SIGMA_CATEGORIES,
  writeIndicatorCsv,
  writeSigma,
  writeStix,
} from '@rufwerk/evidence/indicators'
import { type Indicator, refang } from '@rufwerk/indicators'
import type { KeptIndicators } from './company-searches.ts'

/** What the formats know; networks, patterns and rules stay in `searches.json`. */
function kindOf({ kind, algorithm, text }: Indicator): Exported['kind'] | undefined {
  if (text.includes('*') || text.includes('?')) return undefined
  if (kind === 'hash') return algorithm
  if (kind === 'ip') return refang(text).includes(':') ? 'ipv6' : 'ipv4'
  if (kind === 'file') return /[/\\]/.test(text) ? undefined : 'file-name'
  return kind === 'domain' || kind === 'url' ? kind : undefined
}

/** UUID version 4 in form (RFC 9562 §5.4), the same for the same words. */
function idOf(...words: readonly string[]): string {
  const digits = createHash('sha256').update(JSON.stringify(words)).digest('hex')
  const variant = ((Number.parseInt(digits.slice(16, 17), 16) & 3) | 8).toString(16)
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`]
  return [...parts, `${variant}${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-')
}

export function indicatorEntries(files: readonly KeptIndicators[], at: number): Entry[] {
  const exported = new Map<string, Exported>()
  for (const { indicators, name, at: seenAt } of files)
    for (const indicator of indicators) {
      const kind = kindOf(indicator)
      const value = refang(indicator.text)
      const id = idOf(kind ?? '', value)
      if (kind !== undefined && exported.size < INDICATORS_MAX && !exported.has(id))
        exported.set(id, { id, kind, value, source: name, seenAt })
    }
  const all = [...exported.values()]
  if (all.length === 0) return []
  const ids = Object.fromEntries(SIGMA_CATEGORIES.map((category) => [category, idOf('sigma', category)]))
  const written = [
    {
      name: 'indicators.stix.json',
      mediaType: 'application/stix+json',
      text: writeStix(all, { id: idOf('bundle'), at }),
    },
    {
      name: 'indicators.yml',
      mediaType: 'application/yaml',
      text: writeSigma(all, { name: 'rufwerk', ids: ids as never, at }),
    },
    { name: 'indicators.csv', mediaType: 'text/csv', text: writeIndicatorCsv(all) },
  ]
  return written.flatMap(({ name, mediaType, text }) =>
    text.ok
      ? [
          {
            ...{ name, mediaType, origin: 'rufwerk: defence.db' },
            what: {
              de: 'Wonach gesucht wurde, für andere zum Suchen; Netze, Muster und Regeln stehen in searches.json',
              en: 'What was searched for, for others to search with; networks, patterns and rules are in searches.json',
            },
            content: new TextEncoder().encode(text.value),
          },
        ]
      : [],
  )
}
