// Who is affected by what is known: one sentence, numbers per site and system, each device with the reason.
import type { FleetAdvisories, FleetExposure } from '@rufwerk/contract/fleet'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { api } from '../../platform/api.ts'
import { securityApi, tableAddress } from '../../platform/security-api.ts'
import { EXPOSURE_STATES, headOf, sumOf } from '../../state/security/exposure.ts'
import { showMoment } from '../../state/time.ts'
import { Button } from '../ui/button.tsx'
import { LoadFailure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { LoadingRows, Notice } from '../ui/notice.tsx'
import { useLocale, useSession } from '../use-services.ts'
import { CountsTable } from './counts-table.tsx'
import { ExposedList } from './exposed-list.tsx'
import styles from './security.module.css'
import { StopDialog, type StopWish } from './stop-dialog.tsx'
import { StopOutcome, type Stopped } from './stop-outcome.tsx'

export function ExposureSection() {
  const { t } = useTranslation()
  const words = useSecurityWords()
  const figures = useQuery({ queryKey: ['exposure', 'figures'], queryFn: api.exposureFigures })
  const book = useQuery({ queryKey: ['advisories'], queryFn: securityApi.advisories })
  // Devices of another phone system are stopped there.
  const { hasTelephony } = useSession()
  const ofStops = { queryKey: ['quarantine'], queryFn: securityApi.quarantine, enabled: hasTelephony }
  const quarantine = useQuery(ofStops).data
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [wish, setWish] = useState<StopWish>()
  const [stopped, setStopped] = useState<Stopped>()
  const error = figures.error ?? book.error
  if (error && !(figures.data && book.data))
    return <LoadFailure error={error} onRetry={() => Promise.all([figures.refetch(), book.refetch()])} />
  if (!figures.data || !book.data) return <LoadingRows label={t('app.loading')} rows={8} />
  const { all } = figures.data
  const counting = book.data.documents.filter(({ counts }) => counts)
  const head = headOf(all, counting.length)
  const onStopped = (done: Stopped): void => {
    setStopped(done)
    setWish(undefined)
    setChosen(new Set())
  }
  return (
    <>
      <Head exposure={figures.data} documents={counting} kind={head} />
      {stopped && <StopOutcome outcome={stopped} />}
      {(head === 'nothing-compared' || head === 'no-devices') && <FirstSteps kind={head} />}
      {head !== 'nothing-compared' && head !== 'no-devices' && (
        <>
          <Shares exposure={figures.data} />
          <div className={`${styles.actions} ${styles.unprinted}`}>
            {hasTelephony && all.affected > 0 && (
              <Button
                kind="red"
                icon="stop"
                onClick={() => setWish({ type: 'affected', documents: counting })}
              >
                {words.stopAll}
              </Button>
            )}
            {chosen.size > 0 && (
              <Button icon="stop" onClick={() => setWish({ type: 'chosen', devices: [...chosen] })}>
                {words.stopChosen(chosen.size)}
              </Button>
            )}
            <Downloads />
          </div>
          <div className={styles.columns}>
            <CountsTable title={words.bySite} column={words.site} rows={figures.data.bySite} />
            <CountsTable
              title={words.byPlatform}
              column={words.platform}
              rows={figures.data.byPlatform}
              names={words.platforms}
            />
          </div>
          {(['affected', 'unknown', 'underInvestigation'] as const).map(
            (state) =>
              all[state] > 0 && (
                <ExposedList
                  key={state}
                  state={state}
                  stopped={new Set(quarantine?.stops.map(({ device }) => device))}
                  chosen={chosen}
                  onChoose={setChosen}
                />
              ),
          )}
        </>
      )}
      <StopDialog
        wish={wish}
        aloneMax={quarantine?.aloneMax}
        onClose={() => setWish(undefined)}
        onStopped={onStopped}
      />
    </>
  )
}

interface HeadProps {
  readonly exposure: FleetExposure
  readonly documents: FleetAdvisories['documents']
  readonly kind: ReturnType<typeof headOf>
}

function Head({ exposure: { all, at }, documents, kind }: HeadProps) {
  const words = useSecurityWords()
  const { isDemo } = useSession()
  const when = showMoment(at, useLocale())
  const unclear = all.unknown + all.underInvestigation
  const sentence =
    kind === 'affected'
      ? words.head.affected(all.affected, sumOf(all), all.unknown)
      : kind === 'unknown'
        ? words.head.unknown(unclear, sumOf(all))
        : words.head[kind](sumOf(all))
  return (
    <header className={`${styles.head} ${kind === 'affected' ? styles.alarming : ''}`}>
      <Icon name={kind === 'affected' ? 'warning' : 'note'} size={28} />
      <div className={styles.headWords}>
        <h2>{sentence}</h2>
        {kind !== 'nothing-compared' && kind !== 'no-devices' && <p>{words.checked(when)}</p>}
        {documents.length > 0 && (
          <>
            <p className={styles.against}>{words.against}</p>
            <ul className={styles.against}>
              {documents.map(({ id, revision, issuer, title }) => (
                <li key={`${issuer} ${id}`}>
                  {title === '' ? '' : `${title}: `}
                  {words.document(id, revision, issuer)}
                </li>
              ))}
            </ul>
          </>
        )}
        {isDemo && <p className={styles.demo}>{words.demo}</p>}
      </div>
    </header>
  )
}

function FirstSteps({ kind }: { kind: 'nothing-compared' | 'no-devices' }) {
  const words = useSecurityWords()
  return (
    <Notice kind="note">
      <p className={styles.links}>
        {kind === 'nothing-compared' && <Link href="/security/advisories">{words.toAdvisories}</Link>}
        <Link href="/security/imports">{words.toImports}</Link>
      </p>
    </Notice>
  )
}

function Shares({ exposure: { all } }: { exposure: FleetExposure }) {
  const words = useSecurityWords()
  const shown = EXPOSURE_STATES.filter((state) => state !== 'underInvestigation' || all[state] > 0)
  return (
    <dl className={styles.shares} aria-label={words.shares}>
      {shown.map((state) => (
        <div key={state} className={`${styles.share} ${all[state] > 0 ? styles[state] : ''}`}>
          <dt>{words.states[state]}</dt>
          <dd>{all[state]}</dd>
        </div>
      ))}
    </dl>
  )
}

function Downloads() {
  const { i18n } = useTranslation()
  const words = useSecurityWords()
  return (
    <>
      <a className={styles.download} href={tableAddress(i18n.language)} download="exposure.csv">
        <Icon name="download" size={20} />
        {words.table}
      </a>
      <Button icon="print" onClick={() => print()}>
        {words.print}
      </Button>
    </>
  )
}
