// Says aloud, to screen readers only, what happens to calls.
import { useTranslation } from 'react-i18next'
import type { Call } from '../../state/call.ts'
import { explainEnd } from '../../state/explain.ts'
import { viewOfDialled } from '../../state/live.ts'
import { ECHO_NUMBER, showNumber } from '../../state/number.ts'
import { currentCall, isWaiting } from '../../state/phone.ts'
import { useReadable, useServices, useSession } from '../use-services.ts'

/** Tells who is at the other side of a call, in the words of the language; numbers as people read them. */
export function useNameOf(): (call: Call) => string {
  const { t } = useTranslation()
  const { tenant } = useSession()
  return ({ party: { name, number } }) =>
    name ?? (number === ECHO_NUMBER ? t('phone.echoName') : showNumber(number, tenant.country))
}

/** The sentence about how a call ended; undefined while it lasts. */
export function useEndSentence(call: Call | undefined): string | undefined {
  const { t } = useTranslation()
  const { live } = useServices()
  const { person } = useSession()
  const { views } = useReadable(live.state)
  if (!call) return undefined
  const sentence = explainEnd(call, viewOfDialled(views, person.id, call.party.number))
  return sentence && t(sentence.key, { ...sentence.values })
}

export function Announcer() {
  const { t } = useTranslation()
  const { phone } = useServices()
  const nameOf = useNameOf()
  const { calls } = useReadable(phone.state)
  const waiting = calls.find(isWaiting)
  const current = currentCall(calls)
  const ended = useEndSentence(current)
  const name = current ? nameOf(current) : ''
  let text = ''
  if (current?.state === 'calling') text = t('call.live.calling', { name })
  else if (current?.state === 'ringing') text = t('call.live.ringing', { name })
  else if (current?.state === 'ended') text = ended ?? ''
  else if (current?.state === 'talking' && current.transfer) {
    const { state, to } = current.transfer
    text = t(state === 'asked' ? 'call.transferring' : 'call.transferFailed', { to: to.name ?? to.number })
  } else if (current?.state === 'talking') {
    if (current.heldBy === 'us' || current.heldBy === 'both') text = t('call.live.held', { name })
    else if (current.heldBy === 'peer') text = t('call.live.heldByPeer', { name })
    else if (current.isMuted) text = t('call.live.muted')
    else text = t('call.live.talking', { name })
  }
  return (
    <>
      <div className="hidden-visually" role="status" aria-live="polite">
        {text}
      </div>
      <div className="hidden-visually" aria-live="assertive">
        {waiting && t('call.live.incoming', { name: nameOf(waiting) })}
      </div>
    </>
  )
}
