// A three-way conference with a leg to the outside: a desk phone talks with a colleague and with somebody
// behind a carrier, dials the code, and each hears the other two and not themselves. Who called them together
// may leave; when only the outside is left it ends.
import test, { type TestContext } from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { type Person, Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'
import { openLine } from '../trunks/line.ts'
import { assertMixes } from './mixes.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const OUTSIDE_HZ = 1500
const LISTEN_MS = 2000
/** The carrier speaks with half of the amplitude of the phones: a fifth of the power of both. */
const EACH_SHARE_MIN = 0.1
const ADDRESS = '127.0.0.84'
const OUTSIDE = '03012345678'

const server = await Server.start()
test.after(() => server.stop())

async function phone(t: TestContext, person: Person, toneHz: number): Promise<Baresip> {
  const account = await person.addPhone('Desk')
  const started = await Baresip.start(account, { transport: 'udp', toneHz, answers: 'auto' })
  t.after(() => started.stop())
  return started
}

test('one of the house, a colleague and the outside each hear the other two', async (t) => {
  const plan = { codes: [{ code: '*3', does: 'conference' }] }
  const carrier = await openLine(server, { address: ADDRESS, toneHz: OUTSIDE_HZ, plan })
  t.after(() => carrier.close())
  const ada = await phone(t, server.admin, ADA_HZ)
  const ben = await phone(t, server.colleagues[0] ?? server.admin, BEN_HZ)
  ada.dial('101')
  await ada.waitFor('CALL_ESTABLISHED')
  ada.hold()
  await sleep(SETTLE_MS)
  ada.dial(OUTSIDE)
  await ada.waitFor('CALL_ESTABLISHED', 2)
  await sleep(SETTLE_MS)
  const outside = { who: 'the outside', phone: carrier, hertz: OUTSIDE_HZ }
  await assertBothHear({ who: 'the phone', phone: ada, hertz: ADA_HZ }, outside, LISTEN_MS)
  ada.hold()
  await sleep(SETTLE_MS)
  ada.dial('*3')
  await ada.waitFor('CALL_ESTABLISHED', 3)
  await ada.waitFor('CALL_CLOSED', 2)
  await sleep(SETTLE_MS)
  const ears = [
    { who: 'who dialled the code', phone: ada, hears: [BEN_HZ, OUTSIDE_HZ], not: [ADA_HZ] },
    { who: 'the colleague', phone: ben, hears: [ADA_HZ, OUTSIDE_HZ], not: [BEN_HZ] },
    { who: 'the outside', phone: carrier, hears: [ADA_HZ, BEN_HZ], not: [OUTSIDE_HZ] },
  ]
  await assertMixes(ears, EACH_SHARE_MIN)

  ada.hangUp()
  await ada.waitFor('CALL_CLOSED', 3)
  await sleep(SETTLE_MS)
  await assertBothHear({ who: 'the colleague', phone: ben, hertz: BEN_HZ }, outside, LISTEN_MS)
  ben.hangUp()
  await until('the BYE to the carrier', () => carrier.of('BYE').length > 0)
})
