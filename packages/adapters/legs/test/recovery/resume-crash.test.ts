// Call control or the media process dies just while a page that was loaded anew takes its call back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SimulatedPhone } from '@rufwerk/testing'
import { assertAtRest } from '../two-phones.ts'
import {
  endpointOf,
  header,
  IGNORES,
  leave,
  load,
  loadedAndAsked,
  type Scene,
  TAB,
  talking,
} from './reloaded-page.ts'

for (const first of ['answer', 'media'] as const)
  test(`LEG-RLD14 the media process dies while the page is asked; the ${first} comes first`, async () => {
    const s = await talking()
    const page = await loadedAndAsked(s)
    const [back] = page.calls
    assert.equal(back?.state, 'ringing')
    s.rig.media.die()
    s.rig.userAgent.mediaLost()
    await s.rig.clock.pass(2_000)
    if (first === 'answer') back?.answer()
    await s.rig.clock.pass(2_000)
    s.rig.media.isGone = false
    s.rig.userAgent.mediaFound([])
    await s.rig.clock.pass(2_000)
    if (first === 'media') back?.answer()
    await s.rig.clock.pass(2_000)
    assert.deepEqual([back?.state, back?.requests, s.other.state], ['talking', ['INVITE'], 'talking'])
    const [id, endpoint] = endpointOf(s, 'webrtc') ?? []
    const [deskId, desk] = endpointOf(s, 'rtp') ?? []
    assert.equal(s.rig.media.size(), 2)
    assert.deepEqual(endpoint?.source, { type: 'endpoint', endpoint: deskId })
    assert.deepEqual(desk?.source, { type: 'endpoint', endpoint: id })
    await s.rig.clock.pass(30_000)
    s.other.hangUp()
    await s.rig.clock.pass(500)
    assert.equal(back?.state, 'ended')
    s.rig.media.refused.length = 0
    await assertAtRest(s.rig, 1)
  })

test('LEG-RLD14 a page that goes after the media process died: the next one gets the call', async () => {
  const s = await talking()
  const page = await loadedAndAsked(s)
  s.rig.media.die()
  s.rig.userAgent.mediaLost()
  await s.rig.clock.pass(1_000)
  s.rig.media.isGone = false
  s.rig.userAgent.mediaFound([])
  await s.rig.clock.pass(500)
  await leave(s, page)
  const next = await load(s.rig)
  await s.rig.clock.pass(1_000)
  assert.deepEqual([next.calls[0]?.state, next.calls[0]?.requests, s.other.state], ['talking', [], 'talking'])
  assert.equal(s.rig.media.size(), 2)
  s.other.hangUp()
  s.rig.media.refused.length = 0
  await assertAtRest(s.rig, 1)
})

for (const answers of ['nothing', 'ringing'] as const)
  for (const after of [5, 10, 15, 20, 30, 60, 500])
    test(`LEG-RLD13 call control crashes ${after} ms after the page, which says ${answers}`, async () => {
      const s = await talking()
      await leave(s, s.page)
      const page = s.rig.addPhone('p100', { habits: { instance: TAB } })
      page.onCall = (call) => answers === 'ringing' && call.ring()
      page.register()
      await s.rig.clock.pass(after)
      await crashed(s, page)
    })

for (const after of [5, 10, 15, 20, 25, 30, 35, 40, 60])
  test(`LEG-RLD13 call control crashes ${after} ms after the page has answered`, async () => {
    const s = await talking()
    await leave(s, s.page)
    const stored = new Map(s.rig.store.legs)
    const page = await load(s.rig, IGNORES)
    await s.rig.clock.pass(500)
    page.calls[0]?.answer()
    await s.rig.clock.pass(after)
    // What was written last may be lost.
    for (const [id, leg] of stored) s.rig.store.legs.set(id, leg)
    await crashed(s, page)
  })

/** Call control dies and comes back, and so does the connection of the page, which takes what it is given. */
async function crashed(s: Scene, page: SimulatedPhone): Promise<void> {
  s.rig.kill()
  await s.rig.startAgain()
  await s.rig.clock.pass(1_000)
  page.onCall = (call) => call.answer()
  page.reconnect()
  page.register()
  await s.rig.clock.pass(1_000)
  const back = page.calls.at(-1)
  assert.deepEqual([back?.state, s.other.state, s.rig.media.size()], ['talking', 'talking', 2])
  const { callId, localTag = '', remoteTag = '' } = s.call.dialog ?? {}
  assert.equal(header(back, 'target-dialog'), `${callId};local-tag=${localTag};remote-tag=${remoteTag}`)
  await s.rig.clock.pass(40_000)
  assert.equal(s.other.state, 'talking')
  s.other.hangUp()
  await s.rig.clock.pass(500)
  assert.equal(back?.state, 'ended')
}
