// The page before the phone: the mark, one card in the middle, the language below.
import type { ReactNode, Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { LanguageChoice } from '../settings/look-section.tsx'
import { Logo } from '../ui/icon.tsx'
import styles from './stage.module.css'

interface StageProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly children: ReactNode
  /** The welcome asks for the language itself. */
  readonly hasLanguage?: boolean
  readonly isWide?: boolean
  readonly titleRef?: Ref<HTMLHeadingElement>
}

export function Stage({ title, lead, children, hasLanguage = true, isWide, titleRef }: StageProps) {
  const { t } = useTranslation()
  return (
    <div className={styles.page}>
      <header className={styles.mark}>
        <Logo />
        <span className={styles.name}>{t('app.name')}</span>
      </header>
      <main id="content" className={`${styles.card} ${isWide ? styles.wide : ''}`}>
        <div className={styles.head}>
          <h1 ref={titleRef} tabIndex={-1} className={styles.title}>
            {title}
          </h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {children}
      </main>
      {hasLanguage && (
        <footer className={styles.foot}>
          <LanguageChoice isLabelHidden />
        </footer>
      )}
    </div>
  )
}
