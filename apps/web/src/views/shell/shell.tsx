// The frame of every page: rail (bottom bar on a phone), call bar, banner, and what rings.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { Icon, type IconName, Logo } from '../ui/icon.tsx'
import { useSession } from '../use-services.ts'
import { Announcer } from './announcer.tsx'
import { Banner } from './banner.tsx'
import { CallBar } from './call-bar.tsx'
import { Incoming } from './incoming.tsx'
import styles from './shell.module.css'
import { useKeyboard } from './use-keyboard.ts'
import { useLeaveWarning } from './use-leave-warning.ts'

const AREAS: readonly {
  readonly name: 'phone' | 'people' | 'calls' | 'security' | 'settings'
  readonly icon: IconName
  readonly isForAdmins?: boolean
  /** Also where there is no telephony. */
  readonly isOfDefence?: boolean
}[] = [
  { name: 'phone', icon: 'phone' },
  { name: 'people', icon: 'people' },
  { name: 'calls', icon: 'clock' },
  { name: 'security', icon: 'shield', isForAdmins: true, isOfDefence: true },
  { name: 'settings', icon: 'settings', isOfDefence: true },
]

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const [path] = useLocation()
  const { person, hasTelephony } = useSession()
  const areas = AREAS.filter(
    ({ isForAdmins = false, isOfDefence = false }) =>
      (person.role === 'admin' || !isForAdmins) && (hasTelephony || isOfDefence),
  )
  useKeyboard(hasTelephony)
  useLeaveWarning()
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {t('app.skip')}
      </a>
      <Announcer />
      <nav className={styles.rail} aria-label={t('nav.label')}>
        <span className={styles.logo}>
          <Logo />
        </span>
        {areas.map(({ name, icon }) => {
          const isHere = path === `/${name}` || path.startsWith(`/${name}/`)
          return (
            <Link
              key={name}
              href={`/${name}`}
              className={`${styles.area} ${isHere ? styles.here : ''}`}
              aria-current={isHere ? 'page' : undefined}
            >
              <span className={styles.areaIcon}>
                <Icon name={icon} size={22} />
              </span>
              {t(`nav.${name}`)}
            </Link>
          )
        })}
      </nav>
      <div className={styles.body}>
        <CallBar />
        <Banner />
        <div className={styles.page}>
          <Incoming />
          {children}
        </div>
      </div>
    </div>
  )
}
