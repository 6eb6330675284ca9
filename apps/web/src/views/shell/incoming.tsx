// A call that rings takes the stage: large, above everything. It never takes the focus, so what is being
// typed goes on; Alt+A answers, Alt+X declines, and outside of fields Enter and Esc do.
import { useTranslation } from 'react-i18next'
import { showNumber } from '../../state/number.ts'
import { isWaiting } from '../../state/phone.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { useReadable, useServices, useSession } from '../use-services.ts'
import { useNameOf } from './announcer.tsx'
import styles from './incoming.module.css'

export function Incoming() {
  const { t } = useTranslation()
  const nameOf = useNameOf()
  const { phone } = useServices()
  const { tenant } = useSession()
  const { calls } = useReadable(phone.state)
  const call = calls.find(isWaiting)
  if (!call) return null
  const isSecond = calls.some((other) => other.id !== call.id && other.state === 'talking')
  const name = nameOf(call)
  const number = showNumber(call.party.number, tenant.country)
  return (
    <section className={styles.stage} aria-label={t('call.incomingLabel')}>
      <div className={styles.who}>
        <span className={styles.pulse}>
          <Avatar name={name} size="large" />
        </span>
        <div className={styles.words}>
          <p className={styles.name}>{name}</p>
          <p className={styles.sub}>
            {number === name ? '' : `${number} · `}
            {t('call.incoming')}
          </p>
        </div>
      </div>
      {isSecond && <p className={styles.second}>{t('call.waiting')}</p>}
      <div className={styles.actions}>
        <Button
          kind="red"
          size="large"
          icon="hangUp"
          isWide
          aria-keyshortcuts="Alt+X"
          onClick={() => phone.decline(call.id)}
        >
          {t('action.decline')} <span className={styles.key} data-keys="Alt X" />
        </Button>
        <Button
          kind="green"
          size="large"
          icon="phone"
          isWide
          aria-keyshortcuts="Alt+A"
          onClick={() => phone.answer(call.id)}
        >
          {t('action.answer')} <span className={styles.key} data-keys="Alt A" />
        </Button>
      </div>
    </section>
  )
}
