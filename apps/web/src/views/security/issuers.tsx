// Whose advisories count, proven by what; how it went when they were asked what is new; letting one go.
import type { FleetAdvisories } from '@rufwerk/contract/fleet'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { securityApi } from '../../platform/security-api.ts'
import { showMoment } from '../../state/time.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale } from '../use-services.ts'
import { PinIssuer } from './pin-issuer.tsx'
import styles from './security.module.css'

interface IssuersProps {
  readonly issuers: FleetAdvisories['issuers']
  readonly suggested: { readonly namespace: string; readonly folder: string } | undefined
  readonly onPinned: () => void
}

export function Issuers({ issuers, suggested, onPinned }: IssuersProps) {
  const words = useSecurityWords().advisoriesPage
  const client = useQueryClient()
  const unpin = useMutation({
    mutationFn: securityApi.unpin,
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ['advisories'] }).catch(() => undefined)
      client.invalidateQueries({ queryKey: ['exposure'] }).catch(() => undefined)
    },
  })
  return (
    <section className={styles.block} aria-label={words.issuers}>
      <h3>{words.issuers}</h3>
      {issuers.length === 0 && <p className={styles.soft}>{words.issuersNone}</p>}
      <ul className={styles.devices}>
        {issuers.map((issuer) => (
          <IssuerRow
            key={issuer.namespace}
            issuer={issuer}
            isBusy={unpin.isPending}
            onUnpin={() => unpin.mutate(issuer.namespace)}
          />
        ))}
      </ul>
      {issuers.some(({ provider }) => provider !== undefined) && <Poll />}
      {unpin.data && (
        <div role="status">
          <Notice kind="note">{words.unpinned}</Notice>
        </div>
      )}
      {unpin.error && <Failure error={unpin.error} />}
      <PinIssuer key={suggested?.namespace ?? ''} suggested={suggested} onPinned={onPinned} />
    </section>
  )
}

interface IssuerRowProps {
  readonly issuer: FleetAdvisories['issuers'][number]
  readonly isBusy: boolean
  readonly onUnpin: () => void
}

function IssuerRow({ issuer, isBusy, onUnpin }: IssuerRowProps) {
  const words = useSecurityWords().advisoriesPage
  const locale = useLocale()
  const { namespace, addresses, keys, feed } = issuer
  return (
    <li className={styles.device}>
      <div className={styles.deviceWords}>
        <span className={styles.deviceName}>{namespace}</span>
        {addresses.map((address) => (
          <p key={address} className={styles.soft}>
            {address}
          </p>
        ))}
        {keys.length === 0 && <p>{words.byFolder}</p>}
        {keys.map((key) => (
          <p key={key}>
            {words.byKey} <code className={styles.code}>{key}</code>
          </p>
        ))}
        {feed && (
          <p className={feed.problem === undefined ? undefined : styles.affected}>
            {words.asked(showMoment(feed.askedAt, locale), feed.listed, feed.missedTotal)}
            {feed.problem !== undefined && ` ${words.feedProblems[feed.problem] ?? feed.problem}`}
          </p>
        )}
      </div>
      <IconButton
        icon="trash"
        kind="danger"
        label={words.unpinName(namespace)}
        disabled={isBusy}
        onClick={onUnpin}
      />
    </li>
  )
}

/** Asking now what is new; it happens once an hour by itself. */
function Poll() {
  const words = useSecurityWords().advisoriesPage
  const client = useQueryClient()
  const poll = useMutation({
    mutationFn: securityApi.pollAdvisories,
    onSuccess: () => {
      for (const key of ['advisories', 'exposure', 'quarantine'])
        client.invalidateQueries({ queryKey: [key] }).catch(() => undefined)
    },
  })
  return (
    <>
      <div className={styles.actions}>
        <Button disabled={poll.isPending} onClick={() => poll.mutate()}>
          {words.poll}
        </Button>
      </div>
      {poll.data && (
        <div role="status">
          <Notice kind="note">
            <p>{words.polled(poll.data.counts)}</p>
            {poll.data.acted && <p>{words.acted(poll.data.acted.stopped, poll.data.acted.missing)}</p>}
          </Notice>
        </div>
      )}
      {poll.error && <Failure error={poll.error} />}
    </>
  )
}
