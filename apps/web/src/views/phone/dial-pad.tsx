// Twelve keys. Held down, 0 becomes +.
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { lettersOn } from '../../state/number.ts'
import styles from './dial-pad.module.css'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const
const LONG_PRESS_MS = 550

interface DialPadProps {
  readonly onPress: (digit: string) => void
  /** The 0 key was held down. */
  readonly onPlus?: () => void
  readonly isSmall?: boolean
}

export function DialPad({ onPress, onPlus, isSmall }: DialPadProps) {
  const { t } = useTranslation()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const wasLong = useRef(false)
  const names: Readonly<Record<string, string>> = { '*': t('phone.star'), '#': t('phone.pound') }
  const onDown = (digit: string): void => {
    wasLong.current = false
    clearTimeout(timer.current)
    if (digit !== '0' || !onPlus) return
    timer.current = setTimeout(() => {
      wasLong.current = true
      onPlus()
    }, LONG_PRESS_MS)
  }
  return (
    <div className={`${styles.pad} ${isSmall ? styles.small : ''}`}>
      {KEYS.map((digit) => (
        <button
          key={digit}
          type="button"
          className={styles.key}
          aria-label={names[digit] ?? digit}
          onPointerDown={() => onDown(digit)}
          onPointerUp={() => clearTimeout(timer.current)}
          onPointerLeave={() => clearTimeout(timer.current)}
          onClick={() => !wasLong.current && onPress(digit)}
        >
          <span className={styles.digit}>{digit === '*' ? '∗' : digit}</span>
          {!isSmall && (
            <span
              className={styles.letters}
              data-letters={digit === '0' && onPlus ? '+' : lettersOn(digit)}
            />
          )}
        </button>
      ))}
    </div>
  )
}
