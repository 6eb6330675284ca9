// What became of stopping: how many, what waits for a second person, and whom the server cannot stop.
import { Link } from 'wouter'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { Notice } from '../ui/notice.tsx'

export interface Stopped {
  readonly stopped: number
  readonly waits?: { readonly missing: number } | undefined
  /** Affected devices without an account here. */
  readonly without?: number
}

export function StopOutcome({ outcome: { stopped, waits, without = 0 } }: { outcome: Stopped }) {
  const words = useSecurityWords()
  const isDone = stopped > 0 && waits === undefined && without === 0
  return (
    <div role="status">
      <Notice kind={isDone ? 'good' : 'warning'}>
        <p>{words.stopped(stopped)}</p>
        {waits && (
          <p>
            {words.waits(waits.missing)} <Link href="/security/stops">{words.toRequests}</Link>
          </p>
        )}
        {without > 0 && <p>{words.without(without)}</p>}
      </Notice>
    </div>
  )
}
