// Colleagues who fit what was typed, to choose by one press.
import type { Person } from '@rufwerk/contract'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../ui/avatar.tsx'
import styles from './suggestions.module.css'

interface SuggestionsProps {
  readonly people: readonly Person[]
  /** What choosing does, for who does not see the screen. */
  readonly verb: string
  readonly onChoose: (person: Person) => void
}

export function Suggestions({ people, verb, onChoose }: SuggestionsProps) {
  const { t } = useTranslation()
  if (people.length === 0) return null
  return (
    <ul className={styles.suggestions} aria-label={t('phone.suggestions')}>
      {people.map((person) => (
        <li key={person.id}>
          <button type="button" className={styles.suggestion} onClick={() => onChoose(person)}>
            <span className="hidden-visually">{verb}: </span>
            <Avatar name={person.name} presence={person.presence} size="small" />
            <span className={styles.suggestionName}>{person.name}</span>
            <span className={styles.suggestionNumber}>{person.extension}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
