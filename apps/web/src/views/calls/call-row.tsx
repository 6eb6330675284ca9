// One call in a list: opens its details; the button beside it calls again.
import type { CallRecord } from '@rufwerk/contract'
import { useTranslation } from 'react-i18next'
import { HIDDEN_NUMBER, showNumber } from '../../state/number.ts'
import { summarize } from '../../state/record.ts'
import { showBriefly, showClock, showLength, showMoment } from '../../state/time.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { ListRow } from '../ui/list-row.tsx'
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
    : name === HIDDEN_NUMBER
      ? t('phone.hiddenNumber')
      : name === number
        ? showNumber(number, tenant.country)
        : name
  const isDiallable = !isPersonKnown && number !== HIDDEN_NUMBER
  const hasFailed = outcome === 'missed' || outcome === 'not-reached'
  const icon: IconName =
    outcome === 'missed' ? 'missed' : call.direction === 'incoming' ? 'incoming' : 'outgoing'
  const word = {
    talked: t(call.direction === 'incoming' ? 'calls.incoming' : 'calls.outgoing'),
    cancelled: t('calls.outgoing'),
    missed: t('calls.missed'),
    'not-reached': t('calls.failed'),
  }[outcome]
  // Beside the day there is no room for the length.
  const hasRoom = isDayKnown || isPersonKnown
  const clock = showClock(call.startedAt, locale)
  const when = isDayKnown ? clock : showBriefly(call.startedAt, Date.now(), locale)
  return (
    <ListRow
      href={`/calls/${call.id}`}
      isOpen={isOpen ?? false}
      picture={!isPersonKnown && <Avatar name={shown} />}
      title={isPersonKnown ? showMoment(call.startedAt, locale) : shown}
      name={shown}
      onCall={isDiallable ? () => phone.dial(number, name === number ? undefined : name) : undefined}
    >
      <span className={`${styles.sub} ${hasFailed ? styles.failed : ''}`}>
        <Icon name={icon} size={16} />
        {word}
        {hasRoom && talkedMs !== undefined && <span className={styles.length}>{showLength(talkedMs)}</span>}
        {!isPersonKnown && <span className={styles.when}>{when}</span>}
      </span>
    </ListRow>
  )
}
