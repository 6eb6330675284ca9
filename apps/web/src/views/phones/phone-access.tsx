// What a phone that fetches its settings is told, shown once: the link, or address and PIN, or a QR code; and
// what is done with it on the phone.
import type { PhoneAccess, PhoneMaker } from '@rufwerk/contract/phones'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { showMoment } from '../../state/time.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { DialogActions } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale } from '../use-services.ts'
import styles from './phones.module.css'

/** With its library, only for who needs a code. */
const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }))

interface PhoneAccessViewProps {
  readonly maker: PhoneMaker
  readonly access: PhoneAccess
  /** Whether the server's certificate is one that phones trust by themselves. */
  readonly isTrusted: boolean
  readonly onDone: () => void
}

export function PhoneAccessView({ maker, access, isTrusted, onDone }: PhoneAccessViewProps) {
  const { t } = useTranslation()
  const locale = useLocale()
  const until = showMoment(access.expiresAt, locale)
  const { url, user, pin } = access
  return (
    <>
      {maker === 'linphone' && (
        <Suspense fallback={<div className={styles.qr} />}>
          <QrCode text={url} label={t('phones.qr')} />
        </Suspense>
      )}
      <CopyField label={t(`phones.${maker}Url`)} value={url} />
      {user !== undefined && pin !== undefined && (
        <>
          <CopyField label={t('settings.sipName')} value={user} />
          <CopyField label={t('phones.pinLabel')} value={pin} />
        </>
      )}
      <ol className={styles.steps}>
        {(['First', 'Then', 'Last'] as const).map((step) => (
          <li key={step}>{t(`phones.${maker}${step}`)}</li>
        ))}
      </ol>
      <Notice kind="note">{t(pin === undefined ? 'phones.once' : 'phones.oncePin', { until })}</Notice>
      {!isTrusted && <Notice kind="warning">{t(`phones.${maker}Untrusted`)}</Notice>}
      {maker === 'linphone' && <Notice kind="warning">{t('phones.noPush')}</Notice>}
      <DialogActions>
        <Button kind="primary" onClick={onDone}>
          {t('action.done')}
        </Button>
      </DialogActions>
    </>
  )
}
