// A browser (extension 100) and a desk phone (101, baresip over UDP) that talk to each other.
import assert from 'node:assert/strict'
import { Baresip } from './baresip.ts'
import { BrowserPhone } from './chromium.ts'
import { type CallSummary, Server } from './server.ts'
import { assertBothHear, SETTLE_MS } from './sound.ts'
import { sleep, until } from './wait.ts'

export const BROWSER_HZ = 600
export const DESK_HZ = 1000
export const LISTEN_MS = 3_000
/** ITU-T Q.850: normal clearing. */
const NORMAL = 16

export interface Couple {
  readonly server: Server
  readonly desk: Baresip
  readonly browser: BrowserPhone
}

/** Ended with the test, or with the file where that is given. */
export async function openCouple(t: { after(end: () => Promise<void>): void }): Promise<Couple> {
  const server = await Server.start()
  const account = await (server.colleagues[0] ?? server.admin).addPhone('Desk of Ben')
  const desk = await Baresip.start(account, { transport: 'udp', toneHz: DESK_HZ })
  const browser = await BrowserPhone.start(server, server.admin, BROWSER_HZ)
  t.after(async () => {
    await Promise.all([browser.stop(), desk.stop()])
    await server.stop()
  })
  return { server, desk, browser }
}

/** The browser calls. */
export async function talk({ desk, browser }: Couple): Promise<void> {
  await browser.dial('101')
  await desk.waitFor('CALL_INCOMING')
  desk.accept()
  await Promise.all([browser.waitUntilTalking(), desk.waitFor('CALL_ESTABLISHED')])
  await sleep(SETTLE_MS)
}

export function bothHear({ browser, desk }: Couple, when: string): Promise<void> {
  const atPage = { who: 'browser', phone: browser, hertz: BROWSER_HZ }
  return assertBothHear(atPage, { who: 'desk phone', phone: desk, hertz: DESK_HZ }, LISTEN_MS, when)
}

/** The only record, of a call that one of them ended. */
export async function onlyRecord({ server }: Couple, endedBy: 'caller' | 'callee'): Promise<CallSummary> {
  const [record, ...more] = await until('the record', async () => {
    const calls = await server.admin.calls()
    return calls.length > 0 && calls
  })
  assert.ok(record)
  assert.deepEqual([record.cause, record.endedBy, more.length], [NORMAL, endedBy, 0])
  return record
}
