// Recent calls by day, older ones as one scrolls; the details on the right.
import type { CallRecord } from '@rufwerk/contract'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { dayOf } from '../../state/time.ts'
import { Panes } from '../shell/panes.tsx'
import { Button } from '../ui/button.tsx'
import { LoadFailure } from '../ui/failure.tsx'
import { Empty, LoadingRows } from '../ui/notice.tsx'
import { useCalls, useLocale } from '../use-services.ts'
import { CallDetails } from './call-details.tsx'
import { CallRow } from './call-row.tsx'
import styles from './calls-page.module.css'

export function CallsPage({ id }: { id?: string }) {
  const { t } = useTranslation()
  const hasCalls = useCalls().data?.pages[0]?.calls.length !== 0
  return (
    <Panes
      title={t('calls.title')}
      list={<CallList {...(id === undefined ? {} : { open: id })} />}
      detail={
        id === undefined ? (
          hasCalls && <Empty icon="clock" title={t('calls.choose')} text={t('calls.chooseText')} />
        ) : (
          <CallDetails key={id} id={id} />
        )
      }
      focus={id === undefined ? 'list' : 'detail'}
      backTo="/calls"
    />
  )
}

function CallList({ open }: { open?: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const query = useCalls()
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query
  if (query.isPending) return <LoadingRows label={t('app.loading')} rows={9} />
  if (query.error && !query.data) return <LoadFailure error={query.error} isInList onRetry={query.refetch} />
  const calls = query.data.pages.flatMap((page) => page.calls)
  if (calls.length === 0) return <Empty icon="clock" title={t('calls.empty')} text={t('calls.emptyText')} />
  return (
    <>
      {groupByDay(calls, locale, t('calls.today'), t('calls.yesterday')).map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <h2 className={styles.day}>{day}</h2>
          <ul className={styles.list}>
            {ofDay.map((call) => (
              <li key={call.id}>
                <CallRow call={call} isOpen={call.id === open} isDayKnown />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {hasNextPage ? (
        <WhenSeen onSeen={() => !isFetchingNextPage && fetchNextPage().catch(() => undefined)}>
          <Button kind="quiet" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {isFetchingNextPage ? t('app.loading') : t('action.more')}
          </Button>
        </WhenSeen>
      ) : (
        <p className={styles.end}>{t('calls.end')}</p>
      )}
    </>
  )
}

/** Calls `onSeen` when its place comes into view. */
function WhenSeen({ onSeen, children }: { onSeen: () => void; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(onSeen)
  latest.current = onSeen
  useEffect(() => {
    const element = place.current
    if (!element) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: '400px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  })
  return (
    <div ref={place} className={styles.more}>
      {children}
    </div>
  )
}

function groupByDay(
  calls: readonly CallRecord[],
  locale: string,
  today: string,
  yesterday: string,
): readonly [string, readonly CallRecord[]][] {
  const now = Date.now()
  const groups = new Map<string, CallRecord[]>()
  for (const call of calls) {
    const day = dayOf(call.startedAt, now, locale)
    const name = day === 'today' ? today : day === 'yesterday' ? yesterday : day.date
    const group = groups.get(name)
    if (group) group.push(call)
    else groups.set(name, [call])
  }
  return [...groups]
}
