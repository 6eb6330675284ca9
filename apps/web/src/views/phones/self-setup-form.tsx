// A phone that fetches its settings itself: a name, and whether by a link or by its hardware address and a
// PIN.
import type { PhoneAccess, PhoneMaker } from '@rufwerk/contract/phones'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, RequestFailed } from '../../platform/api.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { Choice, TextField } from '../ui/field.tsx'

interface SelfSetupFormProps {
  readonly maker: PhoneMaker
  /** For whom; absent: for oneself. */
  readonly person: string | undefined
  readonly onCreated: (access: PhoneAccess) => void
  readonly onCancel: () => void
}

const WAYS = ['link', 'pin'] as const

export function SelfSetupForm({ maker, person, onCreated, onCancel }: SelfSetupFormProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [way, setWay] = useState<(typeof WAYS)[number]>('link')
  const [mac, setMac] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const isPin = way === 'pin' && maker !== 'linphone'
  const create = useMutation({
    mutationFn: () =>
      api.setUpPhone({
        ...{ maker, way: isPin ? 'pin' : 'link' },
        ...(person !== undefined && { person }),
        ...(name.trim() !== '' && { name: name.trim() }),
        ...(isPin && { mac: mac.trim() }),
      }),
    onSuccess: (access) => {
      client.invalidateQueries({ queryKey: ['devices'] }).catch(() => undefined)
      onCreated(access)
    },
  })
  const isMacWrong = create.error instanceof RequestFailed && create.error.field === 'mac'
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (!isPin || mac.trim() !== '') create.mutate()
  }
  const macProblem =
    isChecked && mac.trim() === '' ? t('field.required') : isMacWrong ? t('phones.macWrong') : undefined
  return (
    <form className="stack" onSubmit={onSubmit} noValidate>
      <TextField
        label={t('phones.nameOptional')}
        placeholder={t('settings.phoneNamePlaceholder')}
        value={name}
        maxLength={80}
        autoComplete="off"
        onChange={({ target }) => setName(target.value)}
      />
      {maker !== 'linphone' && (
        <Choice
          label={t('phones.way')}
          value={way}
          choices={WAYS.map((value) => ({
            value,
            label: t(`phones.${value}`),
            note: t(`phones.${value}Text`),
          }))}
          onChange={setWay}
        />
      )}
      {isPin && (
        <TextField
          label={t('phones.mac')}
          hint={t('phones.macHint')}
          value={mac}
          maxLength={32}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          problem={macProblem}
          onChange={({ target }) => setMac(target.value)}
        />
      )}
      {create.error && !isMacWrong && <Failure error={create.error} />}
      <DialogActions>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" kind="primary" disabled={create.isPending}>
          {t(isPin ? 'phones.makePin' : 'phones.makeLink')}
        </Button>
      </DialogActions>
    </form>
  )
}
