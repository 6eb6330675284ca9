// Sets up a desk phone: a name, whether its sound is encrypted, and then what to type into it, shown once.
import type { DeviceCredentials } from '@rufwerk/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import styles from './settings.module.css'
import { SRTP_DEFAULT, type Srtp, SrtpChoice } from './srtp-choice.tsx'

/** What is to be typed into a new phone, and what was chosen for it. */
interface NewPhone {
  readonly credentials: DeviceCredentials
  readonly srtp: Srtp
}

interface NewPhoneDialogProps {
  readonly isOpen: boolean
  readonly tlsPort: number | undefined
  readonly onClose: () => void
}

export function NewPhoneDialog({ isOpen, tlsPort, onClose }: NewPhoneDialogProps) {
  const { t } = useTranslation()
  const [created, setCreated] = useState<NewPhone>()
  const close = (): void => {
    setCreated(undefined)
    onClose()
  }
  return (
    <Dialog
      isOpen={isOpen}
      title={t(created ? 'settings.credentials' : 'settings.newPhone')}
      text={t(created ? 'settings.credentialsText' : 'settings.newPhoneText')}
      onClose={close}
    >
      {created ? (
        <Credentials {...created} onDone={close} />
      ) : (
        <NewPhoneForm tlsPort={tlsPort} onCreated={setCreated} onCancel={close} />
      )}
    </Dialog>
  )
}

interface NewPhoneFormProps {
  readonly tlsPort: number | undefined
  readonly onCreated: (created: NewPhone) => void
  readonly onCancel: () => void
}

function NewPhoneForm({ tlsPort, onCreated, onCancel }: NewPhoneFormProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [srtp, setSrtp] = useState(SRTP_DEFAULT)
  const [isChecked, setIsChecked] = useState(false)
  const create = useMutation({
    mutationFn: () => api.addDevice({ kind: 'phone', name: name.trim(), srtp }),
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
