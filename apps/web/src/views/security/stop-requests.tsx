// What waits for a second person: who asked for what, and agreeing to it or taking it back.
import type { Quarantine, QuarantineActed } from '@rufwerk/contract/quarantine'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { failureOf } from '../../platform/api.ts'
import { securityApi } from '../../platform/security-api.ts'
import { showMoment } from '../../state/time.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useSession } from '../use-services.ts'
import styles from './security.module.css'
import { whoseDevice } from './stops-section.tsx'

type Request = Quarantine['requests'][number]
type Act = { readonly type: 'agree' | 'withdraw'; readonly id: string }

export function StopRequests({ requests }: { requests: readonly Request[] }) {
  const words = useSecurityWords()
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: ({ type, id }: Act): Promise<QuarantineActed> =>
      type === 'agree' ? securityApi.agree(id) : securityApi.withdraw(id),
    onSuccess: () => {
      // The button that had it is gone.
      document.getElementById('content')?.focus()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['quarantine'] }),
  })
  return (
    <>
      {act.data && <ActOutcome acted={act.data} isWithdrawn={act.variables?.type === 'withdraw'} />}
      {act.error &&
        (failureOf(act.error) === 'conflict' ? (
          <Notice kind="problem">{words.requests.samePerson}</Notice>
        ) : (
          <Failure error={act.error} />
        ))}
      {requests.length > 0 && (
        <section className={styles.block} aria-label={words.requests.title}>
          <h3>{words.requests.title}</h3>
          {requests.map((request) => (
            <RequestCard key={request.id} request={request} isBusy={act.isPending} onAct={act.mutate} />
          ))}
        </section>
      )}
    </>
  )
}

function ActOutcome({ acted, isWithdrawn }: { acted: QuarantineActed; isWithdrawn: boolean }) {
  const words = useSecurityWords()
  const { stopped, released, waits } = acted
  return (
    <div role="status">
      <Notice kind={waits ? 'warning' : 'good'}>
        {isWithdrawn && <p>{words.requests.withdrawn}</p>}
        {stopped > 0 && <p>{words.stopped(stopped)}</p>}
        {released > 0 && <p>{words.requests.released(released)}</p>}
        {waits && <p>{words.waits(waits.missing)}</p>}
      </Notice>
    </div>
  )
}

interface RequestCardProps {
  readonly request: Request
  readonly isBusy: boolean
  readonly onAct: (act: Act) => void
}

function RequestCard({ request, isBusy, onAct }: RequestCardProps) {
  const words = useSecurityWords()
  const { person } = useSession()
  const when = showMoment(request.at, useLocale())
  const { id, does, devices, by, why, missing } = request
  const isOwn = by === person.name
  return (
    <div className={styles.card}>
      <div>
        <p className={styles.deviceName}>{words.requests[does](devices.length)}</p>
        <p className={styles.soft}>{words.requests.by(by, when)}</p>
      </div>
      <p>{why}</p>
      <details>
        <summary>{words.requests.whom}</summary>
        <ul className={styles.plainList}>
          {devices.map((device) => (
            <li key={device.device}>{whoseDevice(device, words)}</li>
          ))}
        </ul>
      </details>
      <p className={styles.soft}>{isOwn ? words.requests.own : words.waits(missing)}</p>
      <div className={`${styles.actions} ${styles.unprinted}`}>
        {!isOwn && (
          <Button
            kind={does === 'stop' ? 'red' : 'primary'}
            disabled={isBusy}
            onClick={() => onAct({ type: 'agree', id })}
          >
            {words.requests.agree}
          </Button>
        )}
        <Button disabled={isBusy} onClick={() => onAct({ type: 'withdraw', id })}>
          {words.requests.withdraw}
        </Button>
      </div>
    </div>
  )
}
