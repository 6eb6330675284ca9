// The phone page: recent calls in the middle; on the right the dialler, or the call while there is one.
import { useTranslation } from 'react-i18next'
import { currentCall } from '../../state/phone.ts'
import { Panes } from '../shell/panes.tsx'
import { useReadable, useServices } from '../use-services.ts'
import { CallStage } from './call-stage.tsx'
import { Dialler } from './dialler.tsx'
import { RecentCalls } from './recent-calls.tsx'

export function PhonePage() {
  const { t } = useTranslation()
  const { phone } = useServices()
  const { calls } = useReadable(phone.state)
  const call = currentCall(calls)
  return (
    <Panes
      title={t('phone.title')}
      list={<RecentCalls />}
      detail={call && call.state !== 'ended' ? <CallStage call={call} /> : <Dialler />}
      focus="detail"
    />
  )
}
