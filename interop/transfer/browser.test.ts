// Transfers by the buttons of the web app, between two desk phones (baresip) that hear each other afterwards.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { BrowserPhone } from '../support/chromium.ts'
import { type Person, Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep } from '../support/wait.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const CLEO_HZ = 1500
const LISTEN_MS = 2000
/** Nobody has it. */
const NOBODY = '777'

let server: Server
let browser: BrowserPhone
let ben: Baresip
let cleo: Baresip

before(async () => {
  server = await Server.start()
  const [first, second] = server.colleagues
  assert.ok(first && second)
  const phone = async (person: Person, toneHz: number) =>
    Baresip.start(await person.addPhone('Desk'), { transport: 'udp', toneHz, answers: 'auto' })
  ben = await phone(first, BEN_HZ)
  cleo = await phone(second, CLEO_HZ)
  browser = await BrowserPhone.start(server, server.admin, ADA_HZ)
})

after(async () => {
  await Promise.all([browser?.stop(), ben?.stop(), cleo?.stop()])
  await server?.stop()
})

async function assertConnected(): Promise<void> {
  await browser.waitUntilOver()
  await sleep(SETTLE_MS)
  const one = { who: 'who was transferred', phone: ben, hertz: BEN_HZ }
  await assertBothHear(one, { who: 'who took the call', phone: cleo, hertz: CLEO_HZ }, LISTEN_MS)
  ben.hangUp()
  await cleo.waitFor('CALL_CLOSED')
}

test('attended: a word with the second one, then both go on without the page', async () => {
  await browser.dial('101')
  await browser.waitUntilTalking()
  await browser.consult('102')
  await browser.connectBoth()
  await browser.page.getByText('Transferred to', { exact: false }).first().waitFor()
  await assertConnected()
})

test('blind: a number that nobody has gives the call back, another one takes it', async () => {
  await browser.dial('101')
  await browser.waitUntilTalking()
  await browser.transfer(NOBODY)
  await browser.page.getByText(`${NOBODY} could not be reached.`, { exact: false }).first().waitFor()
  await sleep(SETTLE_MS)
  const page = { who: 'who wanted to transfer', phone: browser, hertz: ADA_HZ }
  await assertBothHear(page, { who: 'who stays', phone: ben, hertz: BEN_HZ }, LISTEN_MS)
  await browser.transfer('102')
  await assertConnected()
})
