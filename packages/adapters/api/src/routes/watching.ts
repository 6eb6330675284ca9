// What programs that watch the server ask for, outside the interface of the app: /healthz for everybody who
// may reach us, /metrics for loopback and the addresses that were named. Neither holds a name or a secret.
import { PATHS } from '@rufwerk/contract'
import { refusalPage } from '../error.ts'
import { isLoopback, type Peer } from '../peer.ts'
import type { OperationsPort } from '../ports.ts'

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const RETRY_AFTER_SECONDS = '5'

/** Undefined: another path. */
export function watchingResponse(
  pathname: string,
  peer: Peer,
  operations: OperationsPort | undefined,
): Response | undefined {
  if (operations === undefined) return undefined
  if (pathname === PATHS.healthz) return healthResponse(operations)
  if (pathname !== PATHS.metrics) return undefined
  // As if it were not there: who may not read it need not know of it.
  if (!isLoopback(peer.address) && !operations.mayReadMetrics(peer.address))
    return refusalPage({ code: 'not-found' })
  return new Response(operations.metrics(), { headers: { 'content-type': METRICS_TYPE } })
}

function healthResponse(operations: OperationsPort): Response {
  const reasons = operations.notReady()
  const headers = { 'content-type': 'application/json' }
  if (reasons.length === 0) return new Response('{"status":"ready"}\n', { headers })
  return new Response(`${JSON.stringify({ status: 'not-ready', reasons })}\n`, {
    status: 503,
    headers: { ...headers, 'retry-after': RETRY_AFTER_SECONDS },
  })
}
