// conference: CPU of the media process per member and 20 ms frame, with 100 callers in one room who all send
// G.711, against the product's own cost of passing a packet on, in the same run.
import { measureMedia } from '../support/media-load.ts'
import { type Row, ratioRow } from '../support/row.ts'
import { measureRelayed } from './relay.ts'

const MEMBERS = 100
const SECONDS = 8
const FRAMES_PER_SECOND = 50
/** Below this share of packets a member has not kept up. */
const LEAST_SHARE = 0.97

export async function conference(): Promise<Row[]> {
  const relayed = await measureRelayed()
  const { share, leastShare } = await measureMedia('room-load.ts', { calls: MEMBERS, seconds: SECONDS })
  const row = ratioRow({
    row: 'conference',
    value: (share * 1_000_000) / (MEMBERS * FRAMES_PER_SECOND),
    unit: 'µs CPU per member and frame',
    peer: { name: 'own relayed packet', value: relayed.us },
    ratioMax: 4,
    notes:
      `${MEMBERS} in a room, G.711, took ${(100 * share).toFixed(0)} % of a core; ` +
      `the worst got ${(100 * leastShare).toFixed(1)} % of its packets`,
  })
  return [{ ...row, ok: row.ok && leastShare >= LEAST_SHARE }]
}
