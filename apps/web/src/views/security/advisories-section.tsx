// Whose advisories count, which there are, adding one, and whether the affected are stopped without a click.
import type { FleetAdvisories } from '@rufwerk/contract/fleet'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { securityApi } from '../../platform/security-api.ts'
import { Failure, LoadFailure } from '../ui/failure.tsx'
import { Choice } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { LoadingRows, Notice } from '../ui/notice.tsx'
import { useSession } from '../use-services.ts'
import { AddAdvisory } from './add-advisory.tsx'
import { Issuers } from './issuers.tsx'
import styles from './security.module.css'

export function AdvisoriesSection() {
  const { hasTelephony } = useSession()
  const { t } = useTranslation()
  const words = useSecurityWords().advisoriesPage
  const query = useQuery({ queryKey: ['advisories'], queryFn: securityApi.advisories })
  /** What a document that was refused said of its issuer. */
  const [suggested, setSuggested] = useState<{ namespace: string; folder: string }>()
  if (query.isPending) return <LoadingRows label={t('app.loading')} rows={6} />
  if (query.error && !query.data) return <LoadFailure error={query.error} onRetry={query.refetch} />
  const { documents, conflicts } = query.data
  return (
    <>
      <header className={styles.title}>
        <h2>{words.title}</h2>
        <p className={styles.soft}>{words.text}</p>
      </header>
      <AddAdvisory onUnpinned={setSuggested} />
      <section className={styles.block} aria-label={words.documents}>
        <h3>{words.documents}</h3>
        {documents.length === 0 && <p className={styles.soft}>{words.documentsNone}</p>}
        <ul className={styles.devices}>
          {documents.map((document) => (
            <DocumentRow key={`${document.issuer} ${document.id}`} document={document} />
          ))}
        </ul>
        {conflicts.map(({ id, version, namespace }) => (
          <Notice key={`${namespace} ${id} ${version}`} kind="problem">
            <p>{words.conflict(id, version, namespace)}</p>
          </Notice>
        ))}
      </section>
      <Issuers issuers={query.data.issuers} suggested={suggested} onPinned={() => setSuggested(undefined)} />
      {hasTelephony && <Policy />}
    </>
  )
}

function DocumentRow({ document }: { document: FleetAdvisories['documents'][number] }) {
  const all = useSecurityWords()
  const { id, revision, issuer, title, counts } = document
  return (
    <li className={styles.device}>
      <Icon name={counts ? 'check' : 'close'} size={20} />
      <div className={styles.deviceWords}>
        <span className={styles.deviceName}>{title === '' ? id : title}</span>
        <p className={styles.soft}>{all.document(id, revision, issuer)}</p>
        <p>{counts ? all.advisoriesPage.counts : all.advisoriesPage.countsNot}</p>
      </div>
    </li>
  )
}

function Policy() {
  const words = useSecurityWords().advisoriesPage
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['fleet-policy'], queryFn: securityApi.policy })
  const change = useMutation({
    mutationFn: (stopsAffected: boolean) => securityApi.setPolicy({ stopsAffected }),
    onSettled: () => {
      client.invalidateQueries({ queryKey: ['fleet-policy'] }).catch(() => undefined)
      client.invalidateQueries({ queryKey: ['quarantine'] }).catch(() => undefined)
    },
  })
  if (!query.data) return null
  const isOn = change.isPending ? change.variables : query.data.stopsAffected
  return (
    <section className={styles.card} aria-label={words.policy}>
      <Choice
        label={words.policy}
        value={isOn ? 'on' : 'off'}
        choices={[
          { value: 'off', label: words.policyOff },
          { value: 'on', label: words.policyOn },
        ]}
        onChange={(value) => change.mutate(value === 'on')}
      />
      <p className={styles.soft}>{words.policyText}</p>
      {change.error && <Failure error={change.error} />}
    </section>
  )
}
