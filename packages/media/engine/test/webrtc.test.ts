import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SharedPorts } from '../src/endpoint/webrtc-transport.ts'
import { closeWebRtc } from '../src/index.ts'
import { WEBRTC_ADDRESSES_MAX } from '../src/limits.ts'
import { HOST, Scene, until } from './support/scene.ts'
import { BROWSER, connect, OPEN, OPUS, open } from './support/webrtc.ts'

after(() => closeWebRtc())

test('WRT-5 offer and answer connect; RTP, digits and RTCP pass in both directions', async () => {
  const near = new Scene()
  const far = new Scene()
  await connect(near, 'n', far, 'f')
  const phone = await near.connect('p', OPUS, { dtmf: BROWSER.dtmf })
  await near.bridge('n', 'p')
  await far.source('f', { type: 'echo' })
  await sleep(100) // The track opens just after the connection.
  for (let count = 1; count <= 10; count++) phone.send(new Uint8Array(60).fill(count), 111, 960)
  phone.send(Uint8Array.from([7, 0x8a, 0x12, 0xc0]), 110, 960)
  await until(() => phone.heard.length === 11)
  assert.deepEqual(
    phone.heard.slice(0, 10).map(({ payload }) => payload[0]),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
  await until(() => far.events.some((event) => event.type === 'dtmf' && event.digit === '7'))
  assert.equal((await far.stats('f')).packetsReceived, 11)
  await near.close()
  await far.close()
})

test('WRT-6 several connections of one address share one UDP port', async () => {
  const near = new Scene()
  // Peers have a port each, as browsers do: a shared port tells peers apart by their addresses.
  const peers = [new Scene(), new Scene()]
  const ports = new Set<string>()
  for (const id of ['a', 'b', 'c']) {
    const { local } = await open(near, id)
    for (const candidate of local.candidates) ports.add(candidate.split(' ').slice(4, 6).join(':'))
  }
  assert.deepEqual([...ports], [`${HOST}:${near.firstPort + 180}`])
  for (const id of ['a', 'b', 'c']) await near.do({ type: 'close', endpoint: id })
  for (const [index, far] of peers.entries()) await connect(near, `p${index}`, far, 'a')
  await near.close()
  for (const far of peers) await far.close()
})

test('WRT-7 a bad description is refused and leaves nothing behind', async () => {
  const scene = new Scene()
  const { local } = await open(scene, 'a')
  for (const remote of [
    { ...local, ufrag: 'a\r\nb' },
    { ...local, fingerprint: 'sha-256 00' },
    { ...local, pwd: 'short' },
  ]) {
    const refused = await scene.do({ ...OPEN, endpoint: 'b', remote })
    assert.ok(refused.type === 'refused' && refused.code === 'bad-argument', JSON.stringify(refused))
    assert.equal(scene.engine.size().endpoints, 1)
    const answer = await scene.do({ type: 'connectWebRtc', endpoint: 'a', remote })
    assert.ok(answer.type === 'refused' && answer.code === 'bad-argument')
  }
  const undecided = await scene.do({ type: 'connectWebRtc', endpoint: 'a', remote: local })
  assert.ok(undecided.type === 'refused', 'an answer must choose a DTLS role')
  await scene.close()
})

test('WRT-8 each local address has a port of its own, and there is a limit', () => {
  const ports = new SharedPorts(18_000, (_address, port) => port !== 18_001)
  assert.deepEqual(ports.portOf('127.0.0.1'), { ok: true, value: 18_000 })
  assert.deepEqual(ports.portOf('192.0.2.2'), { ok: true, value: 18_002 })
  assert.deepEqual(ports.portOf('127.0.0.1'), { ok: true, value: 18_000 })
  for (let count = 2; count < WEBRTC_ADDRESSES_MAX; count++) assert.ok(ports.portOf(`192.0.2.1${count}`).ok)
  assert.deepEqual(ports.portOf('192.0.2.99'), { ok: false, error: 'limit' })
  assert.deepEqual(new SharedPorts(18_000, () => false).portOf('127.0.0.1'), { ok: false, error: 'no-port' })
})
