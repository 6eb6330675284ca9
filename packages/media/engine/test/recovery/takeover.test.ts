// What a call control finds that attaches to endpoints of another one, on real sockets.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROTOCOL_VERSION } from '@rufwerk/media-control'
import { closeWebRtc } from '../../src/index.ts'
import { codec, HOST, NOTHING_OPEN, Scene, until, voice } from '../support/scene.ts'

after(() => closeWebRtc())

const OPEN = { tenant: 't', call: 'c', leg: 'l', address: HOST }

async function hello(scene: Scene, generation: number): Promise<string> {
  const reply = await scene.do({ type: 'hello', version: PROTOCOL_VERSION, generation })
  assert.ok(reply.type === 'hello')
  return reply.instance
}

const closedBy = (scene: Scene) =>
  scene.events.flatMap((event) => (event.type === 'closed' ? [`${event.endpoint} ${event.why}`] : []))

test('TKO-1 what is claimed or opened since goes on; a whole claim closes the rest at once', async () => {
  const scene = new Scene()
  const first = await hello(scene, 1)
  const [a, b] = [await scene.connect('a'), await scene.connect('b')]
  await scene.connect('unwanted')
  await scene.bridge('a', 'b')
  assert.equal(await hello(scene, 2), first, 'the same run of the media process')
  await scene.connect('fresh')
  const claimed = await scene.do({ type: 'claim', endpoints: ['a', 'b', 'gone'], isComplete: false })
  assert.deepEqual(claimed, { type: 'claimed', unknown: ['gone'] })
  assert.equal(scene.engine.size().endpoints, 4)
  await scene.do({ type: 'claim', endpoints: [], isComplete: true })
  assert.deepEqual(closedBy(scene), ['unwanted unclaimed'])
  a.send(voice(1))
  await until(() => b.heard.length === 1)
  assert.equal(scene.engine.size().endpoints, 3)
  await scene.close()
})

test('TKO-2 what nobody claims is closed after the limit', async () => {
  const scene = new Scene({ custody: { unclaimedMax: 700 as never } })
  await scene.connect('a')
  await hello(scene, 1)
  await scene.connect('b')
  await sleep(300)
  assert.deepEqual(closedBy(scene), [])
  await until(() => closedBy(scene).length > 0)
  assert.deepEqual(closedBy(scene), ['a unclaimed'])
  await scene.close()
})

test('TKO-3 without call control sound goes on, tones too, until nobody sends any more', async () => {
  const scene = new Scene({ custody: { noRtpMax: 900 as never } })
  await hello(scene, 1)
  const [a, b, tone] = [await scene.connect('a'), await scene.connect('b'), await scene.connect('tone')]
  await scene.bridge('a', 'b')
  await scene.source('tone', { type: 'tone', tone: 'busy', country: 'de' })
  scene.engine.detached()
  for (let count = 0; count < 100; count++) {
    a.send(voice(count))
    tone.send(voice(count))
    await sleep(20)
  }
  await until(() => b.heard.length === 100)
  assert.ok(tone.heard.length > 50, `${tone.heard.length} packets of the tone`)
  assert.equal(scene.engine.size().endpoints, 3)
  await until(() => scene.engine.size().endpoints === 0, 4_000)
  assert.deepEqual(closedBy(scene).sort(), ['a no-rtp', 'b no-rtp', 'tone no-rtp'])
  assert.deepEqual(scene.engine.size(), NOTHING_OPEN)
  await scene.close()
})

test('TKO-4 a command said twice is answered as before and disturbs nothing', async () => {
  const scene = new Scene()
  const first = await scene.do({ type: 'openRtp', endpoint: 'a', ...OPEN })
  assert.deepEqual(await scene.do({ type: 'openRtp', endpoint: 'a', ...OPEN }), first)
  const offer = await scene.do({ type: 'openWebRtc', endpoint: 'n', ...OPEN })
  assert.deepEqual(await scene.do({ type: 'openWebRtc', endpoint: 'n', ...OPEN }), offer)
  assert.ok(offer.type === 'openedWebRtc')
  const answer = await scene.do({ type: 'openWebRtc', endpoint: 'f', ...OPEN, remote: offer.local })
  assert.ok(answer.type === 'openedWebRtc')
  const remote = { ...answer.local, pwd: 'x'.repeat(24) } // They need not find each other here.
  await scene.done({ type: 'connectWebRtc', endpoint: 'n', remote })
  await scene.done({ type: 'connectWebRtc', endpoint: 'n', remote })
  for (const other of [
    { ...OPEN, call: 'other' },
    { ...OPEN, address: '127.0.0.2' },
  ]) {
    const refused = await scene.do({ type: 'openRtp', endpoint: 'a', ...other })
    assert.ok(refused.type === 'refused' && refused.code === 'bad-argument')
  }
  const b = await scene.connect('b')
  await scene.source('b', { type: 'echo' })
  b.send(voice(1))
  await until(() => b.heard.length === 1)
  await scene.source('b', { type: 'echo' })
  await scene.configure('b', b)
  b.send(voice(2))
  await until(() => b.heard.length === 2)
  assert.deepEqual(
    b.heard.map(({ marker }) => marker),
    [true, false],
    'no new beginning',
  )
  await scene.close()
})

test('TKO-5 silence is told once, and that sound came back', async () => {
  const scene = new Scene({ custody: { noRtpMax: 700 as never } })
  const a = await scene.connect('a')
  await scene.connect('held', codec('PCMA'), { direction: 'sendonly' })
  const told = () =>
    scene.events.flatMap((event) =>
      event.type === 'silent' || event.type === 'heard' ? [`${event.endpoint} ${event.type}`] : [],
    )
  await until(() => told().length > 0)
  await sleep(600)
  assert.deepEqual(told(), ['a silent'])
  a.send(voice(1))
  await until(() => told().length > 1)
  assert.deepEqual(told(), ['a silent', 'a heard'])
  assert.equal(scene.engine.size().endpoints, 2, 'call control decides what that means')
  await scene.close()
})

test('PRT-6 ports come back from opens that fail, however they fail', async () => {
  const scene = new Scene()
  const { local } = (await scene.do({ type: 'openWebRtc', endpoint: 'x', ...OPEN })) as never as {
    local: object
  }
  await scene.do({ type: 'close', endpoint: 'x' })
  for (let count = 0; count < 60; count++) {
    const bad = [
      { type: 'openRtp', endpoint: 'a', ...OPEN, address: '203.0.113.1' },
      { type: 'openRtp', endpoint: 'a', ...OPEN, address: 'nowhere' },
      { type: 'openWebRtc', endpoint: 'a', ...OPEN, remote: { ...local, pwd: 'short' } },
      { type: 'openWebRtc', endpoint: 'a', ...OPEN, address: '203.0.113.1' },
    ]
    for (const command of bad) assert.equal((await scene.do(command)).type, 'refused')
    assert.equal((await scene.do({ type: 'openRtp', endpoint: 'a', ...OPEN })).type, 'openedRtp')
    assert.equal((await scene.do({ type: 'openRtp', endpoint: 'a', ...OPEN, leg: 'other' })).type, 'refused')
    await scene.do({ type: 'close', endpoint: 'a' })
    assert.deepEqual(scene.engine.size(), NOTHING_OPEN)
  }
  await scene.close()
})
