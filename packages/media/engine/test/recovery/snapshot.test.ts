import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type EndpointId, SILENT_LOG } from '@rufwerk/core'
import {
  type EndpointSnapshot,
  frame,
  MESSAGE_BYTES_MAX,
  SNAPSHOT_ENDPOINTS_MAX,
} from '@rufwerk/media-control'
import { closeWebRtc, createEngine } from '../../src/index.ts'
import { snapshotPage } from '../../src/snapshot-page.ts'
import { codec, HOST, Scene, until, voice } from '../support/scene.ts'

after(() => closeWebRtc())

const OPEN = { tenant: 't', call: 'c', leg: 'l', address: HOST }

async function snapshotOf(scene: Scene, id: string): Promise<EndpointSnapshot> {
  const page = await scene.do({ type: 'snapshot' })
  assert.ok(page.type === 'snapshot')
  const found = page.endpoints.find(({ endpoint }) => endpoint === (id as EndpointId))
  assert.ok(found)
  return found
}

test('SNP-1 a snapshot comes in pages that fit into a message, each endpoint once', async () => {
  const engine = createEngine({
    log: SILENT_LOG,
    portRange: { low: 20_000, high: 20_499 },
    webrtcPort: 20_500,
    promptsDir: '/nonexistent',
  })
  // Identifiers as long as ours are, and longer.
  const id = (at: number): string => `${'x'.repeat(40)}${at}`
  const count = 2 * SNAPSHOT_ENDPOINTS_MAX + 1
  for (let at = 0; at < count; at += 1) {
    const identity = { endpoint: id(at), tenant: id(0), call: id(at), leg: id(at) }
    const opened = await engine.perform({ type: 'openRtp', address: HOST, ...identity })
    assert.equal(opened.type, 'openedRtp')
  }
  const seen: string[] = []
  let from: number | undefined
  do {
    const page = await engine.perform({ type: 'snapshot', ...(from === undefined ? {} : { from }) })
    assert.ok(page.type === 'snapshot')
    assert.ok(page.endpoints.length <= SNAPSHOT_ENDPOINTS_MAX)
    assert.ok(frame({ id: 1, reply: page }).length <= MESSAGE_BYTES_MAX)
    seen.push(...page.endpoints.map(({ endpoint }) => endpoint))
    assert.equal(page.left, count - seen.length)
    from = page.next
    // What closes between two pages does not disturb the next one.
    if (from !== undefined) await engine.perform({ type: 'close', endpoint: seen.at(-1) })
  } while (from !== undefined)
  assert.deepEqual(
    seen,
    Array.from({ length: count }, (_, at) => id(at)),
  )
  engine.close()
})

test('SNP-2 it says of plain RTP what opened it, what it does, and where the peer is', async () => {
  const scene = new Scene()
  const opened = await scene.do({ type: 'openRtp', endpoint: 'b', ...OPEN })
  assert.ok(opened.type === 'openedRtp')
  const before = await snapshotOf(scene, 'b')
  assert.deepEqual(before.local, { type: 'rtp', rtp: opened.rtp, rtcpPort: opened.rtcpPort })
  assert.deepEqual([before.ssrc, before.cname], [opened.ssrc, opened.cname])
  assert.deepEqual(
    [before.configuration, before.heardFrom, before.sinceRtpMs],
    [undefined, undefined, undefined],
  )
  assert.deepEqual([before.source, before.isConnected], [{ type: 'silence' }, false])
  const a = await scene.connect('a')
  await scene.source('a', { type: 'endpoint', endpoint: 'b' })
  a.send(voice(1))
  await until(() => scene.engine.size().endpoints === 2)
  await until(async () => (await snapshotOf(scene, 'a')).sinceRtpMs !== undefined)
  const during = await snapshotOf(scene, 'a')
  const at = { address: HOST, port: a.port }
  assert.deepEqual(during.configuration?.remote, { rtp: at, rtcp: at })
  assert.deepEqual(during.configuration?.receive, [codec('PCMA')])
  assert.deepEqual([during.source, during.isConnected], [{ type: 'endpoint', endpoint: 'b' }, true])
  assert.deepEqual(during.heardFrom, at)
  assert.equal(during.stats.packetsReceived, 1)
  assert.ok(!during.isSilent)
  await scene.do({ type: 'close', endpoint: 'b' })
  assert.deepEqual((await snapshotOf(scene, 'a')).source, { type: 'silence' }, 'whom it followed is gone')
  await scene.close()
})

test('SNP-3 it says of WebRTC both ends, enough to write the same description again', async () => {
  const scene = new Scene()
  const offer = await scene.do({ type: 'openWebRtc', endpoint: 'n', ...OPEN })
  const answer = offer.type === 'openedWebRtc' ? offer.local : undefined
  const opened = await scene.do({ type: 'openWebRtc', endpoint: 'f', ...OPEN, remote: answer })
  assert.ok(offer.type === 'openedWebRtc' && opened.type === 'openedWebRtc')
  const { local, ...rest } = await snapshotOf(scene, 'n')
  assert.deepEqual(local, { type: 'webrtc', address: HOST, ice: offer.local })
  assert.deepEqual([rest.ssrc, rest.cname], [offer.ssrc, offer.cname])
  const far = await snapshotOf(scene, 'f')
  assert.ok(far.local.type === 'webrtc')
  assert.deepEqual([far.local.ice, far.local.remote?.ufrag], [opened.local, offer.local.ufrag])
  await scene.close()
})

test('SNP-4 the largest endpoint that commands can make fits into a message', async () => {
  const scene = new Scene()
  const long = 'x'.repeat(64)
  const fmtp = '"'.repeat(1_024)
  await scene.do({ type: 'openRtp', endpoint: long, tenant: long, call: long, leg: long, address: HOST })
  const receive = Array.from({ length: 16 }, (_, at) => ({ ...codec('PCMA'), payloadType: at, fmtp }))
  const end = { address: HOST, port: 9 }
  await scene.done({
    type: 'configure',
    endpoint: long,
    remote: { rtp: end, rtcp: end },
    direction: 'sendrecv',
    send: receive[0],
    receive,
  })
  const page = await scene.do({ type: 'snapshot' })
  assert.ok(page.type === 'snapshot')
  const [endpoint] = page.endpoints
  assert.ok(endpoint)
  const names = Array.from({ length: 32 }, () => 'n'.repeat(129))
  const candidates = Array.from({ length: 32 }, () => 'c'.repeat(256))
  const ice = {
    ufrag: long.repeat(4),
    pwd: long.repeat(4),
    fingerprint: long.repeat(2),
    setup: 'active',
    candidates,
  }
  const largest = {
    ...endpoint,
    local: { type: 'webrtc', address: HOST, ice, remote: ice },
    source: { type: 'parrot', greeting: names },
  } as EndpointSnapshot
  const reply = snapshotPage([{ key: 1, snapshot: () => largest }], 0, 0 as never)
  const huge = { ...largest, cname: 'c'.repeat(MESSAGE_BYTES_MAX) }
  const two = [
    { key: 1, snapshot: () => huge },
    { key: 2, snapshot: () => largest },
  ]
  assert.deepEqual(snapshotPage(two, 0, 0 as never), reply, 'what is larger holds nobody up')
  assert.ok(frame({ id: 1, reply }).length <= MESSAGE_BYTES_MAX, String(frame({ id: 1, reply }).length))
  await scene.close()
})
