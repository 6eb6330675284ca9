// Changes whether the sound of a phone that is there is encrypted.
import type { Device } from '@rufwerk/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { SRTP_DEFAULT, SrtpChoice } from './srtp-choice.tsx'

interface SrtpDialogProps {
  readonly device: Device
  readonly tlsPort: number | undefined
  readonly isOpen: boolean
  readonly onClose: () => void
}

export function SrtpDialog({ device, tlsPort, isOpen, onClose }: SrtpDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog
      isOpen={isOpen}
      title={t('srtp.changeTitle', { name: device.name })}
      text={t('srtp.changeText')}
      onClose={onClose}
    >
      <SrtpForm device={device} tlsPort={tlsPort} onClose={onClose} />
    </Dialog>
  )
}

/** Mounted with the dialog's opening, so it starts from what holds now. */
function SrtpForm({ device, tlsPort, onClose }: Omit<SrtpDialogProps, 'isOpen'>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [srtp, setSrtp] = useState(device.srtp ?? SRTP_DEFAULT)
  const change = useMutation({
    mutationFn: () => api.changeDevice(device.id, { srtp }),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ['devices'] }).catch(() => undefined)
      onClose()
    },
  })
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <form className="stack" onSubmit={onSubmit}>
      <SrtpChoice value={srtp} tlsPort={tlsPort} onChange={setSrtp} />
      {change.error && <Failure error={change.error} />}
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" kind="primary" disabled={change.isPending}>
          {t('srtp.save')}
        </Button>
      </DialogActions>
    </form>
  )
}
