// Sets up a phone: one that fetches its settings itself, or any other, for which a name and whether its
// sound is encrypted are chosen, and then what to type into it is shown once.
import type { DeviceCredentials, Person } from '@rufwerk/contract'
import type { PhoneAccess, PhoneMaker } from '@rufwerk/contract/phones'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import { PhoneAccessView } from '../phones/phone-access.tsx'
import { SelfSetupForm } from '../phones/self-setup-form.tsx'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Choice, TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import styles from './settings.module.css'
import { SRTP_DEFAULT, type Srtp, SrtpChoice } from './srtp-choice.tsx'

const MAKERS = ['yealink', 'snom', 'linphone', 'other'] as const
type Maker = (typeof MAKERS)[number]

/** What is to be typed into a new phone, and what was chosen for it. */
interface NewPhone {
  readonly credentials: DeviceCredentials
  readonly srtp: Srtp
}

interface NewPhoneDialogProps {
  readonly isOpen: boolean
  readonly tlsPort: number | undefined
  /** For whom; absent: for oneself. */
  readonly person?: Pick<Person, 'id' | 'name'>
  readonly onClose: () => void
}

type Made =
  | ({ readonly kind: 'typed' } & NewPhone)
  | { readonly kind: 'fetched'; readonly maker: PhoneMaker; readonly access: PhoneAccess }

export function NewPhoneDialog({ isOpen, tlsPort, person, onClose }: NewPhoneDialogProps) {
  const { t } = useTranslation()
  const [made, setMade] = useState<Made>()
  const [chosen, setChosen] = useState<Maker>('yealink')
  const setups = useQuery({ queryKey: ['phones'], queryFn: api.phoneSetups, enabled: isOpen })
  const isOffered = setups.data?.isOffered === true
  const maker = isOffered ? chosen : 'other'
  const close = (): void => {
    setMade(undefined)
    onClose()
  }
  const title = person === undefined ? t('settings.newPhone') : t('phones.forPerson', { name: person.name })
  const begin = { title, text: t(isOffered ? 'phones.chooseText' : 'settings.newPhoneText') }
  const words = made === undefined ? begin : wordsOf(made.kind, t)
  return (
    <Dialog isOpen={isOpen} {...words} onClose={close}>
      {made?.kind === 'typed' && <Credentials {...made} onDone={close} />}
      {made?.kind === 'fetched' && (
        <PhoneAccessView {...made} isTrusted={setups.data?.isPubliclyTrusted === true} onDone={close} />
      )}
      {made === undefined && isOffered && (
        <Choice
          label={t('phones.maker')}
          value={maker}
          choices={MAKERS.map((value) => ({ value, label: t(`phones.${value}`) }))}
          onChange={setChosen}
        />
      )}
      {made === undefined && maker === 'other' && (
        <NewPhoneForm
          tlsPort={tlsPort}
          person={person?.id}
          onCreated={(phone) => setMade({ kind: 'typed', ...phone })}
          onCancel={close}
        />
      )}
      {made === undefined && maker !== 'other' && (
        <SelfSetupForm
          key={maker}
          maker={maker}
          person={person?.id}
          onCreated={(access) => setMade({ kind: 'fetched', maker, access })}
          onCancel={close}
        />
      )}
    </Dialog>
  )
}

function wordsOf(kind: Made['kind'], t: TFunction): { readonly title: string; readonly text: string } {
  return kind === 'typed'
    ? { title: t('settings.credentials'), text: t('settings.credentialsText') }
    : { title: t('phones.accessTitle'), text: t('phones.accessText') }
}

interface NewPhoneFormProps {
  readonly tlsPort: number | undefined
  readonly person: string | undefined
  readonly onCreated: (created: NewPhone) => void
  readonly onCancel: () => void
}

function NewPhoneForm({ tlsPort, person, onCreated, onCancel }: NewPhoneFormProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [srtp, setSrtp] = useState(SRTP_DEFAULT)
  const [isChecked, setIsChecked] = useState(false)
  const create = useMutation({
    mutationFn: () =>
      api.addDevice({ kind: 'phone', name: name.trim(), srtp, ...(person !== undefined && { person }) }),
    onSuccess: (credentials) => {
      client.invalidateQueries({ queryKey: ['devices'] }).catch(() => undefined)
      onCreated({ credentials, srtp })
    },
  })
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (name.trim() !== '') create.mutate()
  }
  return (
    <form className="stack" onSubmit={onSubmit} noValidate>
      <TextField
        label={t('settings.phoneName')}
        placeholder={t('settings.phoneNamePlaceholder')}
        value={name}
        maxLength={80}
        autoComplete="off"
        problem={isChecked && name.trim() === '' ? t('field.required') : undefined}
        onChange={({ target }) => setName(target.value)}
      />
      <SrtpChoice value={srtp} tlsPort={tlsPort} onChange={setSrtp} />
      {create.error && <Failure error={create.error} />}
      <DialogActions>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" kind="primary" disabled={create.isPending}>
          {t('settings.create')}
        </Button>
      </DialogActions>
    </form>
  )
}

function Credentials({ credentials, srtp, onDone }: NewPhone & { readonly onDone: () => void }) {
  const { t } = useTranslation()
  const { port, tlsPort } = credentials
  const plainPort = t(tlsPort === undefined ? 'settings.sipPort' : 'settings.sipPlainPort')
  return (
    <>
      <div className={styles.credentials}>
        <CopyField label={t('settings.sipName')} value={credentials.sipName} />
        <CopyField label={t('settings.sipPassword')} value={credentials.password} />
        <CopyField label={t('settings.sipServer')} value={credentials.server} />
        <CopyField label={plainPort} value={String(port)} />
        {tlsPort !== undefined && <CopyField label={t('settings.sipTlsPort')} value={String(tlsPort)} />}
      </div>
      {srtp !== 'off' && (
        <Notice kind="note">
          {tlsPort === undefined ? t('srtp.onPhone') : t('srtp.onPhoneTls', { port: tlsPort })}
        </Notice>
      )}
      <DialogActions>
        <Button kind="primary" onClick={onDone}>
          {t('action.done')}
        </Button>
      </DialogActions>
    </>
  )
}
