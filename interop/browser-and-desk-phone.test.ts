// A browser and a desk phone (baresip) through Rufwerk: Opus and G.711 transcoded, G.711 on both sides
// relayed, hold from either end, keys both ways.
import assert from 'node:assert/strict'
import test from 'node:test'
import { BrowserPhone } from './support/chromium.ts'
import { BROWSER_HZ, DESK_HZ, LISTEN_MS, openCouple } from './support/couple.ts'
import {
  assertAllHear,
  assertBothHear,
  assertHearsMusic,
  assertKeysHeard,
  assertPacketsOfTalk,
  measured,
  SETTLE_MS,
} from './support/sound.ts'
import { sleep } from './support/wait.ts'

const { server, desk, browser } = await openCouple(test)

/** Connects both, does something in the call, and hangs up whatever happened. `caller` says who dials. */
async function inCall(
  caller: 'browser' | 'desk',
  act: () => Promise<void>,
  page: BrowserPhone = browser,
): Promise<void> {
  const established = desk.count('CALL_ESTABLISHED') + 1
  const incoming = desk.count('CALL_INCOMING') + 1
  const closed = desk.count('CALL_CLOSED') + 1
  try {
    if (caller === 'browser') {
      await page.dial('101')
      await desk.waitFor('CALL_INCOMING', incoming)
      desk.accept()
    } else {
      desk.dial('100')
      await page.answer()
    }
    await Promise.all([page.waitUntilTalking(), desk.waitFor('CALL_ESTABLISHED', established)])
    await sleep(SETTLE_MS)
    await act()
  } finally {
    if (desk.count('CALL_CLOSED') < closed) desk.hangUp()
    await page.endAllCalls()
    await desk.waitFor('CALL_CLOSED', closed)
  }
}

function bothHear(when: string, page: BrowserPhone = browser): Promise<void> {
  const atPage = { who: 'browser', phone: page, hertz: BROWSER_HZ }
  return assertBothHear(atPage, { who: 'desk phone', phone: desk, hertz: DESK_HZ }, LISTEN_MS, when)
}

test('the browser calls the desk phone, which hangs up: both hear each other', () =>
  inCall('browser', async () => {
    await bothHear('in the call')
    desk.hangUp()
    await browser.waitUntilOver()
  }))

test('the desk phone calls the browser, which hangs up: both hear each other', () =>
  inCall('desk', async () => {
    await bothHear('in the call')
    await browser.hangUp()
    await browser.waitUntilOver()
  }))

const codecs = [
  { name: 'Opus in the browser and G.711 at the desk phone are transcoded', codec: 'opus', isRelayed: false },
  { name: 'G.711 on both sides is relayed', codec: 'PCMA', isRelayed: true },
]
for (const { name, codec, isRelayed } of codecs)
  test(name, async (t) => {
    const ben = server.colleagues[1] ?? server.admin
    const before = await ben.calls()
    const page = await BrowserPhone.start(server, ben, BROWSER_HZ, { codec })
    t.after(() => page.stop())
    await inCall('browser', () => bothHear(name, page), page)
    const legs = await ben.legsOfNewCall(before)
    const found = legs.map(({ role, quality }) => `${role} ${quality.codec} ${quality.isRelayed}`)
    assert.deepEqual(found.sort(), [`callee PCMA ${isRelayed}`, `caller ${codec} ${isRelayed}`])
  })

test('the browser holds and resumes', () =>
  inCall('browser', async () => {
    await browser.hold()
    await sleep(SETTLE_MS)
    await assertHearsMusic({ who: 'desk phone on hold', phone: desk }, BROWSER_HZ, 2000)
    await browser.resume()
    await sleep(SETTLE_MS)
    await bothHear('after resume')
  }))

test('the desk phone holds and resumes', () => measured(() => inCall('desk', deskHoldsAndResumes)))

async function deskHoldsAndResumes(): Promise<void> {
  const held = performance.now()
  desk.hold()
  await sleep(SETTLE_MS)
  await assertHearsMusic({ who: 'browser on hold', phone: browser }, DESK_HZ, 2000)
  const resumed = performance.now()
  desk.resume()
  await sleep(SETTLE_MS)
  const ear = { who: 'browser after resume', phone: browser, right: DESK_HZ, wrong: BROWSER_HZ }
  await assertAllHear([ear], LISTEN_MS)
  const ms = { talked: SETTLE_MS + performance.now() - resumed, held: resumed - held }
  const closed = desk.count('CALL_CLOSED') + 1
  desk.hangUp()
  await desk.waitFor('CALL_CLOSED', closed)
  await sleep(SETTLE_MS)
  assertPacketsOfTalk(desk.packetsReceived(), ms)
}

test('keys pressed in the browser arrive at the desk phone', () =>
  inCall('browser', async () => {
    const before = desk.keys()
    for (const key of ['5', '9']) {
      await browser.press(key)
      await sleep(700)
    }
    assert.equal(desk.keys().slice(before.length), '59')
  }))

test('keys pressed at the desk phone are heard in the browser', () =>
  inCall('desk', () => assertKeysHeard('browser', browser, (key) => desk.press(key))))
