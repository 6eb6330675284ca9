// A browser page in a call, and the one that is loaded in its place.
import assert from 'node:assert/strict'
import { ExchangeRig, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'

export const TAB = 'urn:uuid:00000000-0000-8000-8000-00000000000a'
export const OTHER_TAB = 'urn:uuid:00000000-0000-8000-8000-00000000000b'

const PAGE = {
  tab: TAB,
  sipName: 'p100',
  onCall: (call: SimulatedCall): void => call.answer(),
}
export const IGNORES = { onCall: (): void => undefined }

export interface Scene {
  readonly rig: ExchangeRig
  readonly page: SimulatedPhone
  readonly desk: SimulatedPhone
  /** Of the page and of the desk phone. */
  readonly call: SimulatedCall
  readonly other: SimulatedCall
}

/** A page as it is loaded: a run of its own, in a tab that stays. */
export async function load(rig: ExchangeRig, options: Partial<typeof PAGE> = {}): Promise<SimulatedPhone> {
  const { tab, sipName, onCall } = { ...PAGE, ...options }
  const page = rig.addPhone(sipName, { habits: { instance: tab } })
  page.onCall = onCall
  page.register()
  await rig.clock.pass(100)
  assert.equal(page.registered, 200)
  return page
}

/** The page calls the desk phone, or is called by it. */
export async function talking(caller: 'page' | 'desk' = 'page'): Promise<Scene> {
  const rig = new ExchangeRig()
  rig.addDevice('100', { kind: 'browser' })
  const page = await load(rig)
  const desk = await rig.registered('101')
  const first = caller === 'page' ? page.dial('101') : desk.dial('100')
  await rig.clock.pass(300)
  const second = (caller === 'page' ? desk : page).calls.at(-1)
  assert.ok(second)
  assert.deepEqual([first.state, second.state], ['talking', 'talking'])
  const [call, other] = caller === 'page' ? [first, second] : [second, first]
  return { rig, page, desk, call, other }
}

/** The page goes; nothing of it answers any more. */
export async function leave({ rig }: Scene, page: SimulatedPhone): Promise<void> {
  rig.network.cut(page.flow)
  await rig.clock.pass(1_000)
}

export const header = (call: SimulatedCall | undefined, name: string) => call?.lastInvite?.headers.get(name)
export const endpointOf = ({ rig }: Scene, kind: 'webrtc' | 'rtp') =>
  [...rig.media.endpoints].find(([, endpoint]) => endpoint.kind === kind)

/** The page that comes after one has left; it does not answer yet. */
export async function loadedAndAsked(s: Scene) {
  await leave(s, s.page)
  const page = await load(s.rig, { onCall: (call) => call.ring() })
  await s.rig.clock.pass(500)
  return page
}
