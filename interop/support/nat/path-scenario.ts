// Runs inside the namespace of the phone at home, started by path.long.test.ts: in a call the computer's path
// is cut off for a while, or changes. Prints what each heard as one line of JSON.
import { spawnSync } from 'node:child_process'
import { sleep } from '../wait.ts'
import { atHome, type Home, type HomeOrder, type Measured, measured, talk } from './couple-at-home.ts'

export interface PathOrder extends HomeOrder {
  /** Command lines: what happens to the path, and what is done about it later. */
  readonly breaks: readonly (readonly string[])[]
  readonly mends: readonly (readonly string[])[]
  readonly brokenMs: number
  /** From the mending until it is measured. */
  readonly waitMs: number
  /** False: the twin, in whose page only JsSIP hears how the path does. */
  readonly hasRestart: boolean
}

export interface PathReport {
  readonly before?: Measured
  /** Absent: the call was over. */
  readonly after?: Measured
  /** What became of the connection of the page, with ms since it broke. */
  readonly states?: readonly string[]
  readonly trouble?: string
}

interface PageConnection extends EventTarget {
  readonly iceConnectionState: string
}

interface PageWorld {
  readonly connections: PageConnection[]
  states: string[]
  RTCPeerConnection: { readonly prototype: PageConnection }
}

/** In the page: only the first one hears how ICE does, and that is JsSIP. */
function deafen(): void {
  const { prototype } = (globalThis as unknown as PageWorld).RTCPeerConnection
  const add = prototype.addEventListener
  const told = new WeakSet<object>()
  prototype.addEventListener = function (type: string, ...rest: [never]) {
    if (type === 'iceconnectionstatechange' && told.has(this)) return
    if (type === 'iceconnectionstatechange') told.add(this)
    add.call(this, type, ...rest)
  }
}

function watch(): void {
  const page = globalThis as unknown as PageWorld
  const [connection] = page.connections
  const since = performance.now()
  page.states = []
  if (!connection) return
  // Not as a listener: the twin has one only.
  Object.assign(connection, {
    oniceconnectionstatechange: () =>
      page.states.push(`${connection.iceConnectionState} ${Math.round(performance.now() - since)}`),
  })
}

function run([program = '', ...args]: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

async function breakPath(home: Home, order: PathOrder): Promise<PathReport> {
  const { page } = home.browser
  if (!order.hasRestart) await page.evaluate(deafen)
  await talk(home)
  const before = await measured('before', home.browser, home.desk)
  await page.evaluate(watch)
  order.breaks.forEach(run)
  await sleep(order.brokenMs)
  order.mends.forEach(run)
  await sleep(order.waitMs)
  const isTalking = await page.getByRole('button', { name: 'Hang up', exact: true }).first().isVisible()
  const after = isTalking ? { after: await measured('after', home.browser, home.desk) } : {}
  const states = await page.evaluate(() => (globalThis as unknown as PageWorld).states)
  return { before, ...after, states }
}

const order = JSON.parse(process.argv[2] ?? '{}') as PathOrder
const report = await atHome(order, (home) => breakPath(home, order))
process.stdout.write(`\nREPORT ${JSON.stringify(report)}\n`)
process.exit(0)
