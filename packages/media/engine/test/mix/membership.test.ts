// Mixes as commands see them: wrong ones, limits, and what a call control finds that attaches later.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROTOCOL_VERSION } from '@rufwerk/media-control'
import { closeWebRtc } from '../../src/index.ts'
import { ANNOUNCEMENT_NAMES_MAX, HEARERS_MAX, MIX_MEMBERS_MAX } from '../../src/limits.ts'
import { HOST, NOTHING_OPEN, Scene, until } from '../support/scene.ts'

after(() => closeWebRtc())

const MIX = { type: 'mix', mix: 'm', isMuted: false }
const BEEP = { type: 'tone', tone: 'beep', country: 'de' }
const BUSY = { type: 'tone', tone: 'busy', country: 'de' }

async function refusal(scene: Scene, command: object): Promise<string> {
  const reply = await scene.do(command)
  return reply.type === 'refused' ? reply.code : reply.type
}

async function snapshots(scene: Scene) {
  const page = await scene.do({ type: 'snapshot' })
  assert.ok(page.type === 'snapshot')
  return new Map(page.endpoints.map((endpoint) => [endpoint.endpoint as string, endpoint]))
}

async function open(scene: Scene, endpoint: string, tenant = 't'): Promise<void> {
  const reply = await scene.do({ type: 'openRtp', endpoint, tenant, call: 'c', leg: 'l', address: HOST })
  assert.equal(reply.type, 'openedRtp')
}

test('MXC-1 a mix begins with its first member and ends with its last one, however it goes', async () => {
  const scene = new Scene()
  for (const id of ['a', 'b']) await scene.connect(id)
  for (const id of ['a', 'b', 'a']) await scene.source(id, MIX)
  assert.deepEqual([scene.engine.size().mixes, scene.engine.size().ticking], [1, 3])
  await scene.source('a', { type: 'endpoint', endpoint: 'b' })
  assert.equal(scene.engine.size().mixes, 1)
  await scene.source('b', { ...MIX, mix: 'other' })
  assert.equal(scene.engine.size().mixes, 1)
  assert.equal(await refusal(scene, { type: 'announce', mix: 'm', sound: BEEP }), 'unknown-mix')
  await scene.do({ type: 'close', endpoint: 'b' })
  await until(() => scene.engine.size().ticking === 0)
  assert.deepEqual(scene.engine.size(), { ...NOTHING_OPEN, endpoints: 1, ports: 1 })
  await scene.close()
})

test('MXC-2 commands that cannot be done are refused and change nothing', async () => {
  const scene = new Scene()
  await open(scene, 'a')
  await open(scene, 'stranger', 'other')
  const set = (endpoint: string, source: object) => refusal(scene, { type: 'setSource', endpoint, source })
  const announce = (fields: object) => refusal(scene, { type: 'announce', mix: 'm', sound: BEEP, ...fields })
  assert.equal(await announce({}), 'unknown-mix', 'a mix without members')
  await scene.source('a', MIX)
  assert.equal(await set('nobody', MIX), 'unknown-endpoint')
  assert.equal(await set('stranger', MIX), 'bad-argument', 'the mix of another tenant')
  for (const wrong of [
    { ...MIX, mix: '' },
    { ...MIX, mix: 'x'.repeat(65) },
    { ...MIX, isMuted: 'no' },
    { ...MIX, heardBy: 'all' },
    { ...MIX, heardBy: Array(HEARERS_MAX + 1).fill('a') },
    { type: 'mix', mix: 'm' },
  ])
    assert.equal(await set('a', wrong), 'bad-argument', JSON.stringify(wrong))
  assert.equal(await announce({ to: 'stranger' }), 'unknown-endpoint')
  assert.equal(await announce({ mix: 'n' }), 'unknown-mix')
  const names = Array(ANNOUNCEMENT_NAMES_MAX + 1).fill('x')
  for (const sound of [
    { type: 'echo' },
    { type: 'endpoint', endpoint: 'a' },
    { type: 'prompt', names, isLooped: false },
    { type: 'prompt', names: ['missing'], isLooped: false },
    { type: 'prompt', names: ['../../etc/passwd'], isLooped: false },
    { type: 'tone', tone: 'constructor', country: 'de' },
  ])
    assert.equal(await announce({ sound }), 'bad-argument', JSON.stringify(sound))
  assert.deepEqual((await snapshots(scene)).get('a')?.source, MIX)
  assert.equal(scene.engine.size().mixes, 1)
  await scene.close()
})

