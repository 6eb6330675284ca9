import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CodecName } from '@rufwerk/media-control'
import { loudness, sine, toneShare } from '@rufwerk/rtp/testing'
import { loadOpus } from '../src/index.ts'
import { writeG722Wav } from '../src/sound/wav.ts'
import { closeCodec, openEncoder, rateOf } from '../src/stream/codecs.ts'
import { codec, NOTHING_OPEN, Scene, type SceneSettings, until } from './support/scene.ts'
import { best, decode, delivered, Pace, speak } from './support/sound.ts'
import { writeWav } from './support/wav-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'prompts-'))
before(async () => {
  writeFileSync(join(folder, 'low.wav'), writeWav(sine(16_000, 500, 8_000), { rate: 16_000 }))
  writeFileSync(join(folder, 'high.wav'), writeWav(sine(8_000, 900, 4_000), { rate: 8_000 }))
  await loadOpus()
})
after(() => rmSync(folder, { recursive: true }))

const fail = (error: unknown) => assert.fail(String(error))
const CODECS: readonly CodecName[] = ['PCMU', 'PCMA', 'G722', 'opus']

test('SND-1 every format is heard in every other one, as the same tone', async (t) => {
  const pairs = CODECS.flatMap((from) => CODECS.filter((to) => to !== from).map((to) => [from, to] as const))
  const encoders = pairs.map(([from]) => openEncoder(from, rateOf(from), fail))
  await sleep(1)
  const pace = new Pace(t)
  const scene = new Scene({ now: pace.now })
  const ways = await Promise.all(
    pairs.map(async ([from, to], index) => {
      const speaker = await scene.connect(`s${index}`, codec(from))
      const listener = await scene.connect(`l${index}`, codec(to))
      await scene.source(`l${index}`, { type: 'endpoint', endpoint: `s${index}` })
      const sound = sine(rateOf(from), 440 + 20 * index, rateOf(from))
      return { from, to, index, speaker, listener, sound }
    }),
  )
  for (let frame = 0; frame < 50; frame += 1) {
    for (const { from, index, speaker, sound } of ways) {
      const { payloadType, clockRate } = codec(from)
      const samples = rateOf(from) / 50
      const payload = encoders[index]?.encode(sound.subarray(frame * samples, (frame + 1) * samples))
      speaker.send(payload?.slice() ?? new Uint8Array(), payloadType, clockRate / 50)
    }
    const last = ways.map(({ index }) => `s${index}`)
    await delivered(async () => {
      const all = await Promise.all(last.map((id) => scene.stats(id)))
      return all.every(({ packetsReceived }) => packetsReceived === frame + 1)
    })
    pace.pass(20)
  }
  for (const encoder of encoders) closeCodec(encoder)
  t.mock.timers.reset()
  for (const { from, to, index, listener } of ways) {
    const { packetsSent, isRelayed } = await scene.stats(`l${index}`)
    await delivered(() => listener.heard.length === packetsSent)
    assert.ok(listener.heard.length >= 45, `${from} to ${to}: ${listener.heard.length}`)
    const rate = rateOf(to)
    const sound = best(await decode(listener, to), rate)
    const share = toneShare(sound, rate, 440 + 20 * index)
    assert.ok(share > 0.9, `${from} to ${to}: ${share}`)
    assert.ok(loudness(sound) > 3_000, `${from} to ${to}: ${loudness(sound)}`)
    const steps = listener.heard.map(
      ({ timestamp }, at) => timestamp - (listener.heard[at - 1]?.timestamp ?? timestamp),
    )
    assert.ok(
      steps.slice(1).every((step) => step === codec(to).clockRate / 50),
      `${from} to ${to}: ${steps}`,
    )
    assert.equal(isRelayed, false)
  }
  await scene.close()
})

test('SND-2 a peer that changes between negotiated formats is relayed or transcoded as needed', async () => {
  const scene = new Scene()
  const both = { receive: [codec('PCMA'), codec('PCMU')] }
  const speaker = await scene.connect('s', codec('PCMA'), both)
  const listener = await scene.connect('l')
  await scene.source('l', { type: 'endpoint', endpoint: 's' })
  await speak(speaker, 'PCMA', 500, 300)
  assert.ok((await scene.stats('l')).isRelayed)
  await speak(speaker, 'PCMU', 500, 400)
  assert.equal((await scene.stats('l')).isRelayed, false)
  await speak(speaker, 'PCMA', 500, 300)
  await sleep(50)
  assert.ok((await scene.stats('l')).isRelayed)
  assert.ok(toneShare(best(await decode(listener, 'PCMA'), 8_000), 8_000, 500) > 0.9)
  assert.equal(scene.engine.size().ticking, 0)
  await scene.close()
})

test('SND-3 packets have the length that was negotiated', async () => {
  const scene = new Scene()
  for (const ptimeMs of [10, 20, 40, 60]) {
    const phone = await scene.connect(`p${ptimeMs}`, codec('PCMA', ptimeMs))
    await scene.source(`p${ptimeMs}`, { type: 'tone', tone: 'busy', country: 'de' })
    await until(() => phone.heard.length >= 4)
    assert.ok(
      phone.heard.every(({ payload }) => payload.length === ptimeMs * 8),
      `${ptimeMs}`,
    )
    const [first, second] = phone.heard
    assert.equal((second?.timestamp ?? 0) - (first?.timestamp ?? 0), ptimeMs * 8)
    await scene.source(`p${ptimeMs}`, { type: 'silence' })
  }
  await scene.close()
})

