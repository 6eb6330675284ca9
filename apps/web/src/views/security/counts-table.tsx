// How many devices are affected, unknown and not affected, by site or by system.
import type { FleetExposure } from '@rufwerk/contract/fleet'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { EXPOSURE_STATES, orderedRows } from '../../state/security/exposure.ts'
import styles from './security.module.css'

interface CountsTableProps {
  readonly title: string
  readonly column: string
  readonly rows: FleetExposure['bySite']
  readonly names?: Readonly<Record<string, string>>
}

export function CountsTable({ title, column, rows, names }: CountsTableProps) {
  const words = useSecurityWords()
  const shown = EXPOSURE_STATES.filter(
    (state) => state !== 'underInvestigation' || rows.some(({ counts }) => counts[state] > 0),
  )
  return (
    <div className={styles.block}>
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <section className={styles.tableScroll} tabIndex={0} aria-label={title}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{column}</th>
              {shown.map((state) => (
                <th key={state} scope="col">
                  {words.states[state]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {orderedRows(rows).map(({ name, counts }) => (
              <tr key={name}>
                <th scope="row">{name === '' ? words.notKnown : (names?.[name] ?? name)}</th>
                {shown.map((state) => (
                  <td key={state} className={counts[state] > 0 ? styles[state] : styles.zero}>
                    {counts[state]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