test('MXC-3 the members of a mix are limited, and a place becomes free again', async () => {
  const scene = new Scene()
  for (let at = 0; at <= MIX_MEMBERS_MAX; at += 1) {
    const leg = { tenant: 't', call: 'c', leg: `l${at}` }
    const address = `127.0.0.${1 + Math.floor(at / 40)}`
    const opened = await scene.do({ type: 'openRtp', endpoint: `e${at}`, ...leg, address })
    assert.equal(opened.type, 'openedRtp', JSON.stringify(opened))
  }
  const enter = (at: number) => refusal(scene, { type: 'setSource', endpoint: `e${at}`, source: MIX })
  for (let at = 0; at < MIX_MEMBERS_MAX; at += 1) assert.equal(await enter(at), 'done')
  assert.equal(await enter(MIX_MEMBERS_MAX), 'limit')
  assert.equal(await enter(0), 'done', 'who is in stays')
  await scene.do({ type: 'close', endpoint: 'e0' })
  assert.equal(await enter(MIX_MEMBERS_MAX), 'done')
  await scene.close()
})

test('MXC-4 who closes or goes while a prompt is read is not spoken to', async () => {
  const scene = new Scene()
  for (const id of ['a', 'b']) await scene.connect(id)
  for (const id of ['a', 'b']) await scene.source(id, MIX)
  const late = scene.do({ type: 'announce', mix: 'm', to: 'a', sound: BEEP })
  await scene.do({ type: 'close', endpoint: 'a' })
  assert.deepEqual(await late, { type: 'done' })
  const all = scene.do({ type: 'announce', mix: 'm', sound: BEEP })
  await scene.source('b', { type: 'silence' })
  assert.deepEqual(await all, { type: 'done' })
  await sleep(300)
  assert.deepEqual(
    scene.events.filter(({ type }) => type === 'announcementEnded'),
    [],
  )
  await scene.close()
})

test('MXC-5 a snapshot says who is in which mix, how, and what is played there', async () => {
  const scene = new Scene()
  const source = { ...MIX, isMuted: true, heardBy: ['b'] }
  for (const id of ['a', 'b']) await scene.connect(id)
  await scene.source('a', source)
  await scene.source('b', MIX)
  assert.equal((await snapshots(scene)).get('a')?.announced, undefined)
  await scene.done({ type: 'announce', mix: 'm', sound: BUSY })
  await scene.done({ type: 'announce', mix: 'm', to: 'b', sound: BEEP })
  const found = await snapshots(scene)
  assert.deepEqual([found.get('a')?.source, found.get('b')?.source], [source, MIX])
  assert.deepEqual(found.get('a')?.announced, { all: BUSY })
  assert.deepEqual(found.get('b')?.announced, { own: BEEP, all: BUSY })
  await until(async () => (await snapshots(scene)).get('b')?.announced?.own === undefined)
  await scene.close()
})

test('MXC-6 a mix goes on without call control; what the next one does not claim leaves it', async () => {
  const scene = new Scene()
  const hello = (generation: number) => scene.do({ type: 'hello', version: PROTOCOL_VERSION, generation })
  await hello(1)
  const [a] = [await scene.connect('a'), await scene.connect('b')]
  for (const id of ['a', 'b']) await scene.source(id, MIX)
  scene.engine.detached()
  a.heard.length = 0
  await until(() => a.heard.length > 5)
  await hello(2)
  await scene.source('a', MIX)
  const marks = a.heard.filter(({ marker }) => marker).length
  await scene.do({ type: 'claim', endpoints: ['a'], isComplete: true })
  assert.deepEqual(
    scene.events.flatMap((event) => (event.type === 'closed' ? [event.endpoint] : [])),
    ['b'],
  )
  assert.equal(scene.engine.size().mixes, 1)
  await sleep(60)
  assert.equal(a.heard.filter(({ marker }) => marker).length, marks, 'its sound was not begun anew')
  await hello(3)
  await scene.do({ type: 'claim', endpoints: [], isComplete: true })
  assert.deepEqual(scene.engine.size(), NOTHING_OPEN)
  await scene.close()
})
