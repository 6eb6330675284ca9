// A sentence that matters: a hint, a warning, a problem. Icon and colour together, never colour alone.
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import styles from './notice.module.css'

type NoticeKind = 'note' | 'good' | 'warning' | 'problem'

const ICONS: Readonly<Record<NoticeKind, IconName>> = {
  note: 'note',
  good: 'check',
  warning: 'warning',
  problem: 'warning',
}

interface NoticeProps {
  readonly kind: NoticeKind
  readonly children: ReactNode
  readonly action?: ReactNode
}

export function Notice({ kind, children, action }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={kind === 'problem' ? 'alert' : undefined}>
      <Icon name={ICONS[kind]} />
      <div className={styles.text}>{children}</div>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}

interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  readonly text?: string
  readonly action?: ReactNode
}

/** What stands where nothing is yet: what will be here and how it gets here. */
export function Empty({ icon, title, text, action }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.emptyIcon}>
        <Icon name={icon} size={28} />
      </span>
      <p className={styles.emptyTitle}>{title}</p>
      {text && <p className={styles.emptyText}>{text}</p>}
      {action}
    </div>
  )
}

/** Grey rows where a list is about to be. */
export function LoadingRows({ label, rows = 6 }: { label: string; rows?: number }) {
  return (
    <div className={styles.loading} role="status">
      <span className="hidden-visually">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move.
        <div key={row} className={styles.row} aria-hidden="true">
          <span className={styles.disc} />
          <span className={styles.line} />
        </div>
      ))}
    </div>
  )
}
