// One line above the page: something is wrong with the connection or the system, devices are affected by what
// is known, or this is a demonstration.
import type { Alarm } from '@rufwerk/contract/operations'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { api } from '../../platform/api.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { useReadable, useServices, useSession } from '../use-services.ts'
import styles from './banner.module.css'

/** A short loss needs no banner: it is over before it is read. */
const PATIENCE_MS = 1_500
const ALARMS_MS = 60_000

export function Banner() {
  const { t } = useTranslation()
  const { phone, live } = useServices()
  const { isDemo } = useSession()
  const { connection, calls } = useReadable(phone.state)
  const { isLost } = useReadable(live.state)
  const [isDemoShown, setIsDemoShown] = useState(isDemo)
  const [dismissed, setDismissed] = useState<readonly string[]>([])
  const alarms = useAlarms().filter((each) => !dismissed.includes(keyOf(each)))
  const [alarm] = alarms
  const exposed = useExposed(dismissed)
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
  if (exposed && alarm?.severity !== 'problem')
    return <ExposureLine {...exposed} onDismiss={() => setDismissed([...dismissed, exposed.key])} />
  if (alarm)
    return (
      <AlarmLine
        alarm={alarm}
        more={alarms.length - 1}
        onDismiss={() => setDismissed([...dismissed, keyOf(alarm)])}
      />
    )
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

function AlarmLine({ alarm, more, onDismiss }: { alarm: Alarm; more: number; onDismiss: () => void }) {
  const { t } = useTranslation()
  const text = t(`alarm.${alarm.kind}`, alarm.values)
  return (
    <aside
      className={`${styles.banner} ${alarm.severity === 'problem' ? styles.problem : styles.warning}`}
      aria-label={t('alarm.label')}
    >
      <Icon name="warning" />
      <p role="status">{more > 0 ? t('alarm.more', { text, count: more }) : text}</p>
      <IconButton icon="close" size="small" label={t('action.dismiss')} onClick={onDismiss} />
    </aside>
  )
}

interface Exposed {
  readonly key: string
  readonly affected: number
  readonly total: number
  readonly unknown: number
}

/** That devices are affected, with the way to the page that says which. */
function ExposureLine({ affected, total, unknown, onDismiss }: Exposed & { onDismiss: () => void }) {
  const { t } = useTranslation()
  const { isDemo } = useSession()
  const text = t('exposure.affected', { count: affected, total, unknown })
  return (
    <aside className={`${styles.banner} ${styles.warning}`} aria-label={t('exposure.label')}>
      <Icon name="warning" />
      <p role="status">
        {isDemo ? t('exposure.demo', { text }) : text}{' '}
        <Link href="/security/exposure">{t('exposure.link')}</Link>
      </p>
      <IconButton icon="close" size="small" label={t('action.dismiss')} onClick={onDismiss} />
    </aside>
  )
}

/** Undefined: nobody is affected, the page about it is open, or these numbers were put away. */
function useExposed(dismissed: readonly string[]): Exposed | undefined {
  const { person } = useSession()
  const [path] = useLocation()
  const { data } = useQuery({
    queryKey: ['exposure', 'figures'],
    queryFn: api.exposureFigures,
    enabled: person.role === 'admin',
    refetchInterval: ALARMS_MS,
  })
  if (!data || data.all.affected === 0 || path.startsWith('/security')) return undefined
  const { affected, unknown, underInvestigation, clean } = data.all
  const key = `exposure ${affected} ${unknown}`
  if (dismissed.includes(key)) return undefined
  return { key, affected, unknown, total: affected + unknown + underInvestigation + clean }
}

/** What is wrong with the system; only admins are told. */
function useAlarms(): readonly Alarm[] {
  const { person, hasTelephony } = useSession()
  const query = useQuery({
    queryKey: ['alarms'],
    queryFn: api.alarms,
    enabled: person.role === 'admin' && hasTelephony,
    refetchInterval: ALARMS_MS,
  })
  return query.data?.alarms ?? []
}

/** The same alarm is dismissed once; when it comes again, it is shown again. */
function keyOf({ kind, since }: Alarm): string {
  return `${kind} ${since}`
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
