// transcoded-call: CPU of the media process per call between a browser (Opus over WebRTC) and a phone
// (G.711), at 60 calls on one core. Asterisk is the peer of later rows; here the calls per core count.
import { measureMedia } from '../support/media-load.ts'
import type { Row } from '../support/row.ts'

const CALLS = 60
const SECONDS = 8
/** Below this share of packets a call has not kept up. */
const LEAST_SHARE = 0.97

export async function transcode(): Promise<Row[]> {
  const { share, leastShare } = await measureMedia('opus-load.ts', { calls: CALLS, seconds: SECONDS })
  const perCall = (share * 1000) / CALLS
  const ok = leastShare >= LEAST_SHARE && share < 1
  const perCore = Math.floor(1000 / perCall)
  const kept = `the worst call got ${(100 * leastShare).toFixed(1)} % of its packets`
  return [
    {
      row: 'transcoded-call',
      value: perCall,
      unit: 'ms CPU per call and s',
      peer: null,
      ratio: null,
      target: `≥ ${CALLS} calls on a core`,
      ok,
      notes: `${CALLS} calls took ${(100 * share).toFixed(0)} % of a core (${perCore} would fill it); ${kept}`,
    },
  ]
}
