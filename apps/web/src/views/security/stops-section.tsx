// Devices that are stopped, what waits for a second person, and asking for release.
import type { Quarantine } from '@rufwerk/contract/quarantine'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SecurityWords } from '../../i18n/de-security.ts'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { securityApi } from '../../platform/security-api.ts'
import { showMoment } from '../../state/time.ts'
import { Button } from '../ui/button.tsx'
import { LoadFailure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, LoadingRows, Notice } from '../ui/notice.tsx'
import { Tick } from '../ui/wide-field.tsx'
import { useLocale } from '../use-services.ts'
import { AskDialog, type Asking } from './ask-dialog.tsx'
import styles from './security.module.css'
import { StopRequests } from './stop-requests.tsx'

/** As the server names it where nobody clicked. */
const BY_POLICY = 'by-policy'

export function StopsSection() {
  const { t } = useTranslation()
  const words = useSecurityWords()
  const query = useQuery({ queryKey: ['quarantine'], queryFn: securityApi.quarantine })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<Asking>()
  const [asked, setAsked] = useState<{ what: Asking['what']; missing: number }>()
  if (query.isPending) return <LoadingRows label={t('app.loading')} rows={6} />
  if (query.error && !query.data) return <LoadFailure error={query.error} onRetry={query.refetch} />
  const { stops, stopped, fleet, requests, closed, removalAsked } = query.data
  const there = [...chosen].filter((device) => stops.some((stop) => stop.device === device))
  return (
    <>
      <header className={styles.title}>
        <h2>{words.stopsPage.title}</h2>
        {stopped > 0 && (
          <>
            <p>{words.stopsPage.count(stopped, fleet)}</p>
            <p className={styles.soft}>{words.stopsPage.text}</p>
          </>
        )}
        {removalAsked > 0 && <p className={styles.strong}>{words.stopsPage.removed(closed, removalAsked)}</p>}
      </header>
      {asked && <Asked {...asked} isWaiting={requests.length > 0} />}
      <StopRequests requests={requests} />
      {stops.length === 0 ? (
        requests.length === 0 && (
          <Empty icon="stop" title={words.stopsPage.none} text={words.stopsPage.noneText} />
        )
      ) : (
        <section className={styles.block} aria-label={words.stopsPage.title}>
          <ul className={styles.devices}>
            {stops.map((stop) => (
              <StopRow
                key={stop.device}
                stop={stop}
                isChosen={chosen.has(stop.device)}
                onChoose={(isTicked) => {
                  const next = new Set(chosen)
                  isTicked ? next.add(stop.device) : next.delete(stop.device)
                  setChosen(next)
                }}
              />
            ))}
          </ul>
          <div className={`${styles.actions} ${styles.unprinted}`}>
            <Button
              disabled={there.length === 0}
              onClick={() => setAsking({ what: 'removal', devices: there })}
            >
              {words.stopsPage.removal(there.length)}
            </Button>
            <Button
              disabled={there.length === 0}
              onClick={() => setAsking({ what: 'release', devices: there })}
            >
              {words.stopsPage.release(there.length)}
            </Button>
          </div>
        </section>
      )}
      <AskDialog
        asking={asking}
        onClose={() => setAsking(undefined)}
        onAsked={(what, missing) => {
          setAsking(undefined)
          setChosen(new Set())
          setAsked({ what, missing })
        }}
      />
    </>
  )
}

/** What was asked for; of a release nothing more once nothing waits. */
function Asked({ what, missing, isWaiting }: { what: Asking['what']; missing: number; isWaiting: boolean }) {
  const words = useSecurityWords()
  if (what === 'release' && !isWaiting) return null
  return (
    <div role="status">
      <Notice kind={what === 'release' ? 'warning' : 'note'}>
        {what === 'release' ? words.waits(missing) : words.stopsPage.removalNoted}
      </Notice>
    </div>
  )
}

interface StopRowProps {
  readonly stop: Quarantine['stops'][number]
  readonly isChosen: boolean
  readonly onChoose: (isTicked: boolean) => void
}

function StopRow({ stop, isChosen, onChoose }: StopRowProps) {
  const words = useSecurityWords()
  const when = showMoment(stop.at, useLocale())
  const name = stop.name ?? words.stopsPage.gone
  const { confirmedBy } = stop
  return (
    <li className={styles.device}>
      <span className={`${styles.tickCell} ${styles.unprinted}`}>
        <Tick
          label={words.choose(whoseDevice(stop, words))}
          isLabelHidden
          isTicked={isChosen}
          onTick={onChoose}
        />
      </span>
      <div className={styles.deviceWords}>
        <div className={styles.deviceHead}>
          <span className={styles.deviceName}>{name}</span>
          {stop.closedAt !== undefined && (
            <span className={`${styles.mark} ${styles.good}`}>
              <Icon name="check" size={16} /> {words.stopsPage.closed}
            </span>
          )}
        </div>
        {stop.person !== undefined && (
          <p className={styles.soft}>
            {stop.person} · {stop.extension}
          </p>
        )}
        {stop.why.map((why) => (
          <p key={why}>{why}</p>
        ))}
        <p className={styles.facts}>
          <span>
            {words.stopsPage.by(stop.by === BY_POLICY ? words.stopsPage.policy : stop.by, when)}
            {confirmedBy !== undefined && `; ${words.stopsPage.and(confirmedBy)}`}
          </span>
        </p>
      </div>
    </li>
  )
}

export function whoseDevice(
  { name, person }: { readonly name?: string | undefined; readonly person?: string | undefined },
  words: SecurityWords,
): string {
  return [name ?? words.stopsPage.gone, person].filter(Boolean).join(', ')
}
