// Asking for devices to be let go, or noting that they are being cleaned: both with a reason for the log.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { securityApi } from '../../platform/security-api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'

const WHY_CHARS_MIN = 3
const WHY_CHARS_MAX = 500

export interface Asking {
  readonly what: 'release' | 'removal'
  readonly devices: readonly string[]
}

interface AskDialogProps {
  /** Undefined: it is closed. */
  readonly asking: Asking | undefined
  readonly onClose: () => void
  /** With how many more people have to agree. */
  readonly onAsked: (what: Asking['what'], missing: number) => void
}

export function AskDialog({ asking, onClose, onAsked }: AskDialogProps) {
  const words = useSecurityWords().stopsPage
  const isRemoval = asking?.what === 'removal'
  const count = asking?.devices.length ?? 0
  return (
    <Dialog
      isOpen={asking !== undefined}
      title={isRemoval ? words.removalTitle(count) : words.releaseTitle(count)}
      text={isRemoval ? words.removalText : words.releaseText}
      onClose={onClose}
    >
      {asking && <AskForm {...asking} onClose={onClose} onAsked={onAsked} />}
    </Dialog>
  )
}

type AskFormProps = Omit<AskDialogProps, 'asking'> & Asking

function AskForm({ what, devices, onClose, onAsked }: AskFormProps) {
  const { t } = useTranslation()
  const words = useSecurityWords()
  const client = useQueryClient()
  const [why, setWhy] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const isShort = why.trim().length < WHY_CHARS_MIN
  const ask = useMutation({
    mutationFn: () => securityApi[what]({ devices: [...devices], why: why.trim() }),
    onSuccess: ({ waits }) => {
      client.invalidateQueries({ queryKey: ['quarantine'] }).catch(() => undefined)
      onAsked(what, waits?.missing ?? 0)
    },
  })
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (!isShort) ask.mutate()
  }
  return (
    <form onSubmit={onSubmit} noValidate className="stack">
      <TextField
        label={words.why}
        hint={words.whyHint}
        value={why}
        maxLength={WHY_CHARS_MAX}
        autoComplete="off"
        problem={isChecked && isShort ? t('field.required') : undefined}
        onChange={(event) => setWhy(event.target.value)}
      />
      {ask.error && <Failure error={ask.error} />}
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" kind="primary" disabled={ask.isPending}>
          {what === 'removal' ? words.stopsPage.note : words.stopsPage.ask}
        </Button>
      </DialogActions>
    </form>
  )
}
