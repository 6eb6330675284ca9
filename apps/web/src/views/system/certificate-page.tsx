// How a device comes to trust this server: what to compare, what to download, and where to tap. For
// everybody, because who needs it often cannot sign in yet.
import type { Certificate } from '@rufwerk/contract'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, RequestFailed } from '../../platform/api.ts'
import { localeOf } from '../../state/time.ts'
import { LoadFailure } from '../ui/failure.tsx'
import { LoadingRows, Notice } from '../ui/notice.tsx'
import { TermList } from '../ui/term-list.tsx'
import { Stage } from '../welcome/stage.tsx'
import styles from './certificate-page.module.css'

// The paths are those of PATHS.authority; the contract is imported as types only.
const DER = '/rufwerk-ca.crt'
const PEM = '/rufwerk-ca.pem'
const DEVICES = ['windows', 'macos', 'iphone', 'android', 'firefox', 'desk'] as const

export function CertificatePage() {
  const { t } = useTranslation()
  const query = useQuery({ queryKey: ['certificate'], queryFn: api.certificate })
  const isNone = query.error instanceof RequestFailed && query.error.code === 'not-found'
  const authority = query.data?.authority
  return (
    <Stage title={t('certificate.title')} lead={t('certificate.lead')} isWide>
      {query.isPending && <LoadingRows label={t('app.loading')} rows={3} />}
      {query.error && !isNone && <LoadFailure error={query.error} onRetry={query.refetch} />}
      {isNone && <Notice kind="note">{t('certificate.none')}</Notice>}
      {query.data && !authority && <Notice kind="good">{t('certificate.public')}</Notice>}
      {authority && <Install authority={authority} tlsPort={query.data?.sipTlsPort} />}
      <a href="/">{t('certificate.toApp')}</a>
    </Stage>
  )
}

interface InstallProps {
  readonly authority: NonNullable<Certificate['authority']>
  readonly tlsPort: number | undefined
}

function Install({ authority, tlsPort }: InstallProps) {
  const { t, i18n } = useTranslation()
  // Nobody need be signed in here, so the company's country is not known.
  const locale = localeOf(i18n.language, 'de', navigator.languages)
  const until = new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(authority.notAfter)
  // Without a port for TLS, desk phones have no use for the certificate.
  const devices = tlsPort === undefined ? DEVICES.filter((device) => device !== 'desk') : DEVICES
  return (
    <>
      <TermList
        terms={[
          {
            name: t('certificate.fingerprint'),
            value: <span className={styles.fingerprint}>{authority.fingerprint}</span>,
          },
          { name: t('certificate.until'), value: until },
        ]}
      />
      <Notice kind="warning">{t('certificate.compare')}</Notice>
      <div className={styles.downloads}>
        <a className={`${styles.download} ${styles.first}`} href={DER} download>
          {t('certificate.download')}
        </a>
        <a className={styles.download} href={PEM} download>
          {t('certificate.downloadPem')}
        </a>
      </div>
      <section className="stack">
        <h2>{t('certificate.stepsTitle')}</h2>
        <div className={styles.devices}>
          {devices.map((device) => (
            <details key={device} className={styles.device} name="device">
              <summary>{t(`certificate.${device}`)}</summary>
              <ol>
                {t(`certificate.${device}Steps`, { port: tlsPort })
                  .split('\n')
                  .map((step) => (
                    <li key={step}>{step}</li>
                  ))}
              </ol>
            </details>
          ))}
        </div>
      </section>
    </>
  )
}
