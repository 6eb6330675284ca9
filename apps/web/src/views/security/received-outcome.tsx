// What became of an advisory: why it does not count, or what it says otherwise and for which devices.
import type { FleetReceived } from '@rufwerk/contract/fleet'
import { useTranslation } from 'react-i18next'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { Notice } from '../ui/notice.tsx'
import styles from './security.module.css'

const CHANGES_SHOWN_MAX = 50
const KINDS = {
  counts: 'good',
  known: 'note',
  refused: 'problem',
  conflict: 'problem',
  malformed: 'problem',
  'not-fetched': 'problem',
} as const

export function ReceivedOutcome({ received }: { received: FleetReceived }) {
  const { i18n } = useTranslation()
  const all = useSecurityWords()
  const words = all.advisoriesPage
  const language = i18n.language.startsWith('de') ? 'de' : 'en'
  const { outcome, why, signature, document, products, changed, changedTotal, findings, acted } = received
  const said = (verdict: string | undefined): string | undefined =>
    verdict === undefined ? undefined : (words.verdicts[verdict] ?? verdict)
  return (
    <div role="status" className={styles.block}>
      <Notice kind={KINDS[outcome]}>
        <p>{words.outcome[outcome]}</p>
        {why !== undefined && <p>{words.whys[why] ?? why}</p>}
        {signature !== undefined && <p>{words.signatures[signature]}</p>}
        {outcome === 'counts' && document && (
          <p>{all.document(document.id, document.revision, document.issuer)}</p>
        )}
        {acted && <p>{words.acted(acted.stopped, acted.missing)}</p>}
      </Notice>
      {products.length > 0 && (
        <section className={styles.block} aria-label={words.products}>
          <h3>{words.products}</h3>
          <ul className={styles.plainList}>
            {products.slice(0, CHANGES_SHOWN_MAX).map(({ product, before, after }) => (
              <li key={product}>
                <strong>{product}</strong>: {words.from(said(before), said(after))}
              </li>
            ))}
          </ul>
        </section>
      )}
      {outcome === 'counts' && document && <p>{words.changed(changedTotal)}</p>}
      {changed.length > 0 && (
        <ul className={styles.plainList}>
          {changed.slice(0, CHANGES_SHOWN_MAX).map(({ device, before, after }) => (
            <li key={device}>
              <strong>{device.replace(/^\w+ /, '')}</strong>: {words.from(said(before), said(after))}
            </li>
          ))}
          {changedTotal > CHANGES_SHOWN_MAX && <li>{words.changedMore(changedTotal - CHANGES_SHOWN_MAX)}</li>}
        </ul>
      )}
      {findings.length > 0 && (
        <section className={styles.block} aria-label={words.findings}>
          <h3>{words.findings}</h3>
          <ul className={styles.plainList}>
            {findings.map((finding, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two may be alike, and the list never moves.
              <li key={at}>
                {finding.where !== '' && <strong>{finding.where}: </strong>}
                {finding[language]}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
