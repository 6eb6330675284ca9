// Before devices are stopped: what that means, by which advisory or for which reason.
import type { FleetStop } from '@rufwerk/contract/fleet'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { failureOf } from '../../platform/api.ts'
import { securityApi } from '../../platform/security-api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import type { Stopped } from './stop-outcome.tsx'

/** Fewer characters are no reason. */
const WHY_CHARS_MIN = 3
const WHY_CHARS_MAX = 500

interface Advisory {
  readonly issuer: string
  readonly id: string
  readonly revision: string
  readonly title: string
}

export type StopWish =
  | { readonly type: 'affected'; readonly documents: readonly Advisory[] }
  | { readonly type: 'chosen'; readonly devices: readonly string[] }

interface StopDialogProps {
  readonly wish: StopWish | undefined
  readonly aloneMax: number | undefined
  readonly onClose: () => void
  readonly onStopped: (outcome: Stopped) => void
}

export function StopDialog({ wish, aloneMax, onClose, onStopped }: StopDialogProps) {
  const words = useSecurityWords()
  const title = wish?.type === 'chosen' ? words.stopTitle(wish.devices.length) : words.stopAllTitle
  return (
    <Dialog isOpen={wish !== undefined} title={title} text={words.stopText} onClose={onClose}>
      {aloneMax !== undefined && <Notice kind="note">{words.stopAlone(aloneMax)}</Notice>}
      {wish && <StopForm wish={wish} onClose={onClose} onStopped={onStopped} />}
    </Dialog>
  )
}

type StopFormProps = Pick<StopDialogProps, 'onClose' | 'onStopped'> & { readonly wish: StopWish }

function StopForm({ wish, onClose, onStopped }: StopFormProps) {
  const { t } = useTranslation()
  const words = useSecurityWords()
  const client = useQueryClient()
  const [why, setWhy] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const [at, setAt] = useState(0)
  const stop = useMutation({
    mutationFn: (): Promise<Stopped> => {
      if (wish.type === 'chosen')
        return securityApi.stopDevices({ devices: [...wish.devices], why: why.trim() })
      const { issuer = '', id = '' } = wish.documents[at] ?? {}
      return securityApi.stopAffected({ issuer, advisory: id } satisfies FleetStop)
    },
    onSuccess: (outcome) => {
      client.invalidateQueries({ queryKey: ['quarantine'] }).catch(() => undefined)
      onStopped(outcome)
    },
  })
  const isShort = wish.type === 'chosen' && why.trim().length < WHY_CHARS_MIN
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (!isShort) stop.mutate()
  }
  return (
    <form onSubmit={onSubmit} noValidate className="stack">
      {wish.type === 'chosen' ? (
        <TextField
          label={words.why}
          hint={words.whyHint}
          value={why}
          maxLength={WHY_CHARS_MAX}
          autoComplete="off"
          problem={isChecked && isShort ? t('field.required') : undefined}
          onChange={(event) => setWhy(event.target.value)}
        />
      ) : (
        <SelectField
          label={words.stopWhich}
          value={String(at)}
          choices={wish.documents.map(({ id, title }, index) => ({
            value: String(index),
            label: title === '' ? id : `${title} (${id})`,
          }))}
          onChange={(event) => setAt(Number(event.target.value))}
        />
      )}
      {stop.error &&
        (failureOf(stop.error) === 'conflict' ? (
          <Notice kind="problem">{words.alreadyStopped}</Notice>
        ) : (
          <Failure error={stop.error} />
        ))}
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" kind="red" icon="stop" disabled={stop.isPending}>
          {words.stop}
        </Button>
      </DialogActions>
    </form>
  )
}
