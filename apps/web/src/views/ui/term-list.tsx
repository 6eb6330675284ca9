// Names and values in two columns, for details.
import type { ReactNode } from 'react'
import styles from './term-list.module.css'

export interface Term {
  readonly name: string
  readonly value: ReactNode
}

export function TermList({ terms }: { terms: readonly (Term | undefined)[] }) {
  return (
    <dl className={styles.list}>
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
