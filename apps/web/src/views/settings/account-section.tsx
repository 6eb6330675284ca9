// Who is signed in, the password, and signing out.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { useSession } from '../use-services.ts'
import { PasswordForm } from './password-form.tsx'
import styles from './settings.module.css'

export function AccountSection() {
  const { t } = useTranslation()
  const { person, tenant, hasPassword } = useSession()
  const client = useQueryClient()
  const signOut = useMutation({
    mutationFn: api.signOut,
    onSuccess: () => {
      history.replaceState(null, '', '/')
      client.setQueryData(['session'], null)
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
    },
  })
  return (
    <>
      <div className={styles.card}>
        <div className={styles.person}>
          <Avatar name={person.name} size="large" />
          <div className={styles.deviceWords}>
            <span className={styles.soft}>{t('settings.signedInAs')}</span>
            <span className={styles.deviceName}>{person.name}</span>
            <span className={styles.soft}>
              {tenant.name} · {t('people.extension')} {person.extension}
            </span>
          </div>
        </div>
        {signOut.error && <Failure error={signOut.error} />}
        <div className={styles.line}>
          <Button disabled={signOut.isPending} onClick={() => signOut.mutate()}>
            {t('settings.signOut')}
          </Button>
          <span className={styles.soft}>{t('settings.signOutText')}</span>
        </div>
      </div>
      <section className={styles.card} aria-labelledby="password-title">
        <h3 id="password-title">{t(hasPassword ? 'settings.password' : 'link.passwordTitle')}</h3>
        {!hasPassword && (
          <p className={styles.soft}>{t('link.passwordText', { extension: person.extension })}</p>
        )}
        <PasswordForm isFirst={!hasPassword} login={person.email ?? person.extension} />
      </section>
    </>
  )
}
