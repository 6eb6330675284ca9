// Transfers by codes, from a phone that has keys and nothing else: baresip joins its two calls, and leads
// somebody on blindly. Sound is measured between the two who are left.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { type PhoneAccount, Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep } from '../support/wait.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const CLEO_HZ = 1500
const LISTEN_MS = 2000
/** A key is pressed for 200 ms. */
const KEY_MS = 400

const server = await Server.start()
test.after(() => server.stop())
const [benPerson = server.admin, cleoPerson = server.admin] = server.colleagues
const accounts = {
  ada: await server.admin.addPhone('Ada'),
  ben: await benPerson.addPhone('Ben'),
  cleo: await cleoPerson.addPhone('Cleo'),
}
const plan = {
  codes: [
    { code: '*2', does: 'join' },
    { code: '##', does: 'transfer' },
  ],
}
await server.usePlan(plan)

const phone = (account: PhoneAccount, toneHz: number): Promise<Baresip> =>
  Baresip.start(account, { transport: 'udp', toneHz, answers: 'auto' })

async function press(ada: Baresip, keys: string): Promise<void> {
  for (const key of keys) {
    ada.press(key)
    await sleep(KEY_MS)
  }
}

for (const [what, keys] of [
  ['attended: *2 in the second call', '*2'],
  ['blind: ## and the number', '##102#'],
] as const)
  test(`${what}: the two others hear each other, the transferor is out`, async (t) => {
    const ada = await phone(accounts.ada, ADA_HZ)
    const ben = await phone(accounts.ben, BEN_HZ)
    const cleo = await phone(accounts.cleo, CLEO_HZ)
    t.after(() => Promise.all([ada.stop(), ben.stop(), cleo.stop()]))
    ada.dial('101')
    await ben.waitFor('CALL_ESTABLISHED')
    await ada.waitFor('CALL_ESTABLISHED')
    if (keys === '*2') {
      ada.hold()
      await sleep(SETTLE_MS)
      ada.dial('102')
      await ada.waitFor('CALL_ESTABLISHED', 2)
    }
    await sleep(SETTLE_MS)
    await press(ada, keys)
    await cleo.waitFor('CALL_ESTABLISHED')
    await ada.waitFor('CALL_CLOSED', keys === '*2' ? 2 : 1)
    await sleep(SETTLE_MS)
    const one = { who: 'who was transferred', phone: ben, hertz: BEN_HZ }
    await assertBothHear(one, { who: 'who took the call', phone: cleo, hertz: CLEO_HZ }, LISTEN_MS)
    ben.hangUp()
    await cleo.waitFor('CALL_CLOSED')
    assert.equal(cleo.count('CALL_ESTABLISHED'), 1)
  })
