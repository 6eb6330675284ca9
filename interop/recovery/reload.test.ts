// A browser and a desk phone (baresip, UDP) in a call while the page of the browser is loaded anew: the new
// page gets the call back by itself, with sound both ways, its length, its name, and what was held or muted.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { BrowserPhone } from '../support/chromium.ts'
import { type Person, Server } from '../support/server.ts'
import { assertAllHear, assertHearsSomethingElse } from '../support/sound.ts'
import { heard } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'

const BROWSER_HZ = 600
const DESK_HZ = 1000
const SETTLE_MS = 700
const LISTEN_MS = 3_000
/** How long the call lasts before the page goes: its record has to count that. */
const TALKED_MS = 4_000

interface Scene {
  readonly server: Server
  readonly desk: Baresip
  readonly browser: BrowserPhone
  readonly owner: Person
}

async function scene(t: TestContext): Promise<Scene> {
  const server = await Server.start()
  const owner = server.colleagues[0] ?? server.admin
  const account = await owner.addPhone('Desk of Ben')
  const desk = await Baresip.start(account, { transport: 'udp', toneHz: DESK_HZ })
  const browser = await BrowserPhone.start(server, server.admin, BROWSER_HZ)
  t.after(async () => {
    await Promise.all([browser.stop(), desk.stop()])
    await server.stop()
  })
  return { server, desk, browser, owner }
}

async function talk({ desk, browser }: Scene): Promise<void> {
  await browser.dial('101')
  await desk.waitFor('CALL_INCOMING')
  desk.accept()
  await Promise.all([browser.waitUntilTalking(), desk.waitFor('CALL_ESTABLISHED')])
  await sleep(SETTLE_MS)
}

function assertBothHear({ browser, desk }: Scene, when: string): Promise<void> {
  const ears = [
    { who: `browser ${when}`, phone: browser, right: DESK_HZ, wrong: BROWSER_HZ },
    { who: `desk phone ${when}`, phone: desk, right: BROWSER_HZ, wrong: DESK_HZ },
  ]
  return assertAllHear(ears, LISTEN_MS)
}

/** Loads the page anew, and gives how long it took until it talked again. */
async function reload({ browser }: Scene): Promise<number> {
  const startedAt = performance.now()
  await browser.page.reload()
  await browser.waitUntilTalking()
  return performance.now() - startedAt
}

test('a call outlives two reloads of its page, with sound, length and name', async (t) => {
  const s = await scene(t)
  const { server, desk, browser } = s
  const startedAt = performance.now()
  await talk(s)
  await assertBothHear(s, 'before')
  await sleep(TALKED_MS)
  for (const when of ['after the first reload', 'after the second reload']) {
    t.diagnostic(`the call was back ${Math.round(await reload(s))} ms after the reload began`)
    await sleep(SETTLE_MS)
    await assertBothHear(s, when)
    const bar = browser.page.getByRole('region', { name: 'Current call' })
    assert.match(await bar.innerText(), /Ben/)
    const length = await bar.getByRole('timer').innerText()
    const [minutes = 0, seconds = 0] = length.split(':').map(Number)
    const lastedS = (performance.now() - startedAt) / 1000
    assert.ok(minutes * 60 + seconds >= TALKED_MS / 1000 && minutes * 60 + seconds <= lastedS, length)
  }
  await browser.press('5')
  await browser.hangUp()
  await desk.waitFor('CALL_CLOSED')
  const lastedMs = performance.now() - startedAt
  const records = await until('the record', async () => {
    const calls = await server.admin.calls()
    return calls.length > 0 && calls
  })
  assert.deepEqual(
    records.map(({ cause, endedBy }) => [cause, endedBy]),
    [[16, 'caller']],
  )
  const [record] = records
  assert.ok(record)
  const talkedMs = Number(record.endedAt) - Number(record.answeredAt)
  assert.ok(talkedMs > TALKED_MS + 3 * LISTEN_MS && talkedMs <= lastedMs, `${talkedMs} ms`)
})

test('a call that is held or muted comes back so; another tab takes nothing', async (t) => {
  const s = await scene(t)
  const { desk, browser } = s
  await talk(s)
  await browser.hold()
  await sleep(SETTLE_MS)
  const otherTab = await browser.page.context().newPage()
  await otherTab.goto(`${s.server.origin}/`)
  await otherTab.getByText('Ready', { exact: true }).waitFor()
  await browser.page.bringToFront()
  await browser.page.reload()
  const resume = browser.page.getByRole('button', { name: 'Resume', exact: true })
  await resume.first().waitFor()
  await sleep(2 * SETTLE_MS)
  assertHearsSomethingElse('desk phone on hold', await desk.listen(LISTEN_MS), BROWSER_HZ)
  await browser.resume()
  await sleep(2 * SETTLE_MS)
  await assertBothHear(s, 'after the hold')

  await browser.mute()
  await reload(s)
  await browser.page.getByRole('button', { name: 'Unmute', exact: true }).first().waitFor()
  await sleep(SETTLE_MS)
  assert.equal(heard(await desk.listen(LISTEN_MS), BROWSER_HZ).share, 0)
  const ear = { who: 'browser that is muted', phone: browser, right: DESK_HZ, wrong: BROWSER_HZ }
  await assertAllHear([ear], LISTEN_MS)
  await browser.page.getByRole('button', { name: 'Unmute', exact: true }).first().click()
  await sleep(SETTLE_MS)
  await assertBothHear(s, 'after the mute')
  assert.equal(await otherTab.getByRole('button', { name: 'Hang up', exact: true }).count(), 0)
  desk.hangUp()
  await browser.waitUntilOver()
})
