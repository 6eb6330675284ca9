// RFC 3261 figure 7 with RFC 6026, arrow by arrow.
import { test } from 'node:test'
import { ms } from '@rufwerk/core'
import {
  type InviteServerState,
  NEW_INVITE_SERVER,
  stepInviteServer,
} from '../../src/transaction/invite-server.ts'
import type { ServerInput } from '../../src/transaction/machine.ts'
import { ACK, AGAIN, BROKEN, checks, fired, give, type Row as MachineRow, START } from './transaction-rows.ts'

const TRYING = NEW_INVITE_SERVER
const PROCEEDING: InviteServerState = { name: 'proceeding' }
const COMPLETED: InviteServerState = { name: 'completed', intervalG: ms(500) }
const SLOW: InviteServerState = { name: 'completed', intervalG: ms(4000) }
const CONFIRMED: InviteServerState = { name: 'confirmed' }
const ACCEPTED: InviteServerState = { name: 'accepted' }

type Row = MachineRow<InviteServerState, ServerInput>

const UDP: Row[] = [
  ['TX-IS1 100 is due in 200 ms', TRYING, START, 'trying', '+T200'],
  ['TX-IS1 timer T sends 100', TRYING, fired('T'), 'proceeding', 'trying'],
  ['TX-IS1 the INVITE again brings it at once', TRYING, AGAIN, 'proceeding', '-T trying'],
  ['TX-IS2 1xx is sent instead of 100', TRYING, give(180), 'proceeding', '-T new'],
  ['TX-IS2 further 1xx', PROCEEDING, give(183), 'proceeding', 'new'],
  ['TX-IS3 the INVITE again gets the last 1xx', PROCEEDING, AGAIN, 'proceeding', 'last'],
  ['TX-IS4 2xx is accepted, not repeated here', TRYING, give(200), 'accepted', '-T new +L32000'],
  ['TX-IS4 2xx after 1xx', PROCEEDING, give(200), 'accepted', 'new +L32000'],
  ['TX-IS5 refusal arms G and H', PROCEEDING, give(486), 'completed', 'new +H32000 +G500'],
  ['TX-IS5 refusal at once', TRYING, give(401), 'completed', '-T new +H32000 +G500'],
  ['TX-IS6 transport error ends it', PROCEEDING, BROKEN, 'terminated', 'transport'],
  ['TX-IS7 the INVITE again gets the refusal again', COMPLETED, AGAIN, 'completed', 'last'],
  ['TX-IS8 timer G doubles', COMPLETED, fired('G'), 'completed', 'last +G1000'],
  ['TX-IS8 timer G stops at T2', SLOW, fired('G'), 'completed', 'last +G4000'],
  ['TX-IS9 ACK stops it', COMPLETED, ACK, 'confirmed', '-G -H +I5000'],
  ['TX-IS10 timer H gives up', COMPLETED, fired('H'), 'terminated', '-G timeout'],
  ['TX-IS6 transport error of the refusal', COMPLETED, BROKEN, 'terminated', '-G -H transport'],
  ['TX-IS11 a second final response is ignored', COMPLETED, give(200), 'completed', ''],
  ['TX-IS12 ACK again is absorbed', CONFIRMED, ACK, 'confirmed', ''],
  ['TX-IS12 INVITE again is absorbed', CONFIRMED, AGAIN, 'confirmed', ''],
  ['TX-IS12 timer I forgets', CONFIRMED, fired('I'), 'terminated', ''],
  ['TX-IS13 INVITE again is absorbed after 2xx', ACCEPTED, AGAIN, 'accepted', ''],
  ['TX-IS14 2xx again is sent', ACCEPTED, give(200), 'accepted', 'new'],
  ['TX-IS11 refusal after 2xx is ignored', ACCEPTED, give(487), 'accepted', ''],
  ['TX-IS15 ACK with the branch of the INVITE goes up', ACCEPTED, ACK, 'accepted', 'deliver'],
  ['TX-IS16 timer L forgets', ACCEPTED, fired('L'), 'terminated', ''],
  ['TX-IS16 transport error does not', ACCEPTED, BROKEN, 'accepted', ''],
  ['TX-IS17 ACK before a final response means nothing', PROCEEDING, ACK, 'proceeding', ''],
]

const TCP: Row[] = [
  ['TX-IS18 no timer G', PROCEEDING, give(486), 'completed', 'new +H32000'],
  ['TX-IS18 timer I is zero', COMPLETED, ACK, 'terminated', '-H'],
  ['TX-IS18 timer H stays', COMPLETED, fired('H'), 'terminated', 'timeout'],
]

for (const { name, check } of checks(stepInviteServer, { UDP, TCP })) test(name, check)
