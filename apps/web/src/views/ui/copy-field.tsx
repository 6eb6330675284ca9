// A value to copy: shown in full, copied with one press, and the button says that it worked.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import styles from './copy-field.module.css'

interface CopyFieldProps {
  readonly label: string
  readonly value: string
  /** A link that can be opened as well. */
  readonly isLink?: boolean
}

const SHOWN_MS = 2_000

export function CopyField({ label, value, isLink }: CopyFieldProps) {
  const { t } = useTranslation()
  const [isCopied, setIsCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setIsCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = (): void => {
    navigator.clipboard?.writeText(value).then(
      () => setIsCopied(true),
      () => setIsCopied(false),
    )
  }
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <div className={styles.line}>
        <output className={styles.value} aria-label={label}>
          {value}
        </output>
        {isLink && (
          <a className={styles.open} href={value} target="_blank" rel="noreferrer">
            {t('action.open')}
          </a>
        )}
        <Button
          size="small"
          icon={isCopied ? 'check' : 'copy'}
          onClick={copy}
          aria-label={`${t(isCopied ? 'action.copied' : 'action.copy')}: ${label}`}
        >
          {isCopied ? t('action.copied') : t('action.copy')}
        </Button>
      </div>
    </div>
  )
}
