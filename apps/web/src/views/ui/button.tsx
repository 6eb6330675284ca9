// Buttons: a verb, and an icon where it helps. Icon-only buttons carry their verb as label and hint.
import type { ButtonHTMLAttributes, ReactNode } from 'react'
import styles from './button.module.css'
import { Icon, type IconName } from './icon.tsx'

type ButtonKind = 'primary' | 'plain' | 'quiet' | 'green' | 'red' | 'danger'

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style'> {
  readonly kind?: ButtonKind
  readonly icon?: IconName
  readonly size?: 'small' | 'normal' | 'large'
  readonly isWide?: boolean
  readonly children: ReactNode
}

export function Button({ kind = 'plain', icon, size = 'normal', isWide, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${styles.button} ${styles[kind]} ${styles[size]} ${isWide ? styles.wide : ''}`}
    >
      {icon && <Icon name={icon} size={size === 'small' ? 16 : 20} />}
      <span className={styles.word}>{children}</span>
    </button>
  )
}

interface IconButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style' | 'children'> {
  readonly icon: IconName
  readonly label: string
  readonly kind?: ButtonKind
  readonly size?: 'small' | 'normal' | 'large'
  /** A short form of the label, shown below the icon. */
  readonly word?: string
  /** A switch that is on. */
  readonly isOn?: boolean
}

export function IconButton({
  icon,
  label,
  kind = 'quiet',
  size = 'normal',
  word,
  isOn,
  ...rest
}: IconButtonProps) {
  const shape = word === undefined ? styles.square : styles.worded
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={`${styles.button} ${shape} ${styles[kind]} ${styles[size]} ${isOn ? styles.on : ''}`}
    >
      <Icon name={icon} size={size === 'large' ? 24 : 20} />
      {word}
    </button>
  )
}
