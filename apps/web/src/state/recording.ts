// Whether a call is recorded. The phone knows its calls by itself, the server says what is recorded; a call
// of the page is found again among those by who is at the other side.
import type { CallView } from '@rufwerk/contract'
import type { Call } from './call.ts'

export type RecordingAct = 'begin' | 'pause' | 'resume' | 'stop'

/** The server's view of a call of this page; undefined when there is none, or nobody can tell which it is. */
export function viewOfCall(
  call: Call,
  calls: readonly Call[],
  views: readonly CallView[],
): CallView | undefined {
  if (call.state !== 'talking') return undefined
  const talking = views.filter(({ state }) => state === 'talking')
  const same = talking.filter((view) => isAt(view, call))
  if (same.length > 0) return same.length === 1 ? same[0] : heldAlike(same, call)
  // Whoever was led elsewhere is at another number than the one that was called.
  const isAlone = calls.filter(({ state }) => state === 'talking').length === 1
  return isAlone && talking.length === 1 ? talking[0] : undefined
}

/** What can be done about its recording, in this order. */
export function actsOf({ recording, mayRecord }: CallView): readonly RecordingAct[] {
  switch (recording) {
    case 'on':
      return ['pause', 'stop']
    case 'paused':
      return ['resume', 'stop']
    case 'asking':
      return []
    case undefined:
      return mayRecord ? ['begin'] : []
  }
}

/** Which words say how it stands. `refused`: what was tried last and could not be done. */
export function wordsOf(state: CallView['recording'], refused: RecordingAct | undefined) {
  if (state === 'on' && refused === 'pause') return 'notPaused'
  if (state === 'paused' && refused === 'resume') return 'notResumed'
  if (state === undefined) return refused === undefined ? 'off' : 'failed'
  return state
}

function isAt(view: CallView, { direction, party }: Call): boolean {
  if (view.direction !== direction) return false
  return direction === 'outgoing'
    ? view.dialled === party.number || view.to?.extension === party.number
    : view.from.extension === party.number
}

/** The two of one number: one of them is on hold. */
function heldAlike(views: readonly CallView[], call: Call): CallView | undefined {
  const own = call.direction === 'outgoing' ? 'caller' : 'callee'
  const isHeld = call.state === 'talking' && (call.heldBy === 'us' || call.heldBy === 'both')
  const found = views.filter((view) => (view.heldBy === own) === isHeld)
  return found.length === 1 ? found[0] : undefined
}
