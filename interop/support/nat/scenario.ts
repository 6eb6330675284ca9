// Runs inside the namespace of the phone at home, started by nat.test.ts: a server in the office, baresip
// here, Chromium on the computer beside it, one call each way. Prints what each heard as one line of JSON.
import { sleep } from '../wait.ts'
import { atHome, type Home, type HomeOrder, type Measured, measured, pathOf, talk } from './couple-at-home.ts'

export interface Order extends HomeOrder {
  /** How long to let the phone idle between registering and the first call. */
  readonly idleMs: number
}

export interface Report {
  readonly calls: readonly Measured[]
  /** How the browser's path went. */
  readonly paths: readonly string[]
  readonly trouble?: string
}

const calls: Measured[] = []
const paths: string[] = []

async function callBothWays(home: Home, idleMs: number): Promise<object> {
  const { browser, desk } = home
  await sleep(idleMs)
  await talk(home)
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
  return {}
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order
const report = { calls, paths, ...(await atHome(order, (home) => callBothWays(home, order.idleMs))) }
process.stdout.write(`\nREPORT ${JSON.stringify(report)}\n`)
process.exit(0)
