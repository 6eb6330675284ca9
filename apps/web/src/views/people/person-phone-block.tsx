// For admins: sets up a phone for a colleague.
import type { Person } from '@rufwerk/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import { NewPhoneDialog } from '../settings/new-phone-dialog.tsx'
import { Button } from '../ui/button.tsx'
import styles from './people-page.module.css'

export function PersonPhoneBlock({ person }: { person: Pick<Person, 'id' | 'name'> }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const devices = useQuery({ queryKey: ['devices'], queryFn: api.devices, enabled: isOpen })
  return (
    <section className={styles.linkBlock} aria-label={t('settings.newPhone')}>
      <p className={styles.blockText}>{t('phones.forPersonHint', { name: person.name })}</p>
      <Button icon="desk" onClick={() => setIsOpen(true)}>
        {t('settings.newPhone')}
      </Button>
      <NewPhoneDialog
        isOpen={isOpen}
        tlsPort={devices.data?.phoneServer.tlsPort}
        person={person}
        onClose={() => setIsOpen(false)}
      />
    </section>
  )
}
