// Sign in by email or extension and password.
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { PasswordField, TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Stage } from './stage.tsx'
import styles from './welcome.module.css'

interface SignInPageProps {
  readonly isDemo: boolean
  readonly onSignedIn: () => Promise<unknown>
}

export function SignInPage({ isDemo, onSignedIn }: SignInPageProps) {
  const { t } = useTranslation()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const signIn = useMutation({
    mutationFn: () => api.signIn({ login: login.trim(), password }),
    onSuccess: onSignedIn,
  })
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (login.trim() !== '' && password !== '') signIn.mutate()
  }
  const required = (value: string): string | undefined =>
    isChecked && value.trim() === '' ? t('field.required') : undefined
  return (
    <Stage title={t('signIn.title')} lead={t('signIn.lead')}>
      <form className="stack" onSubmit={onSubmit} noValidate>
        <TextField
          label={t('signIn.login')}
          name="username"
          value={login}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          problem={required(login)}
          onChange={({ target }) => setLogin(target.value)}
        />
        <PasswordField
          label={t('signIn.password')}
          name="password"
          value={password}
          autoComplete="current-password"
          problem={required(password)}
          onChange={({ target }) => setPassword(target.value)}
        />
        {signIn.error && <Failure error={signIn.error} />}
        <Button type="submit" kind="primary" size="large" isWide disabled={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
      </form>
      {isDemo ? (
        <Notice kind="note">{t('signIn.demo')}</Notice>
      ) : (
        <p className={styles.soft}>{t('signIn.forgot')}</p>
      )}
    </Stage>
  )
}
