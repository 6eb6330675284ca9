// The quality of a call: a small line of the last two minutes, a word, and the numbers behind it.
import { useTranslation } from 'react-i18next'
import type { CallQuality } from '../../state/quality.ts'
import styles from './quality-line.module.css'

const WIDTH = 120
const HEIGHT = 28
const MOS_MIN = 1
const MOS_MAX = 4.5

function pathOf(history: readonly number[]): string {
  const step = WIDTH / Math.max(1, history.length - 1)
  return history
    .map((mos, index) => {
      const y = HEIGHT - 3 - ((mos - MOS_MIN) / (MOS_MAX - MOS_MIN)) * (HEIGHT - 6)
      return `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

export function QualityLine({ quality }: { quality: CallQuality }) {
  const { t } = useTranslation()
  if (quality.history.length < 2) return null
  return (
    <svg
      className={`${styles.line} ${styles[quality.word]}`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('quality.line', { word: t(`quality.${quality.word}`) })}
    >
      <path
        d={pathOf(quality.history)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinejoin="round"
      />
    </svg>
  )
}

/** Four bars and a word. */
export function QualityWord({ quality }: { quality: CallQuality | undefined }) {
  const { t } = useTranslation()
  const bars = quality ? { excellent: 4, good: 3, fair: 2, poor: 1 }[quality.word] : 0
  const word = quality ? t(`quality.${quality.word}`) : t('quality.unknown')
  return (
    <span className={`${styles.word} ${quality ? styles[quality.word] : ''}`}>
      <svg width="18" height="16" viewBox="0 0 18 16" aria-hidden="true" focusable="false">
        {[1, 2, 3, 4].map((bar) => (
          <rect
            key={bar}
            x={(bar - 1) * 5}
            y={13 - bar * 3}
            width="3"
            height={bar * 3 + 2}
            rx="1"
            fill="currentColor"
            opacity={bar <= bars ? 1 : 0.25}
          />
        ))}
      </svg>
      <span className="hidden-visually">{t('quality.label')}: </span>
      <span className={styles.text}>{word}</span>
    </span>
  )
}
