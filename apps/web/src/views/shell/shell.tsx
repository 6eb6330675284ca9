// The frame of every page: rail (bottom bar on a phone), call bar, banner, and what rings.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { Icon, type IconName, Logo } from '../ui/icon.tsx'
import { Announcer } from './announcer.tsx'
import { Banner } from './banner.tsx'
import { CallBar } from './call-bar.tsx'
import { Incoming } from './incoming.tsx'
import styles from './shell.module.css'
import { useKeyboard } from './use-keyboard.ts'

const AREAS: readonly {
  readonly name: 'phone' | 'people' | 'calls' | 'settings'
  readonly icon: IconName
}[] = [
  { name: 'phone', icon: 'phone' },
  { name: 'people', icon: 'people' },
  { name: 'calls', icon: 'clock' },
  { name: 'settings', icon: 'settings' },
]

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const [path] = useLocation()
  useKeyboard()
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
        {AREAS.map(({ name, icon }) => {
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
        <Incoming />
        <CallBar />
        <Banner />
        <div className={styles.page}>{children}</div>
      </div>
    </div>
  )
}

interface PaneProps {
  readonly title: string
  /** Beside the title: what can be done with the list. */
  readonly action?: ReactNode
  readonly below?: ReactNode
  readonly list: ReactNode
  readonly detail: ReactNode
  /** What one column shows on a phone. */
  readonly focus: 'list' | 'detail'
  /** Where the way back leads from the detail on a phone. */
  readonly backTo?: string
}

/** List in the middle, detail on the right; one of them on a phone. */
export function Panes({ title, action, below, list, detail, focus, backTo }: PaneProps) {
  const { t } = useTranslation()
  return (
    <main
      id="content"
      tabIndex={-1}
      className={`${styles.panes} ${focus === 'detail' ? styles.onDetail : styles.onList}`}
    >
      <section className={styles.list} aria-label={title}>
        <header className={styles.head}>
          <div className={styles.headLine}>
            <h1 className={styles.title}>{title}</h1>
            {action}
          </div>
          {below}
        </header>
        <div className={styles.scroll}>{list}</div>
      </section>
      <div className={styles.detail}>
        {backTo !== undefined && (
          <Link href={backTo} className={styles.back}>
            <Icon name="back" /> {t('nav.back')}
          </Link>
        )}
        {detail}
      </div>
    </main>
  )
}
