// The round picture of a person: initials, and presence as a dot with its own shape per state.
import type { Presence } from '@rufwerk/contract'
import { useTranslation } from 'react-i18next'
import { initialsOf } from '../../state/people.ts'
import styles from './avatar.module.css'
import { Icon } from './icon.tsx'

interface AvatarProps {
  readonly name: string
  readonly presence?: Presence | undefined
  readonly size?: 'small' | 'normal' | 'large' | 'huge'
}

export function Avatar({ name, presence, size = 'normal' }: AvatarProps) {
  const initials = initialsOf(name)
  return (
    <span className={`${styles.avatar} ${styles[size]}`} aria-hidden="true">
      {initials === '#' ? <Icon name="phone" size={size === 'huge' ? 36 : 18} /> : initials}
      {presence && (
        <span className={`${styles.dot} ${styles[presence]}`}>
          {presence === 'talking' && <Icon name="phone" size={10} />}
        </span>
      )}
    </span>
  )
}

/** Presence as a word, with its dot unless the dot is near already. */
export function PresenceWord({ presence, isPlain }: { presence: Presence; isPlain?: boolean }) {
  const { t } = useTranslation()
  return (
    <span className={`${styles.word} ${styles[`${presence}Word`]}`}>
      {!isPlain && (
        <span className={`${styles.mark} ${styles[presence]}`} aria-hidden="true">
          {presence === 'talking' && <Icon name="phone" size={10} />}
        </span>
      )}
      {t(`presence.${presence}`)}
    </span>
  )
}
