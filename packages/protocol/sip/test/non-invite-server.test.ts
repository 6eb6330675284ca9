// RFC 3261 figure 8, arrow by arrow.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  NEW_NON_INVITE_SERVER,
  type NonInviteServerState,
  stepNonInviteServer,
} from '../src/transaction/non-invite-server.ts'
import type { Effect, ServerInput, Timer } from '../src/transaction/timers.ts'

const TRYING = NEW_NON_INVITE_SERVER
const PROCEEDING: NonInviteServerState = { name: 'proceeding' }
const COMPLETED: NonInviteServerState = { name: 'completed' }
const START: ServerInput = { type: 'start' }
const AGAIN: ServerInput = { type: 'again' }
const BROKEN: ServerInput = { type: 'transport-failed' }
const give = (status: number): ServerInput => ({ type: 'respond', status })
const fired = (timer: Timer): ServerInput => ({ type: 'timer', timer })

function word(effect: Effect): string {
  if (effect.type === 'send') return effect.what
  if (effect.type === 'arm') return `+${effect.timer}${effect.after}`
  if (effect.type === 'disarm') return `-${effect.timer}`
  return effect.type === 'fail' ? effect.why : 'deliver'
}

type Row = [
  rule: string,
  from: NonInviteServerState,
  input: ServerInput,
  isReliable: boolean,
  to: string,
  out: string,
]

const ROWS: Row[] = [
  ['TX-NS1 waits for an answer, not for ever', TRYING, START, false, 'trying', '+S32000'],
  ['TX-NS1 nobody answered', TRYING, fired('S'), false, 'terminated', 'timeout'],
  ['TX-NS2 the request again is absorbed', TRYING, AGAIN, false, 'trying', ''],
  ['TX-NS3 1xx', TRYING, give(100), false, 'proceeding', 'new'],
  ['TX-NS3 the request again gets the last 1xx', PROCEEDING, AGAIN, false, 'proceeding', 'last'],
  ['TX-NS4 final response arms J', TRYING, give(200), false, 'completed', '-S new +J32000'],
  ['TX-NS4 final response after 1xx', PROCEEDING, give(404), false, 'completed', '-S new +J32000'],
  ['TX-NS5 the request again gets it again', COMPLETED, AGAIN, false, 'completed', 'last'],
  ['TX-NS6 a second final response is ignored', COMPLETED, give(500), false, 'completed', ''],
  ['TX-NS7 timer J forgets', COMPLETED, fired('J'), false, 'terminated', ''],
  ['TX-NS8 transport error ends it', PROCEEDING, BROKEN, false, 'terminated', '-S transport'],
  ['TX-NS8 transport error of the response', COMPLETED, BROKEN, false, 'terminated', '-J transport'],
  ['TX-NS9 timer J is zero on TCP', TRYING, give(200), true, 'terminated', '-S new'],
]

for (const [rule, from, input, isReliable, to, out] of ROWS) {
  test(`${rule} (${from.name})`, () => {
    const step = stepNonInviteServer(from, input, isReliable)
    assert.equal(step.state.name, to)
    assert.equal(step.out.map(word).join(' '), out)
  })
}
