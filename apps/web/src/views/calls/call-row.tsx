// One call in a list: opens its details; the button beside it calls again.
import type { CallRecord } from '@rufwerk/contract'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { showNumber } from '../../state/number.ts'
import { summarize } from '../../state/record.ts'
import { dayOf, showClock, showLength, showMoment } from '../../state/time.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { useServices, useSession } from '../use-services.ts'
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
  const { t, i18n } = useTranslation()
  const { phone } = useServices()
  const { tenant } = useSession()
  const { name, number, outcome, talkedMs } = summarize(call)
  const shown = name === number ? showNumber(number, tenant.country) : name
  const hasFailed = outcome === 'missed' || outcome === 'not-reached'
  const icon: IconName =
    outcome === 'missed' ? 'missed' : call.direction === 'incoming' ? 'incoming' : 'outgoing'
  const word = {
    talked: t(call.direction === 'incoming' ? 'calls.incoming' : 'calls.outgoing'),
    cancelled: t('calls.outgoing'),
    missed: t('calls.missed'),
    'not-reached': t('calls.failed'),
  }[outcome]
  const clock = showClock(call.startedAt, i18n.language)
  const day = dayOf(call.startedAt, Date.now(), i18n.language)
  const when =
    isDayKnown || day === 'today'
      ? clock
      : day === 'yesterday'
        ? t('calls.yesterday')
        : shortDate(call.startedAt, i18n.language)
  return (
    <div className={`${styles.row} ${isOpen ? styles.open : ''}`}>
      <Link href={`/calls/${call.id}`} className={styles.link} aria-current={isOpen ? 'true' : undefined}>
        {!isPersonKnown && <Avatar name={name} />}
        <span className={styles.words}>
          <span className={styles.name} title={shown}>
            {isPersonKnown ? showMoment(call.startedAt, i18n.language) : shown}
          </span>
          <span className={`${styles.sub} ${hasFailed ? styles.failed : ''}`}>
            <Icon name={icon} size={16} />
            {word}
            {talkedMs !== undefined && <span className={styles.length}>{showLength(talkedMs)}</span>}
          </span>
        </span>
        {!isPersonKnown && <span className={styles.when}>{when}</span>}
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

function shortDate(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' }).format(at)
}
