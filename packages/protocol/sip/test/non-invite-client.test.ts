// RFC 3261 figure 6, arrow by arrow.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ms } from '@rufwerk/core'
import {
  NEW_NON_INVITE_CLIENT,
  type NonInviteClientState,
  stepNonInviteClient,
} from '../src/transaction/non-invite-client.ts'
import type { ClientInput, Effect, Timer } from '../src/transaction/timers.ts'

const TRYING = NEW_NON_INVITE_CLIENT
const SLOW: NonInviteClientState = { name: 'trying', intervalE: ms(4000) }
const PROCEEDING: NonInviteClientState = { name: 'proceeding' }
const COMPLETED: NonInviteClientState = { name: 'completed' }
const START: ClientInput = { type: 'start' }
const BROKEN: ClientInput = { type: 'transport-failed' }
const got = (status: number): ClientInput => ({ type: 'response', status })
const fired = (timer: Timer): ClientInput => ({ type: 'timer', timer })

function word(effect: Effect): string {
  if (effect.type === 'send') return effect.what
  if (effect.type === 'arm') return `+${effect.timer}${effect.after}`
  if (effect.type === 'disarm') return `-${effect.timer}`
  return effect.type === 'fail' ? effect.why : 'deliver'
}

type Row = [
  rule: string,
  from: NonInviteClientState,
  input: ClientInput,
  isReliable: boolean,
  to: string,
  out: string,
]

const ROWS: Row[] = [
  ['TX-NC1 sends and arms E and F', TRYING, START, false, 'trying', 'request +E500 +F32000'],
  ['TX-NC2 timer E doubles', TRYING, fired('E'), false, 'trying', 'request +E1000'],
  ['TX-NC2 timer E stops at T2', SLOW, fired('E'), false, 'trying', 'request +E4000'],
  ['TX-NC2 timer E is T2 after 1xx', PROCEEDING, fired('E'), false, 'proceeding', 'request +E4000'],
  ['TX-NC3 timer F gives up', TRYING, fired('F'), false, 'terminated', '-E timeout'],
  ['TX-NC3 timer F gives up after 1xx', PROCEEDING, fired('F'), false, 'terminated', '-E timeout'],
  ['TX-NC4 1xx goes up', TRYING, got(100), false, 'proceeding', 'deliver'],
  [
    'TX-NC5 final response waits timer K, not D',
    TRYING,
    got(200),
    false,
    'completed',
    '-E -F +K5000 deliver',
  ],
  ['TX-NC5 final response after 1xx', PROCEEDING, got(404), false, 'completed', '-E -F +K5000 deliver'],
  ['TX-NC6 repeated response is absorbed', COMPLETED, got(200), false, 'completed', ''],
  ['TX-NC7 timer K forgets', COMPLETED, fired('K'), false, 'terminated', ''],
  ['TX-NC8 transport error ends it', TRYING, BROKEN, false, 'terminated', '-E -F transport'],
  ['TX-NC9 no timer E on TCP', TRYING, START, true, 'trying', 'request +F32000'],
  ['TX-NC9 timer K is zero on TCP', TRYING, got(200), true, 'terminated', '-F deliver'],
  ['TX-NC9 timer F on TCP', TRYING, fired('F'), true, 'terminated', 'timeout'],
]

for (const [rule, from, input, isReliable, to, out] of ROWS) {
  test(`${rule} (${from.name})`, () => {
    const step = stepNonInviteClient(from, input, isReliable)
    assert.equal(step.state.name, to)
    assert.equal(step.out.map(word).join(' '), out)
  })
}
