// A sweep as lines for people, and as JSON.
import type { Indicator, Rule } from '@rufwerk/indicators'
import type { Hit } from '@rufwerk/indicators/logs'
import { exitCodeOf, hitsOf, type Swept, unreadOf } from '../sweep.ts'
import type { Language } from '../words.ts'
import { linesNotRead, reasonOf, say } from './words.ts'

export function sweepLines(swept: Swept, language: Language): string[] {
  return [
    ...remarkLines(swept, language),
    ...notReadLines(swept, language),
    ...hitLines(swept, language),
    ...totalLines(swept, language),
  ]
}

function remarkLines({ loaded, rulesOfPrograms }: Swept, language: Language): string[] {
  const lines = loaded.remarks.map(({ file, remark }) =>
    say('remark', language, { path: file, place: remark.place, what: remark.sentence[language] }),
  )
  for (const { name, document, place } of rulesOfPrograms)
    lines.push(say('rule-of-programs', language, { path: document, place, what: name }))
  if (loaded.remarksBeyond > 0) lines.push(say('remarks-more', language, loaded.remarksBeyond))
  return lines
}

function notReadLines({ notRead, notReadBeyond, logs }: Swept, language: Language): string[] {
  const lines = notRead.map(({ place, code }) =>
    say('not-read', language, { path: place, why: reasonOf(code, language) }),
  )
  if (notReadBeyond > 0) lines.push(say('not-read-more', language, notReadBeyond))
  for (const { file, searched } of logs) {
    const count = searched.notUnderstood + searched.tooLong
    const why = linesNotRead(count, searched.notRead, language)
    if (count > 0) lines.push(say('not-read', language, { path: file, why }))
  }
  return lines
}

function hitLines({ folders, logs }: Swept, language: Language): string[] {
  const lines = folders.hits.map(({ path, found }) =>
    say('hit-file', language, { path, what: foundText(found, language) }),
  )
  if (folders.totals.hitsBeyond > 0) lines.push(say('hits-more', language, folders.totals.hitsBeyond))
  for (const { file, searched } of logs) {
    for (const hit of searched.hits) lines.push(logHitLine(file, hit, language))
    if (searched.hitsBeyond > 0) lines.push(say('hits-more', language, searched.hitsBeyond))
  }
  return lines
}

/** A name alone is less than a hash. */
function foundText(found: Indicator | Rule, language: Language): string {
  if ('condition' in found) return `${found.name} (${found.document}, ${found.place})`
  const text = `${found.text} (${found.document}, ${found.place})`
  if (found.kind === 'file') return `${text}; ${say('hit-name-only', language)}`
  return found.isWeak ? `${text}; ${say('hit-weak', language)}` : text
}

function logHitLine(path: string, { line, time, who, found, origin, seen }: Hit, language: Language): string {
  const missing = time?.missing.map((one) => say(`time-${one}`, language)).join(', ')
  const when = time === undefined ? say('time-unknown', language) : time.text
  return say('hit-log', language, {
    ...{ path, line, seen },
    what: `${found.text} (${origin.document}, ${origin.place})`,
    time: missing ? `${when} (${missing})` : when,
    who: [who.address, who.host, who.user].filter(Boolean).join(' ') || say('who-unknown', language),
  })
}

function totalLines(swept: Swept, language: Language): string[] {
  const { loaded, folders, logs } = swept
  const [hits, unread] = [hitsOf(swept), unreadOf(swept)]
  const { indicators, rules } = loaded
  return [
    say('indicators', language, { indicators: indicators.length, rules: rules.length }),
    ...(folders.totals.folders > 0 ? [say('folders', language, { ...folders.totals })] : []),
    ...logs.map(({ file, searched: { format, lines, compared } }) =>
      say('log', language, { path: file, format: format ?? say('log-unknown', language), lines, compared }),
    ),
    hits > 0 ? say('found', language, hits) : say('nothing', language),
    ...(unread > 0 ? [say('incomplete', language, unread)] : []),
  ]
}

/** With codes instead of sentences, but for remarks. */
export function sweepJson(swept: Swept): string {
  const { loaded, folders, logs, notRead, notReadBeyond } = swept
  const report = {
    exitCode: exitCodeOf(swept),
    hits: hitsOf(swept),
    indicators: { count: loaded.indicators.length, rules: loaded.rules.length },
    remarks: loaded.remarks.map(({ file, remark }) => ({ file, ...remark })),
    remarksBeyond: loaded.remarksBeyond,
    rulesOfPrograms: swept.rulesOfPrograms.map(({ name, document, place }) => ({ name, document, place })),
    folders: folders.totals,
    files: folders.hits.map(({ path, found }) => ({ path, found: withoutCondition(found) })),
    logs: logs.map(({ file, searched }) => ({ file, ...searched })),
    ...{ notRead, notReadBeyond },
  }
  return JSON.stringify(report, undefined, 2)
}

function withoutCondition(found: Indicator | Rule): object {
  if (!('condition' in found)) return found
  const { condition: _, ...said } = found
  return { kind: 'rule', ...said }
}
