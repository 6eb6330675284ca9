// Runs inside the namespace of the phone at home, started by nat.test.ts: a server in the office, baresip
// here, Chromium on the computer beside it, one call each way. Prints what each heard as one line of JSON.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Baresip } from '../baresip.ts'
import { BrowserPhone } from '../chromium.ts'
import { Server } from '../server.ts'
import { isHeard, MEASUREMENTS_MAX, WRONG_SHARE_MAX } from '../sound.ts'
import { heard, loudest, type Window } from '../tone.ts'
import { sleep } from '../wait.ts'
import { OFFICE_PUBLIC, PHONE_ADDRESS, SERVER_ADDRESS } from './network.ts'

/** What the test tells us. */
export interface Order {
  readonly flags: readonly string[]
  readonly office: readonly string[]
  readonly computer: readonly string[]
  readonly transport: 'udp' | 'tcp'
  /** How long to let the phone idle between registering and the first call. */
  readonly idleMs: number
}

export interface Ear {
  /** Share of the time with the other's tone, and the mean share of the power that it had. */
  readonly right: number
  readonly purity: number
  /** Greatest share of power of its own tone in any window. */
  readonly wrong: number
  readonly windows: number
  /** The other's tone was there as it must be, for long enough. */
  readonly isWhole: boolean
}

export interface Report {
  readonly calls: readonly { readonly from: string; readonly browser: Ear; readonly desk: Ear }[]
  /** How the browser's path went. */
  readonly paths: readonly string[]
  readonly trouble?: string
}

const BROWSER_HZ = 600
const DESK_HZ = 1000
const SETTLE_MS = 1500
const LISTEN_MS = 4000
/** Three seconds. */
const WINDOWS_MIN = 15

function ear(windows: readonly Window[], right: number, wrong: number): Ear {
  const sound = heard(windows, right)
  const { share, purity, windows: count } = sound
  const isWhole = isHeard(sound) && count >= WINDOWS_MIN
  return { right: share, purity, wrong: loudest(windows, wrong), windows: count, isWhole }
}

type Measured = Report['calls'][number]

async function measure(from: string, browser: BrowserPhone, desk: Baresip): Promise<Measured> {
  const [atBrowser, atDesk] = await Promise.all([browser.listen(LISTEN_MS), desk.listen(LISTEN_MS)])
  return { from, browser: ear(atBrowser, DESK_HZ, BROWSER_HZ), desk: ear(atDesk, BROWSER_HZ, DESK_HZ) }
}

/** Something came and not all of it: as in sound.ts, that is measured again. */
function hasHoles({ browser, desk }: Measured): boolean {
  const ears = [browser, desk]
  const isWrong = ears.some(({ wrong }) => wrong > WRONG_SHARE_MAX)
  return !isWrong && ears.some(({ isWhole }) => !isWhole) && ears.some(({ right }) => right > 0)
}

async function measured(from: string, browser: BrowserPhone, desk: Baresip): Promise<Measured> {
  await sleep(SETTLE_MS)
  for (let count = 1; ; count++) {
    const one = await measure(from, browser, desk)
    if (count === MEASUREMENTS_MAX || !hasHoles(one)) return one
  }
}

/** The kinds of candidates that the browser's connection uses. */
function pathOf(browser: BrowserPhone): Promise<string> {
  return browser.page.evaluate(async () => {
    const world = globalThis as unknown as {
      connections: { getStats(): Promise<Map<string, Record<string, unknown>>> }[]
    }
    const stats = await world.connections.at(-1)?.getStats()
    if (!stats) return 'none'
    const values = [...stats.values()]
    const pair = values.find(
      ({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded',
    )
    const local = pair && stats.get(String(pair.localCandidateId))
    const remote = pair && stats.get(String(pair.remoteCandidateId))
    return `${local?.candidateType} ${local?.relayProtocol ?? local?.protocol} to ${remote?.address}`
  })
}

async function run(order: Order, folder: string): Promise<Report> {
  const wrapper = join(folder, 'chromium')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${order.computer.join(' ')} /usr/bin/chromium "$@"\n`, {
    mode: 0o755,
  })
  const place = { prefix: order.office, address: SERVER_ADDRESS, reachedAt: OFFICE_PUBLIC }
  const server = await Server.start([...order.flags, '--log-level', 'debug'], tmpdir(), place)
  const calls: Report['calls'][number][] = []
  const paths: string[] = []
  let desk: Baresip | undefined
  let browser: BrowserPhone | undefined
  try {
    const account = await (server.colleagues[0] ?? server.admin).addPhone('Desk of Ben')
    desk = await Baresip.start(
      { ...account, server: OFFICE_PUBLIC },
      { transport: order.transport, toneHz: DESK_HZ, address: PHONE_ADDRESS },
    )
    browser = await BrowserPhone.start(server, server.admin, BROWSER_HZ, {
      program: wrapper,
      isSecure: true,
    })
    await sleep(order.idleMs)
    await browser.dial('101')
    await desk.waitFor('CALL_INCOMING')
    desk.accept()
    await desk.waitFor('CALL_ESTABLISHED')
    calls.push(await measured('browser', browser, desk))
    paths.push(await pathOf(browser))
    await browser.hangUp()
    await desk.waitFor('CALL_CLOSED')
    desk.dial('100')
    await browser.answer()
    await desk.waitFor('CALL_ESTABLISHED', 2)
    calls.push(await measured('desk', browser, desk))
    paths.push(await pathOf(browser))
    desk.hangUp()
    return { calls, paths }
  } catch (error) {
    return { calls, paths, trouble: `${error}\n${server.log.slice(-6000)}` }
  } finally {
    await Promise.all([browser?.stop(), desk?.stop()])
    await server.stop()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rufwerk-nat-'))
const report = await run(JSON.parse(process.argv[2] ?? '{}') as Order, folder)
rmSync(folder, { recursive: true, force: true })
process.stdout.write(`\nREPORT ${JSON.stringify(report)}\n`)
process.exit(0)
