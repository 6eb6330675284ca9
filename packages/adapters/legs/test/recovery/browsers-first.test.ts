// After the end of both processes a browser comes back over HTTP before the sockets of SIP are open: its new
// endpoint waits for it, and phones behind connections wait for its sound, a bounded time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ms } from '@rufwerk/core'
import { ExchangeRig, type SimulatedCall } from '@rufwerk/testing'
import { assertAtRest } from '../two-phones.ts'

const WITHIN = ms(1_500)
/** Between two looks. */
const LOOK_MS = 50

interface Scene {
  readonly rig: ExchangeRig
  readonly call: SimulatedCall
}

async function bothDied(kind: 'browser' | 'phone', isReconnecting = true): Promise<Scene> {
  const rig = new ExchangeRig()
  const caller = await rig.registered('100', { kind, transport: 'tcp' })
  await rig.registered('101')
  const call = caller.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  caller.onDisconnected = () => {
    if (!isReconnecting) return
    caller.arm(500, () => {
      caller.reconnect()
      caller.register()
    })
  }
  rig.kill()
  rig.replaceMedia(kind === 'phone')
  rig.media.commands.length = 0
  await rig.startAgain()
  return { rig, call }
}

/** When it resolves, in ms from now. */
async function waited({ rig }: Scene): Promise<number> {
  const from = rig.clock.now()
  let at: number | undefined
  void rig.userAgent.connected(WITHIN).then(() => {
    at = rig.clock.now() - from
  })
  while (at === undefined) {
    await rig.clock.pass(10)
    assert.ok(rig.clock.now() - from <= WITHIN + 2 * LOOK_MS, 'for ever')
  }
  return at
}

test('LEG-REC19 the endpoint of a browser is open before the sockets of SIP are', async () => {
  const scene = await bothDied('browser')
  const opened = () => scene.rig.media.commands.filter(({ type }) => type === 'openWebRtc').length
  assert.equal(opened(), 1)
  await scene.rig.clock.pass(1_000)
  assert.deepEqual([opened(), scene.call.requests], [1, ['INVITE']], 'offered once it has registered')
  scene.call.hangUp()
  await assertAtRest(scene.rig, 1)
})

test('LEG-REC19 phones wait until the browser is connected', async () => {
  const scene = await bothDied('browser')
  const waiting = waited(scene)
  scene.call.phone.arm(800, () => {
    const own = [...scene.rig.media.endpoints].find(([, { leg }]) => isBrowser(scene, leg))
    if (own) scene.rig.media.emit({ type: 'connected', endpoint: own[0] })
  })
  const tookMs = await waiting
  assert.ok(tookMs >= 800 && tookMs <= 800 + 2 * LOOK_MS, `${tookMs} ms`)
  scene.call.hangUp()
  await assertAtRest(scene.rig, 1)
})

test('LEG-REC19 not for ever for a page that is gone', async () => {
  const scene = await bothDied('browser', false)
  const tookMs = await waited(scene)
  assert.ok(tookMs >= WITHIN, `${tookMs} ms`)
})

test('LEG-REC19 and not for phones, which have no endpoint that waits', async () => {
  const scene = await bothDied('phone')
  assert.ok((await waited(scene)) <= 10)
  scene.call.hangUp()
  await assertAtRest(scene.rig, 1)
})

/** The leg that called. */
function isBrowser({ rig }: Scene, leg: string): boolean {
  return rig.media.commands.some((command) => command.type === 'openWebRtc' && command.leg === leg)
}
