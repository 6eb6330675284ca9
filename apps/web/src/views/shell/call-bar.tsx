// The call bar: who, how long, how well, and what one can do. On every page as long as there is a call.
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../state/call.ts'
import { isFailure } from '../../state/call.ts'
import { showNumber } from '../../state/number.ts'
import { currentCall, isWaiting } from '../../state/phone.ts'
import { showLength } from '../../state/time.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { optional } from '../ui/optional.ts'
import { QualityWord } from '../ui/quality-line.tsx'
import { useNow, useReadable, useServices, useSession } from '../use-services.ts'
import { useEndSentence, useNameOf } from './announcer.tsx'
import styles from './call-bar.module.css'
import { CallKeypad } from './call-keypad.tsx'

// Not needed for the first load.
const CallRecording = optional(() => import('./call-recording.tsx').then((views) => views.CallRecording))
const TransferDialog = optional(() => import('./transfer-dialog.tsx').then((views) => views.TransferDialog))

export function CallBar() {
  const { t } = useTranslation()
  const nameOf = useNameOf()
  const { phone } = useServices()
  const { calls } = useReadable(phone.state)
  const [keypadOf, setKeypadOf] = useState('')
  const [transferOf, setTransferOf] = useState('')
  const call = currentCall(calls)
  if (!call) return null
  const others = calls.filter(
    (other) => other.id !== call.id && other.state === 'talking' && !isWaiting(other),
  )
  const isKeypadOpen = keypadOf === call.id && call.state === 'talking'
  return (
    <section className={styles.bar} aria-label={t('call.bar')}>
      {call.state === 'ended' ? (
        <EndedCall call={call} />
      ) : (
        <GoingCall
          call={call}
          isKeypadOpen={isKeypadOpen}
          onKeypad={() => setKeypadOf(isKeypadOpen ? '' : call.id)}
          onTransfer={() => setTransferOf(call.id)}
        />
      )}
      <Suspense>
        <CallRecording call={call} />
      </Suspense>
      {isKeypadOpen && <CallKeypad key={call.id} call={call.id} />}
      {transferOf === call.id && call.state === 'talking' && (
        <Suspense>
          <TransferDialog call={call} onClose={() => setTransferOf('')} />
        </Suspense>
      )}
      {others.length > 0 && (
        <ul className={styles.others} aria-label={t('call.others')}>
          {others.map((other) => (
            <li key={other.id} className={styles.other}>
              <Icon name="pause" size={16} />
              <span className={styles.otherName}>{t('call.held', { name: nameOf(other) })}</span>
              {isSpeaking(call) && (
                <Button
                  size="small"
                  kind="plain"
                  icon="transfer"
                  aria-label={t('call.connectBoth', { name: nameOf(other), other: nameOf(call) })}
                  onClick={() => phone.connect(other.id, call.id)}
                >
                  {t('action.connect')}
                </Button>
              )}
              <Button size="small" kind="quiet" icon="play" onClick={() => phone.toggleHold(other.id)}>
                {t('action.resume')}
              </Button>
              <IconButton
                size="small"
                kind="danger"
                icon="hangUp"
                label={`${t('action.hangUp')}: ${nameOf(other)}`}
                onClick={() => phone.hangUp(other.id)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

interface GoingCallProps {
  readonly call: Call
  readonly isKeypadOpen: boolean
  readonly onKeypad: () => void
  readonly onTransfer: () => void
}

function GoingCall({ call, isKeypadOpen, onKeypad, onTransfer }: GoingCallProps) {
  const { t } = useTranslation()
  const nameOf = useNameOf()
  const { phone } = useServices()
  const { tenant } = useSession()
  const name = nameOf(call)
  const number = showNumber(call.party.number, tenant.country)
  const isTalking = call.state === 'talking'
  const isHeld = isTalking && (call.heldBy === 'us' || call.heldBy === 'both')
  return (
    <div className={styles.line}>
      <div className={styles.who}>
        <Avatar name={name} />
        <div className={styles.words}>
          <p className={styles.name}>{name}</p>
          <p className={styles.sub}>
            {number !== name && <span className={styles.number}>{number}</span>}
            <CallStateWord call={call} />
          </p>
        </div>
      </div>
      {isTalking && (
        <div className={styles.facts}>
          <CallLength since={call.since} />
          {call.heldBy === 'nobody' && <QualityWord quality={call.quality} />}
        </div>
      )}
      <div className={styles.actions}>
        {isTalking && (
          <>
            <IconButton
              icon={call.isMuted ? 'micOff' : 'mic'}
              label={call.isMuted ? t('action.unmute') : t('action.mute')}
              word={call.isMuted ? t('call.unmuteWord') : t('call.muteWord')}
              isOn={call.isMuted}
              aria-keyshortcuts="Alt+M"
              onClick={() => phone.toggleMute(call.id)}
            />
            <IconButton
              icon={isHeld ? 'play' : 'pause'}
              label={isHeld ? t('action.resume') : t('action.hold')}
              word={isHeld ? t('action.resume') : t('action.hold')}
              isOn={isHeld}
              aria-keyshortcuts="Alt+H"
              onClick={() => phone.toggleHold(call.id)}
            />
            <IconButton
              icon="keypad"
              label={t('action.keypad')}
              word={t('action.keypad')}
              isOn={isKeypadOpen}
              aria-expanded={isKeypadOpen}
              onClick={onKeypad}
            />
            <IconButton
              icon="transfer"
              label={t('action.transfer')}
              word={t('action.transfer')}
              aria-haspopup="dialog"
              disabled={call.transfer?.state === 'asked'}
              onClick={onTransfer}
            />
          </>
        )}
        <Button kind="red" icon="hangUp" aria-keyshortcuts="Alt+X" onClick={() => phone.hangUp(call.id)}>
          {isTalking || call.direction === 'incoming' ? t('action.hangUp') : t('action.cancelCall')}
        </Button>
      </div>
    </div>
  )
}

function EndedCall({ call }: { call: Call }) {
  const { t } = useTranslation()
  const nameOf = useNameOf()
  const { phone } = useServices()
  const sentence = useEndSentence(call)
  const hasFailed = isFailure(call)
  const talkedMs = call.state === 'ended' ? call.talkedMs : undefined
  const isTransferred = call.state === 'ended' && call.end.reason === 'transferred'
  const canRetry = call.direction === 'outgoing' && hasFailed
  return (
    <div className={`${styles.line} ${styles.endedLine}`}>
      <div className={styles.who}>
        <span className={`${styles.endIcon} ${hasFailed ? styles.failed : ''}`}>
          <Icon name={hasFailed ? 'warning' : 'check'} />
        </span>
        <div className={styles.words}>
          <p className={styles.name}>{nameOf(call)}</p>
          <p className={styles.sentence}>
            {talkedMs === undefined || hasFailed || isTransferred
              ? sentence
              : t('call.endedAfter', { length: showLength(talkedMs) })}
          </p>
        </div>
      </div>
      {canRetry && (
        <div className={styles.retry}>
          <Button icon="phone" isWide onClick={() => phone.dial(call.party.number, call.party.name)}>
            {t('action.callAgain')}
          </Button>
        </div>
      )}
      <div className={styles.dismiss}>
        <IconButton icon="close" label={t('action.dismiss')} onClick={() => phone.dismiss(call.id)} />
      </div>
    </div>
  )
}

/** What the call is doing, as a word. */
export function CallStateWord({ call }: { call: Call }) {
  const { t } = useTranslation()
  switch (call.state) {
    case 'preparing':
    case 'calling':
    case 'answering':
      return <span>{t(`call.${call.state}`)}</span>
    case 'ringing':
      return <span>{t(call.isAudible ? 'call.announcement' : 'call.ringing')}</span>
    case 'ended':
      return <span>{t('call.ended')}</span>
    case 'talking': {
      const { transfer } = call
      if (transfer) {
        const word = transfer.state === 'asked' ? 'call.transferring' : 'call.transferFailed'
        return (
          <span className={styles.waiting}>{t(word, { to: transfer.to.name ?? transfer.to.number })}</span>
        )
      }
      if (call.isReturning) return <span className={styles.waiting}>{t('call.returning')}</span>
      const held = { nobody: '', us: 'heldByUs', peer: 'heldByPeer', both: 'heldByBoth' }[call.heldBy]
      if (held) return <span className={styles.waiting}>{t(`call.${held}`)}</span>
      if (call.isMuted) return <span className={styles.waiting}>{t('call.muted')}</span>
      return <span>{t('call.talking')}</span>
    }
  }
}

/** Both sides hear each other. */
function isSpeaking(call: Call): boolean {
  return call.state === 'talking' && call.heldBy === 'nobody' && call.transfer?.state !== 'asked'
}

export function CallLength({ since }: { since: number }) {
  const { t } = useTranslation()
  const now = useNow(true)
  return (
    <span className={styles.length} role="timer" aria-label={t('call.length')}>
      {showLength(now - since)}
    </span>
  )
}
