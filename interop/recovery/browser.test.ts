// A browser and a desk phone (baresip, UDP) in a call while call control, then the media process is killed:
// the page opens its WebSocket again by itself, sound goes on or is back, hold and the end of the call work.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { BrowserPhone } from '../support/chromium.ts'
import { pidOf, runningWith } from '../support/processes.ts'
import { Server } from '../support/server.ts'
import { assertAllHear, assertHears, assertHearsSomethingElse } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'

const BROWSER_HZ = 600
const DESK_HZ = 1000
const SETTLE_MS = 700
const BACK_MS_MAX = 20_000
/** The page waits 1 to 10 s between attempts; the server gives it 32 s. */
const PAGE_BACK_MS = 12_000
/** From the new media process to sound. */
const SOUND_BACK_MS = 3_000

test('a call between a browser and a desk phone outlives call control, then the media process', async (t) => {
  const server = await Server.start()
  const account = await (server.colleagues[0] ?? server.admin).addPhone('Desk of Ben')
  const desk = await Baresip.start(account, { transport: 'udp', toneHz: DESK_HZ })
  const browser = await BrowserPhone.start(server, server.admin, BROWSER_HZ)
  t.after(async () => {
    await Promise.all([browser.stop(), desk.stop()])
    await server.stop()
  })
  const mark = `"httpPort":${new URL(server.origin).port},`
  const assertBothHear = (when: string): Promise<void> => {
    const ears = [
      { who: `browser ${when}`, phone: browser, right: DESK_HZ, wrong: BROWSER_HZ },
      { who: `desk phone ${when}`, phone: desk, right: BROWSER_HZ, wrong: DESK_HZ },
    ]
    return assertAllHear(ears, 3000)
  }
  const kill = async (part: 'server' | 'media'): Promise<void> => {
    const before = pidOf(part, mark)
    process.kill(before, 'SIGKILL')
    const now = () => runningWith(mark).find((running) => running.part === part)?.pid
    await until(`another ${part}`, () => (now() ?? before) !== before, BACK_MS_MAX)
  }
  await browser.dial('101')
  await desk.waitFor('CALL_INCOMING')
  desk.accept()
  await Promise.all([browser.waitUntilTalking(), desk.waitFor('CALL_ESTABLISHED')])
  await sleep(SETTLE_MS)
  await assertBothHear('before')

  const [heard] = await Promise.all([desk.listen(5_000), kill('server')])
  assertHears('desk phone while call control is away', heard, BROWSER_HZ, DESK_HZ)
  await sleep(PAGE_BACK_MS)
  await assertBothHear('after call control')
  await browser.hold()
  await sleep(SETTLE_MS)
  assertHearsSomethingElse('desk phone on hold', await desk.listen(2000), BROWSER_HZ)
  await browser.resume()
  await sleep(2 * SETTLE_MS)
  await assertBothHear('after resume')

  await kill('media')
  await sleep(SOUND_BACK_MS)
  await assertBothHear('after the media process')
  desk.hangUp()
  await browser.waitUntilOver()
  const records = await until('the record', async () => {
    const calls = await server.admin.calls()
    return calls.length > 0 && calls
  })
  assert.deepEqual(
    records.map(({ cause, endedBy }) => [cause, endedBy]),
    [[16, 'callee']],
  )
})
