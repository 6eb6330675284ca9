// One case: who reported what, the clock, evidence, what happened, and what may be done now.
import type { CaseDetail } from '@rufwerk/contract/cases'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useCasesWords } from '../../i18n/security-words.ts'
import { failureOf } from '../../platform/api.ts'
import { securityApi } from '../../platform/security-api.ts'
import { wordsOfEntry } from '../../state/security/cases.ts'
import { showMoment } from '../../state/time.ts'
import { LoadFailure } from '../ui/failure.tsx'
import { Empty, LoadingRows } from '../ui/notice.tsx'
import { TermList } from '../ui/term-list.tsx'
import { useLocale } from '../use-services.ts'
import { CaseActs } from './case-acts.tsx'
import { CaseClockLine } from './cases-section.tsx'
import styles from './security.module.css'

export function CasePage({ id }: { id: string }) {
  const { t } = useTranslation()
  const words = useCasesWords()
  const query = useQuery({ queryKey: ['cases', id], queryFn: () => securityApi.case(id) })
  const toAll = (
    <Link href="/security/cases" className={styles.way}>
      {words.all}
    </Link>
  )
  if (query.isPending) return <LoadingRows label={t('app.loading')} rows={6} />
  if (query.error && !query.data)
    return failureOf(query.error) === 'not-found' ? (
      <Empty icon="search" title={words.gone} action={toAll} />
    ) : (
      <LoadFailure error={query.error} onRetry={query.refetch} />
    )
  const one = query.data
  const [first] = one.origins
  return (
    <>
      <p>{toAll}</p>
      <header className={styles.title}>
        <h2>{one.about ?? words.nameless}</h2>
        <p className={styles.strong}>{words.status[one.status]}</p>
        <CaseClockLine one={one} now={Date.now()} />
        {first && first.words !== '' && <blockquote className={styles.quote}>{first.words}</blockquote>}
      </header>
      <CaseActs one={one} />
      <Facts one={one} />
      <Origins one={one} />
      <Evidence one={one} />
      <Timeline one={one} />
    </>
  )
}

function Facts({ one }: { one: CaseDetail }) {
  const words = useCasesWords()
  const locale = useLocale()
  const term = (name: string, value: string | undefined) =>
    value === undefined ? undefined : { name, value }
  const { facts } = words
  return (
    <div className={styles.card}>
      <TermList
        terms={[
          { name: facts.number, value: one.id },
          term(facts.level, words.levels[one.level]),
          { name: facts.opened, value: showMoment(one.openedAt, locale) },
          term(facts.answered, one.answeredAt === undefined ? undefined : showMoment(one.answeredAt, locale)),
          term(facts.owner, one.owner),
          term(facts.verdict, one.verdict === undefined ? undefined : words.verdicts[one.verdict]),
          term(facts.why, one.why),
          term(facts.proposed, one.proposedBy),
          term(facts.confirmed, one.confirmedBy),
          one.hashes.length === 0
            ? undefined
            : { name: facts.hashes, value: <code className={styles.code}>{one.hashes.join(' ')}</code> },
        ]}
      />
    </div>
  )
}

function Origins({ one }: { one: CaseDetail }) {
  const words = useCasesWords()
  const locale = useLocale()
  return (
    <section className={styles.block} aria-label={words.origins}>
      <h3>{words.origins}</h3>
      <ul className={styles.devices}>
        {one.origins.map((origin, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows.
          <li key={at} className={styles.device}>
            <div className={styles.deviceWords}>
              <span className={styles.deviceName}>
                {origin.by === '' ? words.kinds[origin.kind] : origin.by}
              </span>
              <p className={styles.soft}>
                {words.kinds[origin.kind]} · {showMoment(origin.at, locale)}
              </p>
              <p>{[origin.fileName, origin.product, origin.version].filter(Boolean).join(' · ')}</p>
              {origin.words !== '' && <p className={styles.said}>{origin.words}</p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Evidence({ one }: { one: CaseDetail }) {
  const words = useCasesWords()
  const locale = useLocale()
  return (
    <section className={styles.block} aria-label={words.evidence}>
      <h3>{words.evidence}</h3>
      {one.evidence.length === 0 && <p className={styles.soft}>{words.evidenceNone}</p>}
      <ul className={styles.devices}>
        {one.evidence.map(({ at, by, kind, what, sha256 }) => (
          <li key={`${at} ${sha256}`} className={styles.device}>
            <div className={styles.deviceWords}>
              <span className={styles.deviceName}>{words.evidenceKinds[kind] ?? kind}</span>
              <p className={styles.said}>{what}</p>
              <p className={styles.soft}>
                {by} · {showMoment(at, locale)}
              </p>
              <code className={styles.code}>{sha256}</code>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Timeline({ one }: { one: CaseDetail }) {
  const words = useCasesWords()
  const locale = useLocale()
  return (
    <section className={styles.block} aria-label={words.timeline}>
      <h3>{words.timeline}</h3>
      <ol className={styles.plainList}>
        {one.timeline.map((entry, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the timeline only grows.
          <li key={at}>
            <time dateTime={new Date(entry.at).toISOString()} className={styles.soft}>
              {showMoment(entry.at, locale)}
            </time>{' '}
            <strong>{words.acts[entry.act] ?? entry.act}</strong>
            {entry.by !== undefined && ` · ${entry.by}`}
            {wordsOfEntry(entry) !== '' && <p className={styles.said}>{wordsOfEntry(entry)}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}
