// RFC 3261 figure 8, arrow by arrow.
import { test } from 'node:test'
import type { ServerInput } from '../../src/transaction/machine.ts'
import {
  NEW_NON_INVITE_SERVER,
  type NonInviteServerState,
  stepNonInviteServer,
} from '../../src/transaction/non-invite-server.ts'
import { AGAIN, BROKEN, checks, fired, give, type Row as MachineRow, START } from './transaction-rows.ts'

const TRYING = NEW_NON_INVITE_SERVER
const PROCEEDING: NonInviteServerState = { name: 'proceeding' }
const COMPLETED: NonInviteServerState = { name: 'completed' }

type Row = MachineRow<NonInviteServerState, ServerInput>

const UDP: Row[] = [
  ['TX-NS1 waits for an answer, not for ever', TRYING, START, 'trying', '+S32000'],
  ['TX-NS1 nobody answered', TRYING, fired('S'), 'terminated', 'timeout'],
  ['TX-NS2 the request again is absorbed', TRYING, AGAIN, 'trying', ''],
  ['TX-NS3 1xx', TRYING, give(100), 'proceeding', 'new'],
  ['TX-NS3 the request again gets the last 1xx', PROCEEDING, AGAIN, 'proceeding', 'last'],
  ['TX-NS4 final response arms J', TRYING, give(200), 'completed', '-S new +J32000'],
  ['TX-NS4 final response after 1xx', PROCEEDING, give(404), 'completed', '-S new +J32000'],
  ['TX-NS5 the request again gets it again', COMPLETED, AGAIN, 'completed', 'last'],
  ['TX-NS6 a second final response is ignored', COMPLETED, give(500), 'completed', ''],
  ['TX-NS7 timer J forgets', COMPLETED, fired('J'), 'terminated', ''],
  ['TX-NS8 transport error ends it', PROCEEDING, BROKEN, 'terminated', '-S transport'],
  ['TX-NS8 transport error of the response', COMPLETED, BROKEN, 'terminated', '-J transport'],
]

const TCP: Row[] = [['TX-NS9 timer J is zero on TCP', TRYING, give(200), 'terminated', '-S new']]

for (const { name, check } of checks(stepNonInviteServer, { UDP, TCP })) test(name, check)
