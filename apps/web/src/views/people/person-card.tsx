// One colleague: who, whether free, call; what was talked lately; and for admins a sign-in link.
import type { Person } from '@rufwerk/contract'
import { useTranslation } from 'react-i18next'
import { CallRow } from '../calls/call-row.tsx'
import { Avatar, PresenceWord } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { TermList } from '../ui/term-list.tsx'
import { useCalls, useServices, useSession } from '../use-services.ts'
import styles from './people-page.module.css'
import { PersonLinkBlock } from './person-link-block.tsx'
import { PersonPhoneBlock } from './person-phone-block.tsx'

const CALLS_SHOWN_MAX = 5

export function PersonCard({ person }: { person: Person }) {
  const { t } = useTranslation()
  const { phone } = useServices()
  const { person: self } = useSession()
  const isSelf = person.id === self.id
  return (
    <article className={styles.card} aria-label={person.name}>
      <header className={styles.head}>
        <Avatar name={person.name} presence={person.presence} size="huge" />
        <div>
          <h2>{person.name}</h2>
          <p className={styles.headNumber}>
            {t('people.extension')} {person.extension}
          </p>
        </div>
        {isSelf ? <p>{t('people.you')}</p> : <PresenceWord presence={person.presence} />}
        {!isSelf && (
          <div className={styles.actions}>
            <Button
              kind="green"
              size="large"
              icon="phone"
              onClick={() => phone.dial(person.extension, person.name)}
            >
              {t('action.call')}
            </Button>
          </div>
        )}
      </header>
      {person.kind === 'voice' && <Notice kind="note">{t('people.voice')}</Notice>}
      {(person.email !== undefined || person.role !== undefined) && (
        <TermList
          terms={[
            person.email === undefined
              ? undefined
              : { name: t('people.email'), value: <Email address={person.email} /> },
            person.role === undefined
              ? undefined
              : { name: t('people.role'), value: t(`people.${person.role}`) },
          ]}
        />
      )}
      {self.role === 'admin' && person.kind === 'person' && !isSelf && (
        <>
          <PersonLinkBlock person={person} />
          <PersonPhoneBlock person={person} />
        </>
      )}
      {!isSelf && <RecentWith person={person} />}
    </article>
  )
}

/** May break behind the @ before it breaks inside a word. */
function Email({ address }: { address: string }) {
  const at = address.lastIndexOf('@') + 1
  return (
    <>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </>
  )
}

function RecentWith({ person }: { person: Person }) {
  const { t } = useTranslation()
  const query = useCalls()
  const calls = (query.data?.pages ?? [])
    .flatMap((page) => page.calls)
    .filter((call) => (call.direction === 'incoming' ? call.from : call.to)?.person === person.id)
    .slice(0, CALLS_SHOWN_MAX)
  if (query.isPending) return null
  return (
    <section className={styles.block}>
      <h3>{t('people.recent', { name: person.name })}</h3>
      {calls.length === 0 ? (
        <p className={styles.blockText}>{t('people.noRecent')}</p>
      ) : (
        <ul className={styles.recent}>
          {calls.map((call) => (
            <li key={call.id}>
              <CallRow call={call} isPersonKnown />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
