// RFC 3261 figure 6, arrow by arrow.
import { test } from 'node:test'
import { ms } from '@rufwerk/core'
import type { ClientInput } from '../../src/transaction/machine.ts'
import {
  NEW_NON_INVITE_CLIENT,
  type NonInviteClientState,
  stepNonInviteClient,
} from '../../src/transaction/non-invite-client.ts'
import { BROKEN, checks, fired, got, type Row as MachineRow, START } from './transaction-rows.ts'

const TRYING = NEW_NON_INVITE_CLIENT
const SLOW: NonInviteClientState = { name: 'trying', intervalE: ms(4000) }
const PROCEEDING: NonInviteClientState = { name: 'proceeding' }
const COMPLETED: NonInviteClientState = { name: 'completed' }

type Row = MachineRow<NonInviteClientState, ClientInput>

const UDP: Row[] = [
  ['TX-NC1 sends and arms E and F', TRYING, START, 'trying', 'request +E500 +F32000'],
  ['TX-NC2 timer E doubles', TRYING, fired('E'), 'trying', 'request +E1000'],
  ['TX-NC2 timer E stops at T2', SLOW, fired('E'), 'trying', 'request +E4000'],
  ['TX-NC2 timer E is T2 after 1xx', PROCEEDING, fired('E'), 'proceeding', 'request +E4000'],
  ['TX-NC3 timer F gives up', TRYING, fired('F'), 'terminated', '-E timeout'],
  ['TX-NC3 timer F gives up after 1xx', PROCEEDING, fired('F'), 'terminated', '-E timeout'],
  ['TX-NC4 1xx goes up', TRYING, got(100), 'proceeding', 'deliver'],
  ['TX-NC5 final response waits timer K, not D', TRYING, got(200), 'completed', '-E -F +K5000 deliver'],
  ['TX-NC5 final response after 1xx', PROCEEDING, got(404), 'completed', '-E -F +K5000 deliver'],
  ['TX-NC6 repeated response is absorbed', COMPLETED, got(200), 'completed', ''],
  ['TX-NC7 timer K forgets', COMPLETED, fired('K'), 'terminated', ''],
  ['TX-NC8 transport error ends it', TRYING, BROKEN, 'terminated', '-E -F transport'],
]

const TCP: Row[] = [
  ['TX-NC9 no timer E on TCP', TRYING, START, 'trying', 'request +F32000'],
  ['TX-NC9 timer K is zero on TCP', TRYING, got(200), 'terminated', '-F deliver'],
  ['TX-NC9 timer F on TCP', TRYING, fired('F'), 'terminated', 'timeout'],
]

for (const { name, check } of checks(stepNonInviteClient, { UDP, TCP })) test(name, check)
