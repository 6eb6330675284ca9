// One line above the page when something is wrong with the connection, and that this is a demonstration.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { useReadable, useServices, useSession } from '../use-services.ts'
import styles from './banner.module.css'

/** A short loss needs no banner: it is over before it is read. */
const PATIENCE_MS = 1_500

export function Banner() {
  const { t } = useTranslation()
  const { phone, live } = useServices()
  const { isDemo } = useSession()
  const { connection, calls } = useReadable(phone.state)
  const { isLost } = useReadable(live.state)
  const [isDemoShown, setIsDemoShown] = useState(isDemo)
  const isAway = useLasting(isLost || connection.state === 'reconnecting', PATIENCE_MS)

  if (isAway) {
    const isTalking = calls.some((call) => call.state === 'talking')
    return (
      <div className={`${styles.banner} ${styles.warning}`} role="status">
        <Icon name="warning" />
        <p>{t(isTalking ? 'banner.reconnectingCall' : 'banner.reconnecting')}</p>
      </div>
    )
  }
  if (connection.state === 'refused') {
    return (
      <div className={`${styles.banner} ${styles.problem}`} role="alert">
        <Icon name="warning" />
        <p>{t('banner.refused', { status: connection.status })}</p>
      </div>
    )
  }
  if (connection.state === 'outdated') {
    return (
      <div className={`${styles.banner} ${styles.warning}`} role="alert">
        <Icon name="warning" />
        <p>{t('banner.outdated')}</p>
        <Button size="small" onClick={() => location.reload()}>
          {t('banner.reload')}
        </Button>
      </div>
    )
  }
  if (!isDemoShown) return null
  return (
    <aside className={styles.banner} aria-label={t('banner.label')}>
      <Icon name="note" />
      <p>{t('banner.demo')}</p>
      <IconButton
        icon="close"
        size="small"
        label={t('action.dismiss')}
        onClick={() => setIsDemoShown(false)}
      />
    </aside>
  )
}

/** True once `isTrue` has held for that long. */
function useLasting(isTrue: boolean, delayMs: number): boolean {
  const [hasLasted, setHasLasted] = useState(false)
  useEffect(() => {
    if (!isTrue) return setHasLasted(false)
    const timer = setTimeout(() => setHasLasted(true), delayMs)
    return () => clearTimeout(timer)
  }, [isTrue, delayMs])
  return hasLasted && isTrue
}
