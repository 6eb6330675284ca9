// Which service of the house somebody answered for, as a fact of the call that a restart reads again.
import type { Why } from '@rufwerk/routing'
import type { CallEvent } from './ports.ts'
import type { ServiceNode } from './state.ts'

type Detail = NonNullable<CallEvent['detail']>

/** Queues have calls while somebody talks; boxes and rooms are with the caller alone. */
export function serviceDetail(node: ServiceNode): Detail {
  return node.do === 'queue' ? { service: 'queue', queue: node.queue } : {}
}

/** `why`: what led there. */
export function serviceOf(detail: Detail | undefined, why: Why): ServiceNode | undefined {
  if (detail?.service !== 'queue') return undefined
  return { do: 'queue', why, queue: String(detail.queue) }
}
