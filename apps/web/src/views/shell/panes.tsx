// The page inside the frame: a list in the middle, the detail on the right; one of them on a phone.
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { isWaiting } from '../../state/phone.ts'
import { Icon } from '../ui/icon.tsx'
import { useReadable, useServices } from '../use-services.ts'
import { useNameOf } from './announcer.tsx'
import styles from './shell.module.css'

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
  useTitle(title)
  return (
    <main
      id="content"
      tabIndex={-1}
      className={`${styles.panes} ${focus === 'detail' ? styles.onDetail : styles.onList}`}
    >
      <h1 className="hidden-visually">{title}</h1>
      <section className={styles.list} aria-label={title}>
        <header className={styles.head}>
          <div className={styles.headLine}>
            <p className={styles.title} aria-hidden="true">
              {title}
            </p>
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

/** The name of the page in the tab; who rings, while somebody does. */
function useTitle(title: string): void {
  const { t } = useTranslation()
  const nameOf = useNameOf()
  const { phone } = useServices()
  const waiting = useReadable(phone.state).calls.find(isWaiting)
  const shown = waiting ? t('call.tab', { name: nameOf(waiting) }) : title
  useEffect(() => {
    document.title = `${shown} · Rufwerk`
    return () => {
      document.title = 'Rufwerk'
    }
  }, [shown])
}
