// A person or a call in a list: opens the detail; the button beside it calls.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { IconButton } from './button.tsx'
import styles from './list-row.module.css'

interface ListRowProps {
  readonly href: string
  readonly isOpen: boolean
  /** In front of the words: the avatar. */
  readonly picture?: ReactNode
  /** What stands there in bold, cut off where it is too long. */
  readonly title: string
  /** Who it is: read on hovering, and the name of the button. */
  readonly name: string
  /** The second line. */
  readonly children: ReactNode
  /** Without it there is no button. */
  readonly onCall?: (() => void) | undefined
}

export function ListRow({ href, isOpen, picture, title, name, children, onCall }: ListRowProps) {
  const { t } = useTranslation()
  return (
    <div className={`${styles.row} ${isOpen ? styles.open : ''}`}>
      <Link href={href} className={styles.link} aria-current={isOpen ? 'true' : undefined}>
        {picture}
        <span className={styles.words}>
          <span className={styles.title} title={name}>
            {title}
          </span>
          {children}
        </span>
      </Link>
      {onCall && (
        <span className={styles.call}>
          <IconButton icon="phone" label={t('action.callName', { name })} onClick={onCall} />
        </span>
      )}
    </div>
  )
}
