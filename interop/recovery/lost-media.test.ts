// A browser and a desk phone (baresip, UDP) in a call while only the browser's media connection breaks: its
// WebSocket goes on, the server offers another endpoint, and both hear each other again. The page is made to
// break it: it names a certificate that is not its own, as if the check had failed. Later it restarts ICE,
// while nothing is broken, and the server answers with another endpoint.
import test from 'node:test'
import {
  BROWSER_HZ,
  bothHear,
  type Couple,
  LISTEN_MS,
  onlyRecord,
  openCouple,
  talk,
} from '../support/couple.ts'
import { assertHearsMusic, SETTLE_MS } from '../support/sound.ts'
import { sleep } from '../support/wait.ts'

/** The server waits 500 ms for a reload. */
const MENDED_MS_MAX = 20_000

/** The little of a browser that is used here; the types of Node do not have it. */
interface PageWorld {
  readonly RTCPeerConnection: { readonly prototype: object }
  readonly connections: PageConnection[]
}

interface PageConnection {
  readonly connectionState: string
  readonly remoteDescription: Description | null
}

interface Description {
  readonly type: string
  readonly sdp: string
}

/** In the page: what it says of its certificate in offers is wrong. */
function nameWrongCertificate(): void {
  const { prototype } = (globalThis as unknown as PageWorld).RTCPeerConnection
  const native = Object.getPrototypeOf(prototype) as object
  const read = Object.getOwnPropertyDescriptor(native, 'localDescription')?.get
  Object.defineProperty(prototype, 'localDescription', {
    configurable: true,
    get(): Description | undefined {
      const told = read?.call(this) as Description | null | undefined
      if (told?.type !== 'offer') return told ?? undefined
      const sdp = told.sdp.replace(/(a=fingerprint:sha-256 )(..)/, (_line, name: string, first: string) =>
        name.concat(first === '00' ? '01' : '00'),
      )
      return { type: told.type, sdp }
    },
  })
}

/** In the page: its next offer restarts ICE. */
function restartIceOnce(): void {
  const { prototype } = (globalThis as unknown as PageWorld).RTCPeerConnection
  const offering = prototype as { createOffer(options?: object): Promise<unknown> }
  const original = offering.createOffer
  offering.createOffer = function (options) {
    offering.createOffer = original
    return original.call(this, { ...options, iceRestart: true })
  }
}

function mayNameItAgain(): void {
  Reflect.deleteProperty((globalThis as unknown as PageWorld).RTCPeerConnection.prototype, 'localDescription')
}

/** In the page: its only peer connection is connected to what the server answered to its offer. */
function isRestarted(before: string): boolean {
  const [connection, ...more] = (globalThis as unknown as PageWorld).connections
  const { type, sdp = '' } = connection?.remoteDescription ?? {}
  const isOther = type === 'answer' && /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1] !== before
  return isOther && connection?.connectionState === 'connected' && more.length === 0
}

/** In the page: how the server's end is called now. */
function ufragOfServer(): string {
  const sdp = (globalThis as unknown as PageWorld).connections.at(-1)?.remoteDescription?.sdp ?? ''
  return /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1] ?? ''
}

/** The server has offered something, and that is connected; the page kept its only peer connection. */
async function untilMended({ browser }: Couple): Promise<void> {
  const isMended = (): boolean => {
    const [connection, ...more] = (globalThis as unknown as PageWorld).connections
    const isOffered = connection?.remoteDescription?.type === 'offer'
    return isOffered && connection.connectionState === 'connected' && more.length === 0
  }
  await browser.page.waitForFunction(isMended, undefined, { timeout: MENDED_MS_MAX })
  await sleep(SETTLE_MS)
}

test('a call outlives a media connection that could not come to be, and one that restarts', async (t) => {
  const couple = await openCouple(t)
  const { desk, browser } = couple
  await browser.page.evaluate(nameWrongCertificate)
  await talk(couple)
  await browser.page.evaluate(mayNameItAgain)
  await untilMended(couple)
  await bothHear(couple, 'after the wrong certificate')

  const before = await browser.page.evaluate(ufragOfServer)
  await browser.page.evaluate(restartIceOnce)
  await browser.hold()
  await browser.page.waitForFunction(isRestarted, before, { timeout: MENDED_MS_MAX })
  await sleep(SETTLE_MS)
  await assertHearsMusic({ who: 'desk phone on hold', phone: desk }, BROWSER_HZ, LISTEN_MS)
  await browser.resume()
  await sleep(2 * SETTLE_MS)
  await bothHear(couple, 'after the restart of ICE')
  desk.hangUp()
  await browser.waitUntilOver()
  await onlyRecord(couple, 'callee')
})
