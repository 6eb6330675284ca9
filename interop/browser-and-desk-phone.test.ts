// A browser and a desk phone (baresip) through Rufwerk: Opus and G.711 transcoded, G.711 on both sides relayed,
// hold from either end, keys both ways.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from './support/baresip.ts'
import { BrowserPhone } from './support/chromium.ts'
import { Server } from './support/server.ts'
import { assertHears, assertHearsSomethingElse } from './support/sound.ts'
import { keysIn, type Window, windowsOf } from './support/tone.ts'
import { sleep } from './support/wait.ts'

const BROWSER_HZ = 600
const DESK_HZ = 1000
/** Until streams flow after an answer or a re-INVITE. */
const SETTLE_MS = 700

const server = await Server.start()
const account = await (server.colleagues[0] ?? server.admin).addPhone('Desk of Ben')
const desk = await Baresip.start(account, { transport: 'udp', toneHz: DESK_HZ })
const browser = await BrowserPhone.start(server, server.admin, BROWSER_HZ)
test.after(async () => {
  await Promise.all([browser.stop(), desk.stop()])
  await server.stop()
})

/** How many calls of the desk phone have been established so far. */
let deskCalls = 0

/** Both ends talk; `caller` says who dialled. */
async function connected(caller: 'browser' | 'desk', page: BrowserPhone = browser): Promise<void> {
  deskCalls++
  if (caller === 'browser') {
    await page.dial('101')
    await desk.waitFor('CALL_INCOMING', desk.events.filter(({ type }) => type === 'CALL_INCOMING').length + 1)
    desk.accept()
  } else {
    desk.dial('100')
    await page.answer()
  }
  await Promise.all([page.waitUntilTalking(), desk.waitFor('CALL_ESTABLISHED', deskCalls)])
  await sleep(SETTLE_MS)
}

/** What the desk phone hears from now on for so long. */
async function listenAtDesk(durationMs: number): Promise<Window[]> {
  const from = desk.heard().samples.length
  await sleep(durationMs)
  const { rate, samples } = desk.heard()
  return windowsOf({ rate, samples: samples.subarray(from) })
}

async function assertBothHear(when: string, page: BrowserPhone = browser): Promise<void> {
  const [atPage, atDesk] = await Promise.all([page.listen(3000), listenAtDesk(3000)])
  assertHears(`browser ${when}`, atPage, DESK_HZ, BROWSER_HZ)
  assertHears(`desk phone ${when}`, atDesk, BROWSER_HZ, DESK_HZ)
}

for (const caller of ['browser', 'desk'] as const)
  test(`the ${caller} calls: both hear each other`, async () => {
    await connected(caller)
    await assertBothHear('in the call')
    if (caller === 'browser') desk.hangUp()
    else await browser.hangUp()
    await browser.waitUntilOver()
    await desk.waitFor('CALL_CLOSED', deskCalls)
  })

test('Opus in the browser and G.711 at the desk phone are transcoded', async () => {
  const before = await server.admin.calls()
  const page = await BrowserPhone.start(server, server.admin, BROWSER_HZ, 'opus')
  await connected('browser', page)
  await assertBothHear('transcoded', page)
  await page.hangUp()
  await desk.waitFor('CALL_CLOSED', deskCalls)
  const legs = await server.admin.legsOfNewCall(before)
  await page.stop()
  assert.deepEqual(legs.map(({ quality }) => [quality.codec, quality.isRelayed]).sort(), [
    ['PCMA', false],
    ['opus', false],
  ])
})

test('G.711 on both sides is relayed', async () => {
  const before = await server.admin.calls()
  const page = await BrowserPhone.start(server, server.admin, BROWSER_HZ, 'PCMA')
  await connected('browser', page)
  await assertBothHear('in G.711', page)
  await page.hangUp()
  await desk.waitFor('CALL_CLOSED', deskCalls)
  const legs = await server.admin.legsOfNewCall(before)
  await page.stop()
  assert.deepEqual(
    legs.map(({ quality }) => [quality.codec, quality.isRelayed]),
    [
      ['PCMA', true],
      ['PCMA', true],
    ],
  )
})

test('the browser holds and resumes', async () => {
  await connected('browser')
  await browser.hold()
  await sleep(SETTLE_MS)
  assertHearsSomethingElse('desk phone on hold', await listenAtDesk(2000), BROWSER_HZ)
  await browser.resume()
  await sleep(SETTLE_MS)
  await assertBothHear('after resume')
  await browser.hangUp()
  await desk.waitFor('CALL_CLOSED', deskCalls)
})

test('the desk phone holds and resumes', async () => {
  await connected('desk')
  desk.hold()
  await sleep(SETTLE_MS)
  assertHearsSomethingElse('browser on hold', await browser.listen(2000), DESK_HZ)
  desk.resume()
  await sleep(SETTLE_MS)
  await assertBothHear('after resume')
  desk.hangUp()
  await browser.waitUntilOver()
})

test('keys pressed in the browser arrive at the desk phone', async () => {
  await connected('browser')
  const before = desk.keys()
  for (const key of ['5', '9']) {
    await browser.press(key)
    await sleep(700)
  }
  assert.equal(desk.keys().slice(before.length), '59')
  await browser.hangUp()
  await desk.waitFor('CALL_CLOSED', deskCalls)
})

test('keys pressed at the desk phone are heard in the browser', async () => {
  await connected('desk')
  const ears = browser.listen(3000)
  for (const key of ['5', '9']) {
    await sleep(700)
    desk.press(key)
  }
  assert.equal(keysIn(await ears), '59')
  desk.hangUp()
  await browser.waitUntilOver()
})
