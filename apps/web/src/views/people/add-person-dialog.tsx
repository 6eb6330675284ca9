// For admins: a new colleague, and then the link that signs this person in for the first time.
import type { Person } from '@rufwerk/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, RequestFailed } from '../../platform/api.ts'
import { nextExtension, problemWithEmail, problemWithExtension } from '../../state/fields.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { ExtensionField, TextField } from '../ui/field.tsx'
import { PersonLinkBlock } from './person-link-block.tsx'

interface AddPersonDialogProps {
  readonly isOpen: boolean
  readonly people: readonly Person[]
  readonly onClose: () => void
}

export function AddPersonDialog({ isOpen, people, onClose }: AddPersonDialogProps) {
  const { t } = useTranslation()
  const [added, setAdded] = useState<Person>()
  const close = (): void => {
    setAdded(undefined)
    onClose()
  }
  return (
    <Dialog
      isOpen={isOpen}
      title={added ? added.name : t('people.addTitle')}
      {...(added ? {} : { text: t('people.addText') })}
      onClose={close}
    >
      {added ? (
        <>
          <PersonLinkBlock person={added} />
          <DialogActions>
            <Button kind="primary" onClick={close}>
              {t('action.done')}
            </Button>
          </DialogActions>
        </>
      ) : (
        <AddPersonForm people={people} onAdded={setAdded} onCancel={close} />
      )}
    </Dialog>
  )
}

interface AddPersonFormProps {
  readonly people: readonly Person[]
  readonly onAdded: (person: Person) => void
  readonly onCancel: () => void
}

function AddPersonForm({ people, onAdded, onCancel }: AddPersonFormProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [extension, setExtension] = useState(() => nextExtension(people.map((person) => person.extension)))
  const [email, setEmail] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const add = useMutation({
    mutationFn: () =>
      api.addPerson({
        name: name.trim(),
        extension,
        role: 'user',
        ...(email === '' ? {} : { email: email.trim() }),
      }),
    onSuccess: (person) => {
      client.invalidateQueries({ queryKey: ['people'] }).catch(() => undefined)
      onAdded(person)
    },
  })
  const problems = {
    name: name.trim() === '' ? 'field.required' : undefined,
    extension: problemWithExtension(extension),
    email: email === '' ? undefined : problemWithEmail(email),
  }
  const field = add.error instanceof RequestFailed ? add.error : undefined
  const taken =
    field?.code === 'extension-taken' || field?.code === 'extension-reserved' ? field.code : undefined
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (!Object.values(problems).some(Boolean)) add.mutate()
  }
  const say = (key: string | undefined): string | undefined => (isChecked && key ? t(key) : undefined)
  return (
    <form onSubmit={onSubmit} noValidate className="stack">
      <TextField
        label={t('people.name')}
        placeholder={t('people.namePlaceholder')}
        value={name}
        maxLength={80}
        autoComplete="off"
        problem={say(problems.name)}
        onChange={(event) => setName(event.target.value)}
      />
      <ExtensionField
        value={extension}
        problem={say(problems.extension) ?? (taken && t(`error.${taken}`))}
        onChange={(event) => setExtension(event.target.value)}
      />
      <TextField
        label={t('people.emailOptional')}
        type="email"
        value={email}
        autoComplete="off"
        problem={say(problems.email)}
        onChange={(event) => setEmail(event.target.value)}
      />
      {add.error && !taken && <Failure error={add.error} />}
      <DialogActions>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" kind="primary" disabled={add.isPending}>
          {t('people.add')}
        </Button>
      </DialogActions>
    </form>
  )
}
