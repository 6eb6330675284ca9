// A server in the office; baresip and Chromium at home, and what they hear of each other: as shares and not
// as assertions, because it is measured inside a namespace and judged outside.
import { createHash, X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { Baresip } from '../baresip.ts'
import { BrowserPhone } from '../chromium.ts'
import { Server } from '../server.ts'
import { isHeard, MEASUREMENTS_MAX, WRONG_SHARE_MAX } from '../sound.ts'
import { heard, loudest, type Window } from '../tone.ts'
import { sleep } from '../wait.ts'
import { OFFICE_PUBLIC, PHONE_ADDRESS, SERVER_ADDRESS } from './network.ts'

/** What the test tells us. */
export interface HomeOrder {
  readonly flags: readonly string[]
  readonly office: readonly string[]
  readonly computer: readonly string[]
  readonly transport: 'udp' | 'tcp'
  /** Where the page is loaded over HTTPS; without: over HTTP. */
  readonly httpsPort?: number
}

export interface Home {
  readonly server: Server
  readonly desk: Baresip
  readonly browser: BrowserPhone
}

/** Gives what `act` gives; where something fails, the reason with the end of the server's log. */
export async function atHome<Seen>(
  order: HomeOrder,
  act: (home: Home) => Promise<Seen>,
): Promise<Seen | { readonly trouble: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-nat-'))
  const place = { prefix: order.office, address: SERVER_ADDRESS, reachedAt: OFFICE_PUBLIC }
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const server = await Server.start([...order.flags, '--log-level', 'debug'], tmpdir(), place)
  stack.defer(() => server.stop())
  try {
    const account = await (server.colleagues[0] ?? server.admin).addPhone('Desk of Ben')
    const desk = await Baresip.start(
      { ...account, server: OFFICE_PUBLIC },
      { transport: order.transport, toneHz: DESK_HZ, address: PHONE_ADDRESS },
    )
    stack.defer(() => desk.stop())
    const page = await pageOf(server, order.httpsPort)
    const program = chromiumAt(order.computer, folder)
    const browser = await BrowserPhone.start(page, server.admin, BROWSER_HZ, { program, ...page.how })
    stack.defer(() => browser.stop())
    return await act({ server, desk, browser })
  } catch (error) {
    return { trouble: `${error}\n${server.log.slice(-6000)}` }
  }
}

/** Where the page is, and how it gets a microphone there. */
async function pageOf(server: Server, httpsPort: number | undefined) {
  if (httpsPort === undefined) return { origin: server.origin, how: { isSecure: true } }
  const raw = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect({ host: OFFICE_PUBLIC, port: httpsPort, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().raw)
      socket.destroy()
    })
    socket.once('error', reject)
  })
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' })
  const trusted = createHash('sha256').update(key).digest('base64')
  return { origin: `https://${OFFICE_PUBLIC}:${httpsPort}`, how: { trusted } }
}

/** The browser calls the desk phone. */
export async function talk({ browser, desk }: Home): Promise<void> {
  await browser.dial('101')
  await desk.waitFor('CALL_INCOMING')
  desk.accept()
  await desk.waitFor('CALL_ESTABLISHED')
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

export const BROWSER_HZ = 600
export const DESK_HZ = 1000
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

export interface Measured {
  readonly from: string
  readonly browser: Ear
  readonly desk: Ear
}

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

export async function measured(from: string, browser: BrowserPhone, desk: Baresip): Promise<Measured> {
  await sleep(SETTLE_MS)
  for (let count = 1; ; count++) {
    const one = await measure(from, browser, desk)
    if (count === MEASUREMENTS_MAX || !hasHoles(one)) return one
  }
}

/** The kinds of candidates that the browser's connection uses. */
export function pathOf(browser: BrowserPhone): Promise<string> {
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

/** A program that starts Chromium at this place. */
function chromiumAt(place: readonly string[], folder: string): string {
  const wrapper = join(folder, 'chromium')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${place.join(' ')} /usr/bin/chromium "$@"\n`)
  chmodSync(wrapper, 0o755)
  return wrapper
}
