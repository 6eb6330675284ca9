// What people have reported: each case with its clock, open ones first.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useCasesWords } from '../../i18n/security-words.ts'
import { securityApi } from '../../platform/security-api.ts'
import { type CaseSummary, clockOf, showDistance } from '../../state/security/cases.ts'
import { showBriefly } from '../../state/time.ts'
import { LoadFailure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, LoadingRows, Notice } from '../ui/notice.tsx'
import { useLocale } from '../use-services.ts'
import { CasePage } from './case-page.tsx'
import styles from './security.module.css'

export function CasesSection({ id }: { id?: string }) {
  return id === undefined ? <Cases /> : <CasePage key={id} id={id} />
}

function Cases() {
  const { t } = useTranslation()
  const words = useCasesWords()
  const query = useQuery({ queryKey: ['cases'], queryFn: securityApi.cases })
  if (query.isPending) return <LoadingRows label={t('app.loading')} rows={6} />
  if (query.error && !query.data) return <LoadFailure error={query.error} onRetry={query.refetch} />
  const { cases, lateAnswers, lateDecisions } = query.data
  return (
    <>
      <header className={styles.title}>
        <h2>{words.title}</h2>
        <p className={styles.soft}>{words.lead}</p>
      </header>
      {lateAnswers + lateDecisions > 0 && (
        <Notice kind="warning">{words.late(lateAnswers, lateDecisions)}</Notice>
      )}
      {cases.length === 0 ? (
        <Empty icon="check" title={words.none} text={words.noneText} />
      ) : (
        <ul className={styles.devices}>
          {cases.map((one) => (
            <CaseRow key={one.id} one={one} />
          ))}
        </ul>
      )}
    </>
  )
}

function CaseRow({ one }: { one: CaseSummary }) {
  const words = useCasesWords()
  const locale = useLocale()
  const now = Date.now()
  return (
    <li className={styles.device}>
      <div className={styles.deviceWords}>
        <Link href={`/security/cases/${one.id}`} className={styles.deviceName}>
          {one.about ?? words.nameless}
        </Link>
        <p>
          {words.status[one.status]}
          {one.status === 'closed' && one.verdict !== undefined && `: ${words.verdicts[one.verdict]}`}
          {` · ${words.level(one.level)} · ${words.reports(one.reports)}`}
        </p>
        <CaseClockLine one={one} now={now} />
        <p className={styles.facts}>
          <span>
            {words.facts.opened}: {showBriefly(one.openedAt, now, locale)}
          </span>
          {one.owner !== undefined && (
            <span>
              {words.facts.owner}: {one.owner}
            </span>
          )}
        </p>
      </div>
    </li>
  )
}

/** Nothing once it is closed. */
export function CaseClockLine({ one, now }: { one: CaseSummary; now: number }) {
  const words = useCasesWords()
  const locale = useLocale()
  const clock = clockOf(one, now)
  if (clock === undefined) return null
  const when = showDistance(clock.due, now, locale)
  return (
    <p className={`${styles.clock} ${clock.isLate ? styles.late : ''}`}>
      <Icon name={clock.isLate ? 'warning' : 'clock'} size={16} />
      <span>{(clock.isLate ? words.overdue : words.due)[clock.what](when)}</span>
    </p>
  )
}
