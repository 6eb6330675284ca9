// The provider of the company's lines leads an emergency call to the centre of the company's site, wherever
// the browser is. Who is elsewhere had better call by a mobile; on one, its own dialler is a tap away.
import { useTranslation } from 'react-i18next'
import { emergencyIn } from '../../state/emergency.ts'
import { Icon } from '../ui/icon.tsx'
import { Notice } from '../ui/notice.tsx'
import { useSession } from '../use-services.ts'
import styles from './emergency-notice.module.css'
import { emergencyWords } from './emergency-words.ts'

/** Nothing, unless what is typed is an emergency number. */
export function EmergencyNotice({ typed }: { typed: string }) {
  const { i18n } = useTranslation()
  const number = emergencyIn(typed, useSession().tenant.country)
  if (number === undefined) return null
  const words = emergencyWords(i18n.language)
  return (
    <Notice kind="warning">
      <p role="status">
        {words.where} <span className={styles.otherwise}>{words.otherwise(number)}</span>
      </p>
      <a className={styles.call} href={`tel:${number}`}>
        <Icon name="phone" size={20} />
        {words.call(number)}
      </a>
    </Notice>
  )
}
