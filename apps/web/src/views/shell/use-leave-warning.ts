// Asks before the page is left during a call: closing it would end the call. A reload would not, if the call
// was answered, but cannot be told from that. Browsers use their own words.
import { useEffect } from 'react'
import { useReadable, useServices } from '../use-services.ts'

export function useLeaveWarning(): void {
  const { phone } = useServices()
  const isCalling = useReadable(phone.state).calls.some((call) => call.state !== 'ended')
  useEffect(() => {
    if (!isCalling) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isCalling])
}