test('SRC-1 prompts play in order in every format, and their end is told once', async () => {
  const scene = new Scene({ promptsDir: folder })
  const play = async (name: CodecName) => {
    const phone = await scene.connect(name, codec(name))
    await scene.source(name, { type: 'prompt', names: ['low', 'high'], isLooped: false })
    const ended = () =>
      scene.events.filter((event) => event.type === 'sourceEnded' && event.endpoint === (name as never))
    await until(() => ended().length > 0, 3_000)
    await sleep(60)
    assert.equal(ended().length, 1)
    const rate = rateOf(name)
    const sound = await decode(phone, name)
    const start = sound.findIndex((sample) => Math.abs(sample) > 1_000)
    const low = sound.subarray(start + rate * 0.1, start + rate * 0.4)
    const high = sound.subarray(start + rate * 0.65, start + rate * 0.9)
    assert.ok(toneShare(low, rate, 500) > 0.9, `${name}: ${toneShare(low, rate, 500)}`)
    assert.ok(toneShare(high, rate, 900) > 0.9, `${name}: ${toneShare(high, rate, 900)}`)
    assert.equal(phone.heard.filter(({ marker }) => marker).length, 1)
  }
  await Promise.all(CODECS.map(play))
  await sleep(30)
  assert.equal(scene.engine.size().ticking, 0)
  await scene.close()
})

test('PRM-6 on hold one hears music: the own of the company, the built-in one, or the tone', async () => {
  const [builtIn, own] = [join(folder, 'built-in'), join(folder, 'own')]
  for (const path of [builtIn, join(own, 't')]) mkdirSync(path, { recursive: true })
  const frequencyOf = async (settings: SceneSettings): Promise<number | undefined> => {
    const scene = new Scene(settings)
    const phone = await scene.connect('a')
    await scene.source('a', { type: 'tone', tone: 'hold', country: 'de' })
    await until(() => phone.heard.length >= 25)
    const sound = await decode(phone, 'PCMA')
    await scene.close()
    return [392, 800, 1_200].find((hertz) => toneShare(sound.subarray(800, 4_000), 8_000, hertz) > 0.4)
  }
  assert.equal(await frequencyOf({ promptsDir: builtIn, ownPromptsDir: own }), 392)
  writeFileSync(join(builtIn, 'music-hold.wav'), writeG722Wav(sine(16_000, 800, 16_000)))
  assert.equal(await frequencyOf({ promptsDir: builtIn, ownPromptsDir: own }), 800)
  writeFileSync(join(own, 't', 'music-hold.wav'), writeG722Wav(sine(16_000, 1_200, 16_000)))
  assert.equal(await frequencyOf({ promptsDir: builtIn, ownPromptsDir: own }), 1_200)
  assert.equal(await frequencyOf({ promptsDir: builtIn }), 800)
})

test('SRC-2 a source that is overtaken while its prompt is read does nothing', async () => {
  const scene = new Scene({ promptsDir: folder })
  const phone = await scene.connect('a')
  const late = scene.do({
    type: 'setSource',
    endpoint: 'a',
    source: { type: 'prompt', names: ['low'], isLooped: true },
  })
  await scene.source('a', { type: 'silence' })
  assert.deepEqual(await late, { type: 'done' })
  await sleep(80)
  assert.equal(phone.heard.length, 0)
  await scene.close()
})

test('SRC-5 a source whose endpoint closes while its prompt is read does nothing', async () => {
  const scene = new Scene({ promptsDir: folder })
  for (const source of [
    { type: 'prompt', names: ['low'], isLooped: true },
    { type: 'parrot', greeting: ['low'] },
  ]) {
    await scene.connect('a')
    const late = scene.do({ type: 'setSource', endpoint: 'a', source })
    assert.equal((await scene.do({ type: 'close', endpoint: 'a' })).type, 'closed')
    assert.deepEqual(await late, { type: 'done' })
    assert.deepEqual(scene.engine.size(), NOTHING_OPEN)
  }
  await scene.close()
})

test('SRC-3 a source set before the answer starts with it, and goes on in another format', async () => {
  const scene = new Scene()
  const phone = await scene.phone()
  const opened = await scene.do({
    type: 'openRtp',
    endpoint: 'a',
    tenant: 't',
    call: 'c',
    leg: 'l',
    address: '127.0.0.1',
  })
  assert.ok(opened.type === 'openedRtp')
  await scene.source('a', { type: 'tone', tone: 'ringback', country: 'us' })
  await scene.configure('a', phone)
  await until(() => phone.heard.length > 3)
  await scene.configure('a', phone, codec('opus'))
  await until(() => phone.heard.some(({ payloadType }) => payloadType === 111))
  await scene.configure('a', phone, codec('opus'), { direction: 'inactive' })
  await sleep(30)
  const count = phone.heard.length
  await sleep(60)
  assert.equal(phone.heard.length, count)
  await scene.close()
})

test('SRC-4 the parrot greets and repeats what it heard', async () => {
  const scene = new Scene({ promptsDir: folder })
  const phone = await scene.connect('a')
  await scene.source('a', { type: 'parrot', greeting: ['low'] })
  await sleep(600)
  const greeting = await decode(phone, 'PCMA')
  assert.ok(toneShare(best(greeting, 8_000), 8_000, 500) > 0.8)
  phone.heard.length = 0
  await speak(phone, 'PCMA', 1_300, 500)
  await sleep(1_500)
  const repeated = await decode(phone, 'PCMA')
  assert.ok(toneShare(best(repeated, 8_000), 8_000, 1_300) > 0.8)
  await scene.close()
})
