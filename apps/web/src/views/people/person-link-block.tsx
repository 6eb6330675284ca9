// For admins: a link with which a person signs in once, on another device or for the first time.
import type { Person, PersonLink } from '@rufwerk/contract'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import { showMoment } from '../../state/time.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Failure } from '../ui/failure.tsx'
import { useLocale } from '../use-services.ts'
import styles from './people-page.module.css'

export function PersonLinkBlock({ person }: { person: Pick<Person, 'id' | 'name'> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const link = useMutation<PersonLink>({ mutationFn: () => api.personLink(person.id) })
  return (
    <section className={styles.linkBlock} aria-label={t('link.title')}>
      {link.data ? (
        <>
          <div className={styles.full}>
            <CopyField label={t('people.linkLabel', { name: person.name })} value={link.data.url} isLink />
          </div>
          <p className={styles.blockText}>
            {t('people.linkText', { until: showMoment(link.data.expiresAt, locale) })}
          </p>
        </>
      ) : (
        <>
          <p className={styles.blockText}>{t('people.linkHint', { name: person.name })}</p>
          <Button icon="link" disabled={link.isPending} onClick={() => link.mutate()}>
            {t('people.link')}
          </Button>
          {link.error && <Failure error={link.error} />}
        </>
      )}
    </section>
  )
}
