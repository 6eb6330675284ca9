// The provider of the company's lines leads an emergency call to the centre of the company's site, wherever
// the browser is. Who is elsewhere had better call by a mobile; on one, its own dialler is a tap away.
import type { OwnPlace } from '@rufwerk/contract/me'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import { emergencyIn } from '../../state/emergency.ts'
import { Icon } from '../ui/icon.tsx'
import { Notice } from '../ui/notice.tsx'
import { useSession } from '../use-services.ts'
import styles from './emergency-notice.module.css'
import { emergencyWords } from './emergency-words.ts'

/** Nothing, unless what is typed is an emergency number. */
export function EmergencyNotice({ typed }: { typed: string }) {
  const number = emergencyIn(typed, useSession().tenant.country)
  return number === undefined ? null : <Where number={number} />
}

/** What is known of the place comes late, or not at all: until then it says what is always true. */
function Where({ number }: { number: string }) {
  const { i18n } = useTranslation()
  // A laptop is carried: asked each time that somebody types the number.
  const { data } = useQuery<OwnPlace>({
    ...{ queryKey: ['own-place'], queryFn: api.ownPlace, retry: false },
    ...{ staleTime: 0, gcTime: 0 },
  })
  const words = emergencyWords(i18n.language)
  const isElsewhere = data?.isKnown === false
  const where = isElsewhere ? words.elsewhere : data?.site ? words.at(data.site.name) : words.where
  return (
    <Notice kind="warning">
      <p role="status">
        {where}{' '}
        <span className={styles.otherwise}>
          {isElsewhere ? words.instead(number) : words.otherwise(number)}
        </span>
      </p>
      <a className={styles.call} href={`tel:${number}`}>
        <Icon name="phone" size={20} />
        {words.call(number)}
      </a>
    </Notice>
  )
}
