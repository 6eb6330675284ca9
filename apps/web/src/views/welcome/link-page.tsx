// Signs in by a one-time link, and then offers a password to who has none. Asks first when somebody else is
// signed in.
import type { Session } from '@rufwerk/contract'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, failureOf } from '../../platform/api.ts'
import { PasswordForm } from '../settings/password-form.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Stage } from './stage.tsx'
import styles from './welcome.module.css'

interface LinkPageProps {
  readonly token: string
  /** Who is signed in already. */
  readonly session: Session | null
  readonly onSignedIn: () => Promise<unknown>
  readonly onDone: () => void
}

export function LinkPage({ token, session, onSignedIn, onDone }: LinkPageProps) {
  const { t } = useTranslation()
  const [before] = useState(session)
  const begun = useRef(false)
  const signIn = useMutation({
    mutationFn: () => api.signInByLink(token),
    onSuccess: async ({ hasPassword }) => {
      await onSignedIn()
      if (hasPassword) onDone()
    },
  })
  const { mutate } = signIn
  useEffect(() => {
    // A link works once: a second attempt of the same page would fail.
    if (before || begun.current) return
    begun.current = true
    mutate()
  }, [before, mutate])

  if (signIn.isSuccess && session !== null && !signIn.data.hasPassword) {
    const { extension, email } = session.person
    return (
      <Stage title={t('link.passwordTitle')} lead={t('link.passwordText', { extension })}>
        <PasswordForm isFirst login={email ?? extension} onSaved={onDone}>
          <Button kind="quiet" onClick={onDone}>
            {t('link.later')}
          </Button>
        </PasswordForm>
      </Stage>
    )
  }
  if (signIn.error) {
    const isInvalid = failureOf(signIn.error) === 'link-invalid'
    return (
      <Stage
        title={t(isInvalid ? 'link.invalidTitle' : 'error.title')}
        {...(isInvalid ? { lead: t('link.invalidText') } : {})}
      >
        {!isInvalid && <Failure error={signIn.error} />}
        <Button kind="primary" onClick={isInvalid ? onDone : () => signIn.mutate()}>
          {t(isInvalid ? 'signIn.title' : 'action.retry')}
        </Button>
      </Stage>
    )
  }
  if (before && signIn.isIdle) {
    const { name } = before.person
    return (
      <Stage title={t('link.switchTitle')} lead={t('link.switchText', { name })}>
        <div className={styles.choices}>
          <Button kind="primary" onClick={onDone}>
            {t('link.switchNo', { name })}
          </Button>
          <Button onClick={() => signIn.mutate()}>{t('link.switchYes')}</Button>
        </div>
      </Stage>
    )
  }
  return (
    <Stage title={t('link.title')}>
      <p role="status" className={styles.soft}>
        {t('link.working')}
      </p>
    </Stage>
  )
}
