// The last calls, to call again with one press.
import { useTranslation } from 'react-i18next'
import { CallRow } from '../calls/call-row.tsx'
import { Button } from '../ui/button.tsx'
import { LoadFailure } from '../ui/failure.tsx'
import { Empty, LoadingRows } from '../ui/notice.tsx'
import { useCalls, useServices } from '../use-services.ts'
import styles from './recent-calls.module.css'

const SHOWN_MAX = 12

export function RecentCalls() {
  const { t } = useTranslation()
  const { phone } = useServices()
  const query = useCalls()
  if (query.isPending) return <LoadingRows label={t('app.loading')} />
  if (query.error && !query.data) return <LoadFailure error={query.error} isInList onRetry={query.refetch} />
  const calls = query.data.pages.flatMap((page) => page.calls).slice(0, SHOWN_MAX)
  if (calls.length === 0) {
    return (
      <Empty
        icon="phone"
        title={t('phone.recentEmpty')}
        text={t('phone.recentEmptyText')}
        action={
          <Button icon="phone" onClick={() => phone.dial('*43')}>
            {t('phone.echo')}
          </Button>
        }
      />
    )
  }
  return (
    <>
      <h2 className={styles.title}>{t('phone.recent')}</h2>
      <ul className={styles.list}>
        {calls.map((call) => (
          <li key={call.id}>
            <CallRow call={call} />
          </li>
        ))}
      </ul>
    </>
  )
}
