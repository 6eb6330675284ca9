// The phones of a person: desk phones and browsers, and whether their sound is encrypted. A new desk phone's
// password is shown once.
import type { Device } from '@rufwerk/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../platform/api.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure, LoadFailure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, LoadingRows } from '../ui/notice.tsx'
import { useLocale, useReadable, useServices } from '../use-services.ts'
import { NewPhoneDialog } from './new-phone-dialog.tsx'
import styles from './settings.module.css'
import { SRTP_DEFAULT } from './srtp-choice.tsx'
import { SrtpDialog } from './srtp-dialog.tsx'

export function PhonesSection() {
  const { t } = useTranslation()
  const { phone } = useServices()
  const [isAdding, setIsAdding] = useState(false)
  const [removed, setRemoved] = useState<Device>()
  const query = useQuery({ queryKey: ['devices'], queryFn: api.devices })
  const devices = query.data?.devices ?? []
  const tlsPort = query.data?.phoneServer.tlsPort
  // This browser is one of them: its state follows the phone.
  const { connection } = useReadable(phone.state)
  const { refetch } = query
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again whenever the connection changes.
  useEffect(() => {
    refetch().catch(() => undefined)
  }, [connection.state, refetch])
  const hasDesk = devices.some((device) => device.kind === 'phone')
  return (
    <>
      {query.isPending && <LoadingRows label={t('app.loading')} rows={3} />}
      {query.error && !query.data && <LoadFailure error={query.error} onRetry={query.refetch} />}
      {query.data && !hasDesk && (
        <div className={styles.card}>
          <Empty
            icon="desk"
            title={t('settings.devicesEmpty')}
            text={t('settings.devicesEmptyText')}
            action={
              <Button kind="primary" icon="plus" onClick={() => setIsAdding(true)}>
                {t('settings.newPhone')}
              </Button>
            }
          />
        </div>
      )}
      {devices.length > 0 && (
        <ul className={`${styles.card} ${styles.devices}`}>
          {devices.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              tlsPort={tlsPort}
              onRemove={() => setRemoved(device)}
            />
          ))}
        </ul>
      )}
      {hasDesk && (
        <div className={styles.line}>
          <Button kind="primary" icon="plus" onClick={() => setIsAdding(true)}>
            {t('settings.newPhone')}
          </Button>
        </div>
      )}
      <div className={styles.card}>
        <h2>{t('certificate.inSettings')}</h2>
        <p className={styles.soft}>{t('certificate.inSettingsText')}</p>
        <Link href="/certificate">{t('certificate.toPage')}</Link>
      </div>
      <NewPhoneDialog isOpen={isAdding} tlsPort={tlsPort} onClose={() => setIsAdding(false)} />
      <RemoveDialog device={removed} onClose={() => setRemoved(undefined)} />
    </>
  )
}

interface DeviceRowProps {
  readonly device: Device
  readonly tlsPort: number | undefined
  readonly onRemove: () => void
}

function DeviceRow({ device, tlsPort, onRemove }: DeviceRowProps) {
  const { t } = useTranslation()
  const [isChanging, setIsChanging] = useState(false)
  // Browsers have no choice: WebRTC is always encrypted.
  const srtp = device.kind === 'browser' ? 'required' : (device.srtp ?? SRTP_DEFAULT)
  const since = new Intl.DateTimeFormat(useLocale(), { dateStyle: 'medium' }).format(device.createdAt)
  return (
    <li className={styles.device}>
      <Icon name={device.kind === 'phone' ? 'desk' : 'browser'} size={24} />
      <div className={styles.deviceWords}>
        <span className={styles.deviceName}>{device.name}</span>
        <span className={styles.deviceSub}>
          <span>{t(device.kind === 'phone' ? 'settings.desk' : 'settings.browser')}</span>
          <span className={`${styles.state} ${device.isRegistered ? styles.good : ''}`}>
            <Icon name={device.isRegistered ? 'check' : 'close'} size={16} />
            {t(device.isRegistered ? 'settings.deviceRegistered' : 'settings.deviceOffline')}
          </span>
          <span className={styles.state}>
            {srtp === 'required' && <Icon name="lock" size={16} />}
            {t(`srtp.${srtp}State`)}
          </span>
          <span>{t('settings.since', { date: since })}</span>
        </span>
      </div>
      <div className={styles.deviceActions}>
        {device.kind === 'phone' && (
          <IconButton
            icon="lock"
            label={t('srtp.changeName', { name: device.name })}
            onClick={() => setIsChanging(true)}
          />
        )}
        <IconButton
          icon="trash"
          kind="danger"
          label={t('settings.removeName', { name: device.name })}
          onClick={onRemove}
        />
      </div>
      {device.kind === 'phone' && (
        <SrtpDialog
          device={device}
          tlsPort={tlsPort}
          isOpen={isChanging}
          onClose={() => setIsChanging(false)}
        />
      )}
    </li>
  )
}

function RemoveDialog({ device, onClose }: { device: Device | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: (id: string) => api.removeDevice(id),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ['devices'] }).catch(() => undefined)
      onClose()
    },
  })
  const name = device?.name ?? ''
  return (
    <Dialog
      isOpen={device !== undefined}
      title={t('settings.removeTitle', { name })}
      text={t('settings.removeText')}
      onClose={onClose}
    >
      {remove.error && <Failure error={remove.error} />}
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button
          kind="red"
          icon="trash"
          disabled={remove.isPending}
          onClick={() => device && remove.mutate(device.id)}
        >
          {t('settings.remove')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
