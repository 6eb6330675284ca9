// A browser and a desk phone (baresip, UDP) in a call while the page of the browser is loaded anew: the new
// page gets the call back by itself, with sound both ways, its length, its name, and what was held or muted.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  BROWSER_HZ,
  bothHear,
  type Couple,
  DESK_HZ,
  LISTEN_MS,
  onlyRecord,
  openCouple,
  talk,
} from '../support/couple.ts'
import { assertAllHear, assertHearsMusic, SETTLE_MS } from '../support/sound.ts'
import { heard } from '../support/tone.ts'
import { sleep } from '../support/wait.ts'

/** How long the call lasts before the page goes: its record has to count that. */
const TALKED_MS = 4_000
/** The length on the screen is cut to seconds, and drawn once in a second. */
const SHOWN_MS = 2_000

/** Loads the page anew, and gives how long it took until it talked again. */
async function reload({ browser }: Couple): Promise<number> {
  const startedAt = performance.now()
  await browser.page.reload()
  await browser.waitUntilTalking()
  return performance.now() - startedAt
}

test('a call outlives two reloads of its page, with sound, length and name', async (t) => {
  const couple = await openCouple(t)
  const { desk, browser } = couple
  const startedAt = performance.now()
  await talk(couple)
  const talkedAt = performance.now()
  await bothHear(couple, 'before')
  await sleep(TALKED_MS)
  for (const when of ['after the first reload', 'after the second reload']) {
    t.diagnostic(`the call was back ${Math.round(await reload(couple))} ms after the reload began`)
    await sleep(SETTLE_MS)
    await bothHear(couple, when)
    const bar = browser.page.getByRole('region', { name: 'Current call' })
    assert.match(await bar.innerText(), /Ben/)
    const leastMs = performance.now() - talkedAt - SHOWN_MS
    const length = await bar.getByRole('timer').innerText()
    const [minutes = 0, seconds = 0] = length.split(':').map(Number)
    const shownMs = (minutes * 60 + seconds) * 1000
    assert.ok(shownMs >= leastMs && shownMs <= performance.now() - startedAt, length)
  }
  await browser.press('5')
  await browser.hangUp()
  await desk.waitFor('CALL_CLOSED')
  const lastedMs = performance.now() - startedAt
  const { answeredAt = 0, endedAt } = await onlyRecord(couple, 'caller')
  const talkedMs = endedAt - answeredAt
  assert.ok(talkedMs > TALKED_MS + 3 * LISTEN_MS && talkedMs <= lastedMs, `${talkedMs} ms`)
})

test('a call that is held or muted comes back so; another tab takes nothing', async (t) => {
  const couple = await openCouple(t)
  const { server, desk, browser } = couple
  await talk(couple)
  await browser.hold()
  await sleep(SETTLE_MS)
  const otherTab = await browser.page.context().newPage()
  await otherTab.goto(`${server.origin}/`)
  await otherTab.getByText('Ready', { exact: true }).waitFor()
  await browser.page.bringToFront()
  await browser.page.reload()
  const resume = browser.page.getByRole('button', { name: 'Resume', exact: true })
  await resume.first().waitFor()
  await browser.page.getByText('Reconnecting…').first().waitFor({ state: 'detached' })
  await sleep(2 * SETTLE_MS)
  await assertHearsMusic({ who: 'desk phone on hold', phone: desk }, BROWSER_HZ, LISTEN_MS)
  await browser.resume()
  await sleep(2 * SETTLE_MS)
  await bothHear(couple, 'after the hold')

  await browser.mute()
  await reload(couple)
  await browser.page.getByRole('button', { name: 'Unmute', exact: true }).first().waitFor()
  await sleep(SETTLE_MS)
  assert.equal(heard(await desk.listen(LISTEN_MS), BROWSER_HZ).share, 0)
  const ear = { who: 'browser that is muted', phone: browser, right: DESK_HZ, wrong: BROWSER_HZ }
  await assertAllHear([ear], LISTEN_MS)
  await browser.page.getByRole('button', { name: 'Unmute', exact: true }).first().click()
  await sleep(SETTLE_MS)
  await bothHear(couple, 'after the mute')
  assert.equal(await otherTab.getByRole('button', { name: 'Hang up', exact: true }).count(), 0)
  desk.hangUp()
  await browser.waitUntilOver()
})
