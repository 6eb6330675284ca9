// How many endpoints are joined: a figure for whoever watches.
import type { EndpointId } from '@rufwerk/core'
import type { AudioSource } from '@rufwerk/media-control'

/** Pairs of which at least one hears the other. An endpoint that hears itself is no pair. */
export function countBridges(endpoints: ReadonlyMap<EndpointId, { readonly source: AudioSource }>): number {
  let mutual = 0
  let oneWay = 0
  for (const [id, { source }] of endpoints) {
    if (source.type !== 'endpoint' || source.endpoint === id) continue
    const back = endpoints.get(source.endpoint)?.source
    if (back === undefined) continue
    if (back.type === 'endpoint' && back.endpoint === id) mutual += 1
    else oneWay += 1
  }
  return mutual / 2 + oneWay
}
