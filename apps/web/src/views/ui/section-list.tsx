// The sections of an area in the middle column: what each is called, and a few words below.
import { Link } from 'wouter'
import { Icon, type IconName } from './icon.tsx'
import styles from './section-list.module.css'

export interface Section {
  readonly href: string
  readonly icon: IconName
  readonly name: string
  readonly text: string
  readonly isHere: boolean
}

export function SectionList({ label, sections }: { label: string; sections: readonly Section[] }) {
  return (
    <nav aria-label={label}>
      <ul className={styles.sections}>
        {sections.map(({ href, icon, name, text, isHere }) => (
          <li key={href}>
            <Link
              href={href}
              className={`${styles.section} ${isHere ? styles.here : ''}`}
              aria-current={isHere ? 'page' : undefined}
            >
              <Icon name={icon} size={22} />
              <span className={styles.words}>
                <span className={styles.name}>{name}</span>
                <span className={styles.sub}>{text}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
