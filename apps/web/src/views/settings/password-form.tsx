// Sets or changes the own password.
import type { Session } from '@rufwerk/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, RequestFailed } from '../../platform/api.ts'
import { problemWithPassword } from '../../state/fields.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { PasswordField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'

interface PasswordFormProps {
  /** The first password of somebody who came by link: there is no old one to ask for. */
  readonly isFirst: boolean
  /** For password managers: whose password this is. */
  readonly login: string
  readonly onSaved?: () => void
  /** Beside the button. */
  readonly children?: ReactNode
}

export function PasswordForm({ isFirst, login, onSaved, children }: PasswordFormProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      api.changePassword({ newPassword: next, ...(current === '' ? {} : { currentPassword: current }) }),
    onSuccess: () => {
      setCurrent('')
      setNext('')
      setIsChecked(false)
      client.setQueryData<Session | null>(
        ['session'],
        (session) => session && { ...session, hasPassword: true },
      )
      onSaved?.()
    },
  })
  const failure = save.error instanceof RequestFailed ? save.error.code : undefined
  const isCurrentMissing = isChecked && !isFirst && current === ''
  const nextProblem = isChecked ? problemWithPassword(next) : undefined
  const wrong = failure === 'password-wrong' && !isFirst ? t('error.password-wrong') : undefined
  const weak =
    failure?.startsWith('password-') && failure !== 'password-wrong' ? t(`error.${failure}`) : undefined
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (problemWithPassword(next) === undefined && (isFirst || current !== '')) save.mutate()
  }
  return (
    <form className="stack" onSubmit={onSubmit} noValidate>
      <input type="text" name="username" autoComplete="username" value={login} readOnly hidden />
      {!isFirst && (
        <PasswordField
          label={t('settings.passwordCurrent')}
          value={current}
          autoComplete="current-password"
          problem={wrong ?? (isCurrentMissing ? t('field.required') : undefined)}
          onChange={({ target }) => {
            setCurrent(target.value)
            if (save.error) save.reset()
          }}
        />
      )}
      <PasswordField
        label={t('settings.passwordNew')}
        value={next}
        autoComplete="new-password"
        hint={t('settings.passwordHint')}
        problem={weak ?? (nextProblem && t(nextProblem))}
        onChange={({ target }) => {
          setNext(target.value)
          if (save.error) save.reset()
        }}
      />
      {save.error && !weak && !wrong && <Failure error={save.error} />}
      {save.isSuccess && <Notice kind="good">{t('settings.passwordSaved')}</Notice>}
      <div className="line">
        <Button type="submit" kind="primary" disabled={save.isPending}>
          {t('settings.passwordSave')}
        </Button>
        {children}
      </div>
    </form>
  )
}
