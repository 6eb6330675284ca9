// Devices in one state, a page at a time: who, why, since when, seen when, and by whose report.
import type { FleetExposure } from '@rufwerk/contract/fleet'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { SecurityWords } from '../../i18n/de-security.ts'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { DEVICES_PER_PAGE, securityApi } from '../../platform/security-api.ts'
import {
  type ExposedDevice,
  type ExposureState,
  foundIn,
  nameOfDevice,
} from '../../state/security/exposure.ts'
import { showBriefly, showMoment } from '../../state/time.ts'
import { Button } from '../ui/button.tsx'
import { LoadFailure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { LoadingRows } from '../ui/notice.tsx'
import { Tick } from '../ui/wide-field.tsx'
import { useLocale } from '../use-services.ts'
import styles from './security.module.css'

interface ExposedListProps {
  readonly state: Exclude<ExposureState, 'clean'>
  /** Ids of devices that are stopped. */
  readonly stopped: ReadonlySet<string>
  readonly chosen: ReadonlySet<string>
  readonly onChoose: (chosen: ReadonlySet<string>) => void
}

export function ExposedList({ state, stopped, chosen, onChoose }: ExposedListProps) {
  const { t } = useTranslation()
  const words = useSecurityWords()
  const query = useInfiniteQuery({
    queryKey: ['exposure', state],
    queryFn: ({ pageParam }: { pageParam: number }) => securityApi.exposure(state, pageParam),
    initialPageParam: 0,
    getNextPageParam: ({ total }: FleetExposure, pages) => {
      const next = pages.length * DEVICES_PER_PAGE
      return next < total ? next : undefined
    },
  })
  if (query.isPending) return <LoadingRows label={t('app.loading')} rows={3} />
  if (query.error && !query.data) return <LoadFailure error={query.error} onRetry={query.refetch} />
  const devices = query.data.pages.flatMap((page) => page.devices)
  const free = devices.flatMap(({ id }) => (id !== undefined && !stopped.has(id) ? [id] : []))
  const choose = (ids: readonly string[], isTicked: boolean): void => {
    const next = new Set(chosen)
    for (const id of ids) isTicked ? next.add(id) : next.delete(id)
    onChoose(next)
  }
  const total = query.data.pages.at(-1)?.total ?? devices.length
  return (
    <section className={styles.block} aria-label={words.listOf[state](total)}>
      <div className={styles.blockHead}>
        <h3 className={styles[state]}>
          <Icon name={state === 'affected' ? 'warning' : 'question'} /> {words.listOf[state](total)}
        </h3>
        {free.length > 1 && (
          <span className={styles.unprinted}>
            <Tick
              label={words.chooseAll}
              isTicked={free.every((id) => chosen.has(id))}
              onTick={(isTicked) => choose(free, isTicked)}
            />
          </span>
        )}
      </div>
      <ul className={styles.devices}>
        {devices.map((device) => (
          <DeviceRow
            key={device.device}
            device={device}
            isStopped={device.id !== undefined && stopped.has(device.id)}
            isChosen={device.id !== undefined && chosen.has(device.id)}
            onChoose={(isTicked) => device.id !== undefined && choose([device.id], isTicked)}
          />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className={styles.unprinted}>
          <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </section>
  )
}

interface DeviceRowProps {
  readonly device: ExposedDevice
  readonly isStopped: boolean
  readonly isChosen: boolean
  readonly onChoose: (isTicked: boolean) => void
}

function DeviceRow({ device, isStopped, isChosen, onChoose }: DeviceRowProps) {
  const words = useSecurityWords()
  const { id, person, site, platform, reasons, addresses, lastSeen } = device
  const name = nameOfDevice(device)
  const where = [person, site, platform && (words.platforms[platform] ?? platform)].filter(Boolean)
  return (
    <li className={styles.device}>
      <span className={`${styles.tickCell} ${styles.unprinted}`}>
        {id !== undefined && !isStopped && (
          <Tick label={words.choose(name)} isLabelHidden isTicked={isChosen} onTick={onChoose} />
        )}
      </span>
      <div className={styles.deviceWords}>
        <div className={styles.deviceHead}>
          <span className={styles.deviceName}>{name}</span>
          {isStopped && (
            <span className={styles.mark}>
              <Icon name="stop" size={16} /> {words.isStopped}
            </span>
          )}
        </div>
        {where.length > 0 && <p className={styles.soft}>{where.join(' · ')}</p>}
        {reasonsOf(device, words).map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
        {id === undefined && <p className={styles.soft}>{words.noAccount}</p>}
        <p className={styles.facts}>
          {reasons[0] && <Moment label={words.facts.since} at={reasons[0].since} />}
          <Moment label={words.facts.seen} at={lastSeen} />
          {reasons[0] && (
            <span>
              {words.facts.source}: {words.sources[reasons[0].source] ?? reasons[0].source}
            </span>
          )}
          {addresses.length > 0 && (
            <span>
              {words.facts.address}: {addresses.join(', ')}
            </span>
          )}
        </p>
      </div>
    </li>
  )
}

function Moment({ label, at }: { label: string; at: number }) {
  const locale = useLocale()
  return (
    <span>
      {label}:{' '}
      <time dateTime={new Date(at).toISOString()} title={showMoment(at, locale)}>
        {showBriefly(at, Date.now(), locale)}
      </time>
    </span>
  )
}

/** What was found and by which advisory, a sentence each; of what is unknown, why nobody can say. */
function reasonsOf({ reasons, unknown }: ExposedDevice, words: SecurityWords): readonly string[] {
  const found = reasons.flatMap((reason) => {
    const [first] = reason.because
    if (first === undefined) return [foundIn(reason)]
    const by = words.evidence[first.by] ?? first.by
    const against = reason.isContradicted ? ` ${words.contradicted}` : ''
    return [`${foundIn(reason)}: ${by} (${words.named(first.advisory, first.revision)}).${against}`]
  })
  const doubts = unknown.map((doubt) => words.doubts[doubt] ?? words.doubtOther)
  return [...new Set([...found, ...doubts])].filter(Boolean)
}
