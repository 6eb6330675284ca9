// One call in a list: opens its details; the button beside it calls again.
import type { CallRecord } from '@rufwerk/contract'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { showNumber } from '../../state/number.ts'
import { summarize } from '../../state/record.ts'
import { dayOf, showBriefly, showClock, showLength, showMoment } from '../../state/time.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { useLocale, useServices, useSession } from '../use-services.ts'
import styles from './call-row.module.css'

interface CallRowProps {
  readonly call: CallRecord
  readonly isOpen?: boolean
  /** Below a heading that names the day, the clock is enough. */
  readonly isDayKnown?: boolean
  /** On the page of a person, the moment stands in place of the name. */
  readonly isPersonKnown?: boolean
}

export function CallRow({ call, isOpen, isDayKnown, isPersonKnown }: CallRowProps) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { phone } = useServices()
  const { tenant } = useSession()
  const { name, number, isEcho, outcome, talkedMs } = summarize(call)
  const shown = isEcho
    ? `${t('phone.echoName')} (${number})`
    : name === number
      ? showNumber(number, tenant.country)
      : name
  const hasFailed = outcome === 'missed' || outcome === 'not-reached'
  const icon: IconName =
    outcome === 'missed' ? 'missed' : call.direction === 'incoming' ? 'incoming' : 'outgoing'
  const word = {
    talked: t(call.direction === 'incoming' ? 'calls.incoming' : 'calls.outgoing'),
    cancelled: t('calls.outgoing'),
    missed: t('calls.missed'),
    'not-reached': t('calls.failed'),
  }[outcome]
  const clock = showClock(call.startedAt, locale)
  const day = dayOf(call.startedAt, Date.now(), locale)
  const when = isDayKnown
    ? clock
    : day === 'yesterday'
      ? `${t('calls.yesterday')}, ${clock}`
      : showBriefly(call.startedAt, Date.now(), locale)
  return (
    <div className={`${styles.row} ${isOpen ? styles.open : ''}`}>
      <Link href={`/calls/${call.id}`} className={styles.link} aria-current={isOpen ? 'true' : undefined}>
        {!isPersonKnown && <Avatar name={shown} />}
        <span className={styles.words}>
          <span className={styles.name} title={shown}>
            {isPersonKnown ? showMoment(call.startedAt, locale) : shown}
          </span>
          <span className={`${styles.sub} ${hasFailed ? styles.failed : ''}`}>
            <Icon name={icon} size={16} />
            {word}
            {talkedMs !== undefined && <span className={styles.length}>{showLength(talkedMs)}</span>}
            {!isPersonKnown && <span className={styles.when}>{when}</span>}
          </span>
        </span>
      </Link>
      {!isPersonKnown && (
        <span className={styles.call}>
          <IconButton
            icon="phone"
            label={t('action.callName', { name: shown })}
            onClick={() => phone.dial(number, name === number ? undefined : name)}
          />
        </span>
      )}
    </div>
  )
}
