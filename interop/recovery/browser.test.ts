// A browser and a desk phone in a call while call control, then the media process is killed: the page opens
// its WebSocket again by itself, sound goes on or is back, hold and the end of the call work.
import assert from 'node:assert/strict'
import test from 'node:test'
import { BROWSER_HZ, bothHear, DESK_HZ, onlyRecord, openCouple, talk } from '../support/couple.ts'
import { pidOf, untilReplaced } from '../support/processes.ts'
import { untilHealthy } from '../support/server.ts'
import { assertHears, assertHearsMusic, KILLS_MAX, measured, SETTLE_MS } from '../support/sound.ts'
import { sleep } from '../support/wait.ts'

const BACK_MS_MAX = 20_000
/** With a call up the page asks several times a second; the server gives it 32 s. */
const PAGE_BACK_MS_MAX = 12_000
/**
 * A question each 600 ms at least, a WebSocket, a REGISTER; JsSIP alone waits up to 7 s between two tries.
 */
const READY_MS_MAX = 3_000
/** From the new media process to sound. */
const SOUND_BACK_MS = 3_000

test('a call between a browser and a desk phone outlives call control, then the media process', async (t) => {
  const couple = await openCouple(t)
  const { server, desk, browser } = couple
  const mark = `"httpPort":${new URL(server.origin).port},`
  const kill = async (part: 'server' | 'media'): Promise<void> => {
    const before = pidOf(part, mark)
    process.kill(before, 'SIGKILL')
    await untilReplaced(part, mark, before, BACK_MS_MAX)
  }
  await talk(couple)
  await bothHear(couple, 'before')

  await measured(async () => {
    const [heard] = await Promise.all([desk.listen(5_000), kill('server')])
    await untilHealthy(server.origin, BACK_MS_MAX)
    assertHears('desk phone while call control is away', heard, BROWSER_HZ, DESK_HZ)
  }, KILLS_MAX)
  const banner = browser.page.getByText(/Your call continues/)
  await banner.waitFor({ state: 'detached', timeout: PAGE_BACK_MS_MAX })
  await sleep(SETTLE_MS)
  await bothHear(couple, 'after call control')
  await browser.hold()
  await sleep(SETTLE_MS)
  await assertHearsMusic({ who: 'desk phone on hold', phone: desk }, BROWSER_HZ, 2000)
  await browser.resume()
  await sleep(2 * SETTLE_MS)
  await bothHear(couple, 'after resume')

  await kill('media')
  await sleep(SOUND_BACK_MS)
  await bothHear(couple, 'after the media process')
  desk.hangUp()
  await browser.waitUntilOver()
  await onlyRecord(couple, 'callee')
})

test('a page without a call is there again soon after call control died', async (t) => {
  const { server, browser } = await openCouple(t)
  const mark = `"httpPort":${new URL(server.origin).port},`
  const ready = browser.page.getByText('Ready', { exact: true })
  const before = pidOf('server', mark)
  process.kill(before, 'SIGKILL')
  const killedAt = performance.now()
  await ready.waitFor({ state: 'detached' })
  await untilReplaced('server', mark, before, BACK_MS_MAX)
  await untilHealthy(server.origin, BACK_MS_MAX)
  const healthyMs = performance.now() - killedAt
  await ready.waitFor({ timeout: BACK_MS_MAX })
  const readyMs = performance.now() - killedAt
  t.diagnostic(`server ${Math.round(healthyMs)} ms, page ${Math.round(readyMs)} ms after the crash`)
  assert.ok(readyMs - healthyMs <= READY_MS_MAX, `${Math.round(readyMs - healthyMs)} ms after the server`)
})
