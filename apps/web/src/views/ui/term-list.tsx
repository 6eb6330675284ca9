// Names and values in two columns, for details.
import type { ReactNode } from 'react'
import styles from './term-list.module.css'

export interface Term {
  readonly name: string
  readonly value: ReactNode
}

interface TermListProps {
  readonly terms: readonly (Term | undefined)[]
  /** Values on the right, for narrow cards. */
  readonly isTight?: boolean
}

export function TermList({ terms, isTight }: TermListProps) {
  return (
    <dl className={`${styles.list} ${isTight ? styles.tight : ''}`}>
      {terms.map(
        (term) =>
          term && (
            <div key={term.name} className={styles.row}>
              <dt>{term.name}</dt>
              <dd>{term.value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
