// RFC 3261 figure 5 with RFC 6026, arrow by arrow.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ms } from '@rufwerk/core'
import {
  type InviteClientState,
  NEW_INVITE_CLIENT,
  stepInviteClient,
} from '../../src/transaction/invite-client.ts'
import type { ClientInput } from '../../src/transaction/machine.ts'
import { BROKEN, checks, fired, got, type Row as MachineRow, START } from './transaction-rows.ts'

const CALLING = NEW_INVITE_CLIENT
const PROCEEDING: InviteClientState = { name: 'proceeding' }
const COMPLETED: InviteClientState = { name: 'completed' }
const ACCEPTED: InviteClientState = { name: 'accepted' }
const TERMINATED: InviteClientState = { name: 'terminated' }

type Row = MachineRow<InviteClientState, ClientInput>

const UDP: Row[] = [
  ['TX-IC1 sends and arms A and B', CALLING, START, 'calling', 'request +A500 +B32000'],
  ['TX-IC2 timer A sends again and doubles', CALLING, fired('A'), 'calling', 'request +A1000'],
  ['TX-IC3 timer B gives up', CALLING, fired('B'), 'terminated', '-A timeout'],
  ['TX-IC4 1xx stops sending', CALLING, got(100), 'proceeding', '-A -B deliver'],
  ['TX-IC5 2xx is accepted, no ACK from here', CALLING, got(200), 'accepted', '-A -B +M32000 deliver'],
  ['TX-IC6 3xx to 6xx is acknowledged', CALLING, got(486), 'completed', '-A -B ack +D32000 deliver'],
  ['TX-IC7 transport error ends it', CALLING, BROKEN, 'terminated', '-A -B transport'],
  ['TX-IC8 further 1xx go up', PROCEEDING, got(180), 'proceeding', 'deliver'],
  ['TX-IC5 2xx after 1xx', PROCEEDING, got(200), 'accepted', '-X +M32000 deliver'],
  ['TX-IC6 refusal after 1xx', PROCEEDING, got(487), 'completed', '-X ack +D32000 deliver'],
  ['TX-IC7 transport error after 1xx', PROCEEDING, BROKEN, 'terminated', '-X transport'],
  ['TX-IC9 no answer 64*T1 after CANCEL', PROCEEDING, fired('X'), 'terminated', 'timeout'],
  ['TX-IC10 repeated refusal gets the ACK again', COMPLETED, got(486), 'completed', 'ack'],
  ['TX-IC10 a late 1xx does not', COMPLETED, got(180), 'completed', ''],
  ['TX-IC10 a late 2xx does not', COMPLETED, got(200), 'completed', ''],
  ['TX-IC11 timer D forgets', COMPLETED, fired('D'), 'terminated', ''],
  ['TX-IC7 transport error of the ACK', COMPLETED, BROKEN, 'terminated', '-D transport'],
  ['TX-IC12 each further 2xx goes up', ACCEPTED, got(200), 'accepted', 'deliver'],
  ['TX-IC12 nothing else does', ACCEPTED, got(486), 'accepted', ''],
  ['TX-IC13 timer M forgets', ACCEPTED, fired('M'), 'terminated', ''],
  ['TX-IC14 nothing happens any more', TERMINATED, got(200), 'terminated', ''],
]

const TCP: Row[] = [
  ['TX-IC15 no timer A', CALLING, START, 'calling', 'request +B32000'],
  ['TX-IC15 timer D is zero', CALLING, got(404), 'terminated', '-B ack deliver'],
  ['TX-IC15 timer D is zero after 1xx', PROCEEDING, got(404), 'terminated', '-X ack deliver'],
  ['TX-IC15 timer M stays', CALLING, got(200), 'accepted', '-B +M32000 deliver'],
  ['TX-IC15 timer B ends it', CALLING, fired('B'), 'terminated', 'timeout'],
]

for (const { name, check } of checks(stepInviteClient, { UDP, TCP })) test(name, check)

test('TX-IC2 the interval of timer A grows without end', () => {
  const step = stepInviteClient({ name: 'calling', intervalA: ms(16_000) }, fired('A'), false)
  assert.deepEqual(step.state, { name: 'calling', intervalA: 32_000 })
})
