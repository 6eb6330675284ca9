// One page of what is open, so that it fits into a message of the control stream.
import type { Instant } from '@rufwerk/core'
import {
  type EndpointSnapshot,
  type Reply,
  SNAPSHOT_BYTES_MAX,
  SNAPSHOT_ENDPOINTS_MAX,
} from '@rufwerk/media-control'

export interface Described {
  /** Grows with each endpoint that is opened. */
  readonly key: number
  snapshot(now: Instant): EndpointSnapshot
}

/**
 * `endpoints` in the order of their keys; the page begins after the key `from`. An endpoint that no message
 * could hold is left out: nobody can claim it, so it is closed, and the rest is not held up.
 */
export function snapshotPage(endpoints: Iterable<Described>, from: number, now: Instant): Reply {
  const listed: EndpointSnapshot[] = []
  let bytes = 0
  let left = 0
  let last = from
  for (const endpoint of endpoints) {
    if (endpoint.key <= from) continue
    if (left > 0) {
      left += 1
      continue
    }
    const described = endpoint.snapshot(now)
    const size = Buffer.byteLength(JSON.stringify(described)) + 1
    if (size > SNAPSHOT_BYTES_MAX) continue
    if (listed.length === SNAPSHOT_ENDPOINTS_MAX || bytes + size > SNAPSHOT_BYTES_MAX) {
      left = 1
      continue
    }
    listed.push(described)
    bytes += size
    last = endpoint.key
  }
  return { type: 'snapshot', endpoints: listed, left, ...(left > 0 ? { next: last } : {}) }
}
