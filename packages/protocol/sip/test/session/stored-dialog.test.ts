import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, wallTime } from '@rufwerk/core'
import { dialogFromResponse, mayInvite, newInviteUsage, nextRequest } from '@rufwerk/sip'
import {
  type DialogState,
  NO_SESSION_TIMER,
  restoreDialog,
  serialiseDialog,
  stepSessionTimer,
} from '@rufwerk/sip/session'
import fc from 'fast-check'
import { requestWith, responseWith } from '../messages.ts'

const INVITE = requestWith('INVITE', 'Contact: <sip:101@192.0.2.7>')
const OK = responseWith(200, ['Record-Route: <sip:p1;lr>', 'Contact: <sip:102@192.0.2.8>'])

function talking(): DialogState {
  const dialog = dialogFromResponse(INVITE, OK)
  assert(dialog.ok)
  const usage = { ...newInviteUsage(true), isEstablished: true, acknowledgedSeq: 1 }
  return { dialog: dialog.value, usage, timer: NO_SESSION_TIMER }
}

/** Stored at second 0 of this process and one wall clock, read `laterS` seconds later by another process. */
function restarted(state: DialogState, laterS = 0) {
  const stored: unknown = JSON.parse(JSON.stringify(serialiseDialog(state, instant(500_000), wallTime(1e12))))
  return restoreDialog(stored, instant(7000), wallTime(1e12 + laterS * 1000))
}

test('STO-1 a dialog comes back with its tags, routes and target, and makes requests', () => {
  const state = talking()
  const back = restarted(state)
  assert(back.ok)
  const { localSeq: _before, ...rest } = state.dialog
  const { localSeq: _after, ...same } = back.value.dialog
  assert.deepEqual(same, rest)
  const { request } = nextRequest(back.value.dialog, 'BYE')
  assert.deepEqual(request.headers.all('route'), ['<sip:p1;lr>'])
})

test('STO-2 the local CSeq jumps by 1,000', () => {
  const back = restarted(talking())
  assert(back.ok)
  assert.equal(nextRequest(back.value.dialog, 'BYE').request.headers.cseq.seq, 1002)
})

test('STO-3 nothing is under way any more; whose Call-ID it is and the last ACK are remembered', () => {
  const busy = talking()
  const usage = { ...busy.usage, offer: 'local' as const, sent: { seq: 6, exchange: 'open' as const } }
  const back = restarted({ ...busy, usage })
  assert(back.ok)
  assert(mayInvite(back.value.usage))
  assert.deepEqual([back.value.usage.isOwner, back.value.usage.acknowledgedSeq], [true, 1])
  const early = { ...talking().dialog, state: 'early' as const }
  const ringing = restarted({ dialog: early, usage: newInviteUsage(false), timer: NO_SESSION_TIMER })
  assert(ringing.ok && !ringing.value.usage.isEstablished && !ringing.value.usage.isOwner)
})

test('STO-4 the session timer goes on where it was, whatever the clocks of both processes show', () => {
  const agreement = { intervalS: 1800, refresher: 'us' } as const
  const timer = { state: 'on', agreement, since: instant(400_000) } as const // 100 s before it is stored.
  const left = (laterS: number) => {
    const back = restarted({ ...talking(), timer }, laterS)
    assert(back.ok)
    const { out } = stepSessionTimer(back.value.timer, { type: 'resumed' }, instant(7000))
    return out.map((output) => (output.type === 'arm' ? output.after / 1000 : output.type))
  }
  assert.deepEqual(left(20), [780, 1648])
  assert.deepEqual(left(5000), [0, 0])
  // The wall clock was set back by an hour.
  assert.deepEqual(left(-3600), [900, 1768])
})

test('STO-5 less than 2 kB, and no more than what is named', () => {
  const stored = serialiseDialog(talking(), instant(0), wallTime(0))
  assert.deepEqual(Object.keys(stored), ['version', 'dialog', 'isOwner', 'acknowledgedSeq'])
  assert(JSON.stringify(stored).length < 2000)
})

test('STO-6 a later version and what does not fit is refused, and never throws', () => {
  const stored = serialiseDialog(talking(), instant(0), wallTime(0))
  const read = (value: unknown) => {
    const result = restoreDialog(value, instant(0), wallTime(0))
    return result.ok ? 'ok' : result.error
  }
  assert.equal(read(stored), 'ok')
  assert.equal(read({ ...stored, version: 2 }), 'version')
  const { dialog } = stored
  for (const bad of [
    undefined,
    [],
    { ...stored, version: 0 },
    { ...stored, isOwner: 1 },
    { ...stored, acknowledgedSeq: -1 },
    { ...stored, session: { intervalS: 1, refresher: 'us', since: 0 } },
    { ...stored, session: { intervalS: 90, refresher: 'them', since: 0 } },
    { ...stored, dialog: { ...dialog, remoteTarget: 'nonsense' } },
    { ...stored, dialog: { ...dialog, routeSet: ['<sip:'] } },
    { ...stored, dialog: { ...dialog, localSeq: 2 ** 31 - 10 } },
    { ...stored, dialog: { ...dialog, callId: undefined } },
  ])
    assert.equal(read(bad), 'unreadable')
  fc.assert(
    fc.property(fc.jsonValue(), (value) => read(value) !== 'ok'),
    { numRuns: 200 },
  )
})
