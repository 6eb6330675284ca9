// Number or name, the keys, and who fits what was typed.
import type { Person } from '@rufwerk/contract'
import { type FormEvent, Suspense, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { chooseDial, suggestionsFor } from '../../state/dialler.ts'
import { looksLikeNumber } from '../../state/number.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { optional } from '../ui/optional.ts'
import { usePeople, useReadable, useServices, useSession } from '../use-services.ts'
import { DialPad } from './dial-pad.tsx'
import styles from './dialler.module.css'
import { MicrophoneNotice } from './microphone-notice.tsx'
import { Suggestions } from './suggestions.tsx'

/** Loaded with the pad and before it is needed: then there may be no network. */
const EmergencyNotice = optional(() =>
  import('./emergency-notice.tsx').then((views) => views.EmergencyNotice),
)

/** Below the keys there is room for two. */
const BELOW_PAD_MAX = 2

export function Dialler() {
  const { t } = useTranslation()
  const { dialler, phone, tones } = useServices()
  const { person } = useSession()
  const { people } = usePeople()
  const text = useReadable(dialler.text)
  const [unclear, setUnclear] = useState<number>()
  const noteId = useId()
  const suggestions = suggestionsFor(people, text, person.id)

  const change = (next: string): void => {
    setUnclear(undefined)
    dialler.set(next)
  }
  const press = (digit: string): void => {
    tones.playDigit(digit)
    change(text + digit)
  }
  const call = (number: string, name?: string): void => {
    if (phone.dial(number, name)) dialler.clear()
  }
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    const choice = chooseDial(people, text)
    if (choice.type === 'number') call(choice.number, choice.name)
    else if (choice.type === 'unclear') setUnclear(choice.matches)
  }
  const isNumber = text === '' || looksLikeNumber(text)
  const choose = (match: Person): void => call(match.extension, match.name)
  return (
    <div className={styles.dialler}>
      <h2 className="hidden-visually">{t('phone.pad')}</h2>
      <div className={styles.top}>
        <Line />
        <form className={styles.form} onSubmit={onSubmit}>
          <Entry text={text} noteId={unclear === undefined ? undefined : noteId} onChange={change} />
          {isNumber ? (
            <DialPad onPress={press} onPlus={() => change(`${text}+`)} />
          ) : (
            <div className={styles.matches}>
              {unclear !== undefined && (
                <p id={noteId} role="alert" className={styles.unclear}>
                  {t(unclear === 0 ? 'phone.unclearNone' : 'phone.unclearMany')}
                </p>
              )}
              <Suggestions people={suggestions} verb={t('action.call')} onChoose={choose} />
            </div>
          )}
          <Button type="submit" kind="green" size="large" icon="phone" isWide disabled={text.trim() === ''}>
            {t('action.call')}
          </Button>
        </form>
      </div>
      <div className={styles.below}>
        <Suspense>
          <EmergencyNotice typed={text} />
        </Suspense>
        {isNumber && suggestions.length > 0 ? (
          <Suggestions
            people={suggestions.slice(0, BELOW_PAD_MAX)}
            verb={t('action.call')}
            onChoose={choose}
          />
        ) : (
          <p className={styles.hint}>{t('phone.hint')}</p>
        )}
        <MicrophoneNotice />
      </div>
    </div>
  )
}

interface EntryProps {
  readonly text: string
  /** What says why the text cannot be called. */
  readonly noteId: string | undefined
  readonly onChange: (text: string) => void
}

/** Longer text is written smaller. */
const LARGE_CHARS_MAX = 12

function Entry({ text, noteId, onChange }: EntryProps) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className={styles.entry}>
      <label htmlFor={id} className="hidden-visually">
        {t('phone.field')}
      </label>
      <input
        id={id}
        className={`${styles.input} ${text.length > LARGE_CHARS_MAX ? styles.long : ''}`}
        value={text}
        placeholder={t('phone.placeholder')}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="none"
        spellCheck={false}
        enterKeyHint="go"
        aria-describedby={noteId}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onChange('')}
      />
      {text !== '' && (
        <button
          type="button"
          className={styles.erase}
          aria-label={t('phone.erase')}
          onClick={() => onChange(text.slice(0, -1))}
        >
          <Icon name="erase" size={24} />
        </button>
      )}
    </div>
  )
}

/** The state of the own line: extension, and whether it can be reached. */
function Line() {
  const { t } = useTranslation()
  const { phone } = useServices()
  const { person } = useSession()
  const { connection } = useReadable(phone.state)
  const state = connection.state === 'off' ? 'connecting' : connection.state
  return (
    <p className={styles.own}>
      <span className={styles.ownNumber}>
        {t('phone.own')} {person.extension}
      </span>
      <span className={`${styles.ready} ${styles[state]}`}>
        <Icon
          name={state === 'registered' ? 'check' : state === 'connecting' ? 'clock' : 'warning'}
          size={16}
        />
        {t(`phone.${state}`)}
      </span>
    </p>
  )
}
