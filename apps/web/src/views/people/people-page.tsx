// Colleagues with their presence; one of them in detail.
import type { Person } from '@rufwerk/contract'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { findPeople } from '../../state/people.ts'
import { Panes } from '../shell/panes.tsx'
import { Avatar, PresenceWord } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { LoadFailure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { ListRow } from '../ui/list-row.tsx'
import { Empty, LoadingRows } from '../ui/notice.tsx'
import { usePeople, useServices, useSession } from '../use-services.ts'
import { AddPersonDialog } from './add-person-dialog.tsx'
import styles from './people-page.module.css'
import { PersonCard } from './person-card.tsx'

export function PeoplePage({ id }: { id?: string }) {
  const { t } = useTranslation()
  const { person: self } = useSession()
  const { people, isPending, error, refetch } = usePeople()
  const [search, setSearch] = useState('')
  const [isAdding, setIsAdding] = useState(false)
  const typed = useDeferredValue(search)
  const found = findPeople(people, typed)
  const chosen = people.find((person) => person.id === id)
  return (
    <>
      <Panes
        title={t('people.title')}
        action={
          self.role === 'admin' && (
            <Button size="small" icon="plus" onClick={() => setIsAdding(true)}>
              {t('people.add')}
            </Button>
          )
        }
        below={
          <TextField
            label={t('people.search')}
            placeholder={t('people.search')}
            isLabelHidden
            icon="search"
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        }
        list={
          isPending ? (
            <LoadingRows label={t('app.loading')} rows={9} />
          ) : error ? (
            <LoadFailure error={error} isInList onRetry={refetch} />
          ) : found.length === 0 ? (
            <Empty icon="search" title={t('people.none')} text={t('people.noneText', { text: typed })} />
          ) : (
            <>
              <ul className={styles.list} aria-label={t('people.count', { count: found.length })}>
                {found.map((person) => (
                  <li key={person.id}>
                    <PersonRow person={person} isOpen={person.id === id} isSelf={person.id === self.id} />
                  </li>
                ))}
              </ul>
              {people.length === 1 && (
                <p className={styles.alone}>
                  {t(self.role === 'admin' ? 'people.aloneAdmin' : 'people.alone')}
                </p>
              )}
            </>
          )
        }
        detail={
          chosen ? (
            <PersonCard key={chosen.id} person={chosen} />
          ) : error ? undefined : (
            <NobodyChosen id={id} isPending={isPending} hasOthers={people.length > 1} />
          )
        }
        focus={id === undefined ? 'list' : 'detail'}
        backTo="/people"
      />
      <AddPersonDialog isOpen={isAdding} people={people} onClose={() => setIsAdding(false)} />
    </>
  )
}

interface NobodyChosenProps {
  readonly id: string | undefined
  readonly isPending: boolean
  readonly hasOthers: boolean
}

/** The detail without a person: about to come, not there, or not chosen yet. */
function NobodyChosen({ id, isPending, hasOthers }: NobodyChosenProps) {
  const { t } = useTranslation()
  if (id === undefined)
    return hasOthers && <Empty icon="people" title={t('people.choose')} text={t('people.chooseText')} />
  if (!isPending) return <Empty icon="search" title={t('people.goneTitle')} text={t('people.goneText')} />
  return (
    <div className={styles.card}>
      <LoadingRows label={t('app.loading')} rows={4} />
    </div>
  )
}

interface PersonRowProps {
  readonly person: Person
  readonly isOpen: boolean
  readonly isSelf: boolean
}

function PersonRow({ person, isOpen, isSelf }: PersonRowProps) {
  const { t } = useTranslation()
  const { phone } = useServices()
  return (
    <ListRow
      href={`/people/${person.id}`}
      isOpen={isOpen}
      picture={<Avatar name={person.name} presence={person.presence} />}
      title={person.name}
      name={person.name}
      onCall={isSelf ? undefined : () => phone.dial(person.extension, person.name)}
    >
      <span className={styles.sub}>
        <span className={styles.extension}>{person.extension}</span>
        {isSelf ? t('people.you') : <PresenceWord presence={person.presence} isPlain />}
      </span>
    </ListRow>
  )
}
