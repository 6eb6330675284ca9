// Leads the other side of a call to somebody else: at once, or after a word with them.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../state/call.ts'
import { chooseDial, suggestionsFor } from '../../state/dialler.ts'
import { CALLS_MAX } from '../../state/phone.ts'
import { Suggestions } from '../phone/suggestions.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { usePeople, useReadable, useServices, useSession } from '../use-services.ts'
import { useNameOf } from './announcer.tsx'

interface TransferDialogProps {
  readonly call: Call
  readonly onClose: () => void
}

export function TransferDialog({ call, onClose }: TransferDialogProps) {
  const { t } = useTranslation()
  const { phone } = useServices()
  const nameOf = useNameOf()
  const { person } = useSession()
  const { people } = usePeople()
  const { calls } = useReadable(phone.state)
  const [text, setText] = useState('')
  const [unclear, setUnclear] = useState<number>()
  const hasRoom = calls.filter(({ state }) => state !== 'ended').length < CALLS_MAX

  const lead = (act: (number: string, name?: string) => boolean): void => {
    const choice = chooseDial(people, text)
    if (choice.type === 'unclear') setUnclear(choice.matches)
    else if (choice.type === 'number' && act(choice.number, choice.name)) onClose()
  }
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    lead((number, name) => phone.transfer(call.id, number, name))
  }
  const change = (next: string): void => {
    setUnclear(undefined)
    setText(next)
  }
  const isEmpty = text.trim() === ''
  return (
    <Dialog
      isOpen
      title={t('call.transferTitle')}
      text={t('call.transferText', { name: nameOf(call) })}
      onClose={onClose}
    >
      <form noValidate className="stack" onSubmit={onSubmit}>
        <TextField
          label={t('phone.field')}
          value={text}
          autoComplete="off"
          autoFocus
          onChange={(event) => change(event.target.value)}
          {...(unclear !== undefined && {
            problem: t(unclear === 0 ? 'phone.unclearNone' : 'phone.unclearMany'),
          })}
        />
        <Suggestions
          people={suggestionsFor(people, text, person.id)}
          verb={t('action.transfer')}
          onChoose={({ extension }) => change(extension)}
        />
        <DialogActions>
          {hasRoom && (
            <Button
              icon="phone"
              disabled={isEmpty}
              onClick={() => lead((number, name) => phone.dial(number, name))}
            >
              {t('call.transferAsk')}
            </Button>
          )}
          <Button type="submit" kind="primary" icon="transfer" disabled={isEmpty}>
            {t('call.transferNow')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
