// Attended transfer started by SIPp: it has two calls of its own and connects them by REFER with Replaces.
// baresip is the one who is transferred and the one who takes the call; each hears the other afterwards.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { freePorts } from '../support/ports.ts'
import { type Person, Server } from '../support/server.ts'
import { startSipp } from '../support/sipp.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'

const BEN_HZ = 1000
const CLEO_HZ = 1500
const LISTEN_MS = 2000

const server = await Server.start()
test.after(() => server.stop())
const [benPerson = server.admin, cleoPerson = server.admin] = server.colleagues

async function phone(person: Person, toneHz: number): Promise<Baresip> {
  return Baresip.start(await person.addPhone('Desk'), { transport: 'udp', toneHz, answers: 'auto' })
}

test('two calls of SIPp become one of the two others, and both of its own end', async (t) => {
  const account = await server.admin.addPhone('Ada')
  const ben = await phone(benPerson, BEN_HZ)
  const cleo = await phone(cleoPerson, CLEO_HZ)
  const own = { account, transport: 'udp' } as const
  const consulting = startSipp({
    ...{ ...own, scenario: 'uac-consult-expect-bye', port: await freePorts(1), dials: '102' },
  })
  t.after(() => Promise.all([ben.stop(), cleo.stop(), consulting.stop()]))
  const other = await until('the call to Cleo', () => consulting.told() || undefined)
  const referring = startSipp({
    ...{ ...own, scenario: 'uac-refer-replaces-expect-bye', port: await freePorts(1), dials: '101' },
    replaces: encodeURIComponent(other),
  })
  t.after(() => referring.stop())
  await Promise.all([consulting.succeeded(), referring.succeeded()])
  await sleep(SETTLE_MS)
  const one = { who: 'who was transferred', phone: ben, hertz: BEN_HZ }
  await assertBothHear(one, { who: 'who took the call', phone: cleo, hertz: CLEO_HZ }, LISTEN_MS)
  assert.deepEqual([ben.count('CALL_ESTABLISHED'), cleo.count('CALL_ESTABLISHED')], [1, 1])
  ben.hangUp()
  await cleo.waitFor('CALL_CLOSED')
})
