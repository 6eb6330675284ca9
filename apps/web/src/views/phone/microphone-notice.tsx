// Asks for the microphone before the first call needs it, and says what to do when the browser blocks it.
import { useTranslation } from 'react-i18next'
import { openMicrophone, stopStream } from '../../platform/microphone.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReadable, useServices } from '../use-services.ts'

export function MicrophoneNotice() {
  const { t } = useTranslation()
  const { microphone, devices } = useServices()
  const permission = useReadable(microphone)
  if (permission === 'denied') return <Notice kind="warning">{t('phone.micDenied')}</Notice>
  if (permission !== 'prompt') return null
  const ask = (): void => {
    openMicrophone(undefined).then(
      (stream) => {
        stopStream(stream)
        devices.refresh()
      },
      () => devices.refresh(),
    )
  }
  return (
    <Notice
      kind="note"
      action={
        <Button size="small" kind="primary" icon="mic" onClick={ask}>
          {t('phone.micAllow')}
        </Button>
      }
    >
      {t('phone.micAsk')}
    </Notice>
  )
}
