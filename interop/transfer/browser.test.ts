// Attended transfer started in a browser: JsSIP of the page's own server, by REFER with Replaces, between two
// desk phones (baresip) that hear each other afterwards.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { BrowserPhone } from '../support/chromium.ts'
import { transferInPage } from '../support/page/jssip.ts'
import { Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { sleep } from '../support/wait.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const CLEO_HZ = 1500
const LISTEN_MS = 2000
const ASSETS = join(import.meta.dirname, '..', '..', 'apps', 'web', 'dist', 'assets')

test('attended, by JsSIP: both calls of the browser end, the desk phones hear each other', async (t) => {
  const server = await Server.start()
  const [ben = server.admin, cleo = server.admin] = server.colleagues
  const phone = (person: typeof ben, toneHz: number) =>
    person
      .addPhone('Desk')
      .then((account) => Baresip.start(account, { transport: 'udp', toneHz, answers: 'auto' }))
  const atBen = await phone(ben, BEN_HZ)
  const atCleo = await phone(cleo, CLEO_HZ)
  const browser = await BrowserPhone.start(server, server.admin, ADA_HZ)
  t.after(async () => {
    await Promise.all([browser.stop(), atBen.stop(), atCleo.stop()])
    await server.stop()
  })
  const file = readdirSync(ASSETS).find((name) => /^JsSIP-.*\.js$/.test(name))
  assert.ok(file, 'the web app is built')
  const told = await browser.page.evaluate(transferInPage, {
    library: `/assets/${file}`,
    numbers: ['101', '102'],
  } as const)
  assert.deepEqual(told.toSorted(), [
    ...['101 ended by remote', '102 ended by remote', 'accepted', 'requestSucceeded', 'trying'],
  ])
  await sleep(SETTLE_MS)
  const one = { who: 'who was transferred', phone: atBen, hertz: BEN_HZ }
  await assertBothHear(one, { who: 'who took the call', phone: atCleo, hertz: CLEO_HZ }, LISTEN_MS)
  atBen.hangUp()
  await atCleo.waitFor('CALL_CLOSED')
})
