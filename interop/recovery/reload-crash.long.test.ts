// A page in a call is loaded anew, and call control crashes while it is asked to take its call back, or has
// just done so: the call goes on.
import test from 'node:test'
import { bothHear, type Couple, onlyRecord, openCouple, talk } from '../support/couple.ts'
import { pidOf, untilReplaced } from '../support/processes.ts'
import { untilHealthy } from '../support/server.ts'
import { SETTLE_MS } from '../support/sound.ts'
import { sleep } from '../support/wait.ts'

/** The microphone of a page takes so long: then there is time to be asked and not to have answered. */
const SLOW_MS = 2_500
const BACK_MS_MAX = 20_000

/** In the page, before its own scripts. */
function slowMicrophone(slowMs: number): void {
  const { mediaDevices } = navigator as unknown as {
    readonly mediaDevices: { getUserMedia(wanted: unknown): Promise<unknown> }
  }
  const open = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = (wanted) =>
    new Promise((resolve) => setTimeout(resolve, slowMs)).then(() => open(wanted))
}

/** The first message on the phone's WebSocket that is like this, sent or received. */
function messageLike({ page }: Couple['browser'], pattern: RegExp): Promise<void> {
  return new Promise((resolve) => {
    page.on('websocket', (socket) => {
      const look = ({ payload }: { payload: string | Buffer }): void => {
        if (pattern.test(String(payload))) resolve()
      }
      socket.on('framereceived', look)
      socket.on('framesent', look)
    })
  })
}

for (const [when, pattern] of [
  ['is asked to take its call back', /^INVITE [\s\S]*^Target-Dialog:/im],
  ['has just taken it back', /^SIP\/2\.0 200 [\s\S]*^CSeq: \d+ INVITE/im],
] as const)
  test(`call control crashes when the page that was loaded anew ${when}: the call goes on`, async (t) => {
    const couple = await openCouple(t)
    const { server, browser, desk } = couple
    await talk(couple)
    await browser.page.addInitScript(slowMicrophone, SLOW_MS)
    const moment = messageLike(browser, pattern)
    await browser.page.reload()
    await moment
    const mark = `"httpPort":${new URL(server.origin).port},`
    const before = pidOf('server', mark)
    process.kill(before, 'SIGKILL')
    const startedAt = performance.now()
    await untilReplaced('server', mark, before, BACK_MS_MAX)
    await untilHealthy(server.origin, BACK_MS_MAX)
    await browser.page.getByText(/Your call continues/).waitFor({ state: 'detached', timeout: BACK_MS_MAX })
    await browser.waitUntilTalking()
    await browser.page.getByText('Reconnecting…').first().waitFor({ state: 'detached' })
    t.diagnostic(`the call was back ${Math.round(performance.now() - startedAt)} ms after the crash`)
    await sleep(SLOW_MS + SETTLE_MS)
    await bothHear(couple, 'after the crash')
    desk.hangUp()
    await browser.waitUntilOver()
    await onlyRecord(couple, 'callee')
  })
