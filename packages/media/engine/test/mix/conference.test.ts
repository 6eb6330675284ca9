// Mixes on real sockets: phones with a tone each, and what every one of them hears.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loudness, sine, toneShare } from '@rufwerk/rtp/testing'
import { loadOpus } from '../../src/index.ts'
import { rateOf } from '../../src/stream/codecs.ts'
import { codec } from '../support/scene.ts'
import { decode, Stage, sharesOf, type Voice } from '../support/sound.ts'
import { writeWav } from '../support/wav-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'prompts-'))
before(async () => {
  writeFileSync(join(folder, 'welcome.wav'), writeWav(sine(16_000, 3_100, 16_000), { rate: 16_000 }))
  await loadOpus()
})
after(() => rmSync(folder, { recursive: true }))

const MIX = { type: 'mix', mix: 'm', isMuted: false }

/** How much of what `member` heard is each tone. */
const shares = (member: Voice, tones: readonly Voice[]) =>
  sharesOf(
    member.phone,
    member.name,
    tones.map(({ hz }) => hz),
  )

const forget = (members: readonly Voice[]) => {
  for (const { phone } of members) phone.heard.length = 0
}

/** Checks that every listener hears these tones and none of the others. */
async function assertHeard(members: readonly Voice[], who: Readonly<Record<string, string>>): Promise<void> {
  for (const listener of members) {
    const wanted = who[listener.id]
    if (wanted === undefined) continue
    const heard = await shares(listener, members)
    for (const [at, speaker] of members.entries()) {
      const share = heard[at] ?? 0
      const text = `${listener.id} hears ${speaker.id}: ${share.toFixed(3)}`
      if (wanted.includes(speaker.id)) assert.ok(share > 0.6 / wanted.length, text)
      else assert.ok(share < 0.02, text)
    }
  }
}

test('MIX-1 three members in three formats each hear the other two and not themselves', async (t) => {
  const stage = new Stage(t)
  const { scene } = stage
  const members = [
    await stage.enter('a', 'PCMA', 500, MIX),
    await stage.enter('b', 'G722', 900, MIX),
    await stage.enter('c', 'opus', 1_300, MIX),
  ]
  await stage.speak(members, 1_000)
  await assertHeard(members, { a: 'bc', b: 'ac', c: 'ab' })
  for (const { phone } of members) {
    const steps = phone.heard
      .slice(1)
      .map(({ sequenceNumber }, at) => sequenceNumber - (phone.heard[at]?.sequenceNumber ?? 0))
    assert.ok(
      steps.every((step) => step === 1),
      `${steps}`,
    )
  }
  await scene.close()
})

test('MIX-2 G.722 and Opus keep their bandwidth in the mix', async (t) => {
  const stage = new Stage(t)
  const { scene } = stage
  const members = [
    await stage.enter('a', 'G722', 6_500, MIX),
    await stage.enter('b', 'G722', 500, MIX),
    await stage.enter('c', 'opus', 3_700, MIX),
  ]
  const [a, b, c] = members as [Voice, Voice, Voice]
  await stage.speak([a], 800)
  await assertHeard([a, b], { b: 'a' })
  forget(members)
  await stage.speak([c], 800)
  await assertHeard(members, { a: 'c', b: 'c' })
  forget(members)
  await stage.speak([{ ...a, hz: 3_700 }], 800)
  const [wide = 0] = await sharesOf(c.phone, 'opus', [3_700])
  assert.ok(wide > 0.6, `${wide}`)
  await scene.close()
})

test('MIX-3 who is muted hears and is not heard; who leaves neither; who comes late both', async (t) => {
  const stage = new Stage(t)
  const { scene } = stage
  const [a, b, c] = [
    await stage.enter('a', 'PCMA', 500, MIX),
    await stage.enter('b', 'PCMU', 900, MIX),
    await stage.enter('c', 'G722', 1_300, MIX),
  ]
  const members = [a, b, c]
  await scene.source('b', { ...MIX, isMuted: true })
  await stage.speak(members, 800)
  await assertHeard(members, { a: 'c', b: 'ac', c: 'a' })
  await scene.source('b', MIX)
  await scene.source('a', { type: 'silence' })
  await stage.pass(60)
  forget(members)
  await stage.speak(members, 800)
  await assertHeard(members, { b: 'c', c: 'b' })
  assert.equal(a.phone.heard.length, 0)
  const late = await stage.enter('d', 'opus', 1_700, MIX)
  forget(members)
  await stage.speak([...members, late], 800)
  await assertHeard([...members, late], { b: 'cd', c: 'bd', d: 'bc' })
  await scene.do({ type: 'close', endpoint: 'b' })
  await scene.do({ type: 'close', endpoint: 'c' })
  assert.equal(scene.engine.size().mixes, 1)
  await scene.close()
})

test('MIX-4 a listener is heard by nobody, a whisper only by whom it is for, a barge by all', async (t) => {
  const stage = new Stage(t)
  const { scene } = stage
  const members = [
    await stage.enter('c', 'PCMA', 500, MIX),
    await stage.enter('a', 'opus', 900, MIX),
    await stage.enter('s', 'G722', 1_300, { ...MIX, heardBy: [] }),
  ]
  await stage.speak(members, 800)
  await assertHeard(members, { c: 'a', a: 'c', s: 'ca' })
  await scene.source('s', { ...MIX, heardBy: ['a', 'nobody'] })
  await stage.pass(60)
  forget(members)
  await stage.speak(members, 800)
  await assertHeard(members, { c: 'a', a: 'cs', s: 'ca' })
  await scene.source('s', MIX)
  await stage.pass(60)
  forget(members)
  await stage.speak(members, 800)
  await assertHeard(members, { c: 'as', a: 'cs', s: 'ca' })
  await scene.close()
})

test('MIX-5 a lossy member is concealed and disturbs nobody', async (t) => {
  const stage = new Stage(t)
  const { scene } = stage
  const members = [await stage.enter('a', 'PCMA', 500, MIX), await stage.enter('b', 'PCMA', 900, MIX)]
  const [a, b] = members as [Voice, Voice]
  await stage.speak(members, 1_000, (voice, frame) => voice === a && frame % 12 === 11)
  await assertHeard(members, { a: 'b' })
  const [share = 0] = await sharesOf(b.phone, 'PCMA', [500])
  assert.ok(share > 0.85, `${share}`)
  assert.ok(b.phone.heard.length >= 45)
  await scene.close()
})

test('MIX-6 a tone and a prompt play to all or to one; the end is told once', async (t) => {
  const stage = new Stage(t, { promptsDir: folder })
  const { scene } = stage
  const [a, b] = [await stage.enter('a', 'PCMA', 500, MIX), await stage.enter('b', 'G722', 900, MIX)]
  const prompt = { type: 'prompt', names: ['welcome'], isLooped: false }
  const ended = () => scene.events.filter(({ type }) => type === 'announcementEnded')
  await scene.done({ type: 'announce', mix: 'm', sound: prompt })
  await scene.done({ type: 'announce', mix: 'm', sound: prompt })
  await stage.pass(1_100)
  assert.deepEqual(ended(), [{ type: 'announcementEnded', mix: 'm' }])
  for (const { phone, name } of [a, b])
    assert.ok(((await sharesOf(phone, name, [3_100]))[0] ?? 0) > 0.9, name)
  await stage.pass(60)
  forget([a, b])
  await scene.done({
    type: 'announce',
    mix: 'm',
    to: 'a',
    sound: { type: 'tone', tone: 'beep', country: 'de' },
  })
  await stage.pass(300)
  assert.deepEqual(ended()[1], { type: 'announcementEnded', mix: 'm', to: 'a' })
  await stage.pass(60)
  const beep = await decode(a.phone, 'PCMA')
  const start = beep.findIndex((sample) => Math.abs(sample) > 500)
  assert.ok(toneShare(beep.subarray(start, start + 1_200), 8_000, 1_400) > 0.9)
  const other = loudness(await decode(b.phone, 'G722'))
  assert.ok(other < 20, `${other}`)
  await scene.done({ type: 'announce', mix: 'm', sound: { ...prompt, isLooped: true } })
  await scene.done({ type: 'announce', mix: 'm', sound: { type: 'silence' } })
  await stage.pass(60)
  assert.equal(ended().length, 2, 'what is replaced does not end')
  await scene.close()
})

test('MIX-7 who speaks is told with a level, seldom, and not who whispers or listens', async (t) => {
  const stage = new Stage(t)
  const { scene } = stage
  const members = [
    await stage.enter('a', 'PCMA', 500, MIX),
    await stage.enter('b', 'PCMA', 900, MIX),
    await stage.enter('s', 'PCMA', 1_300, { ...MIX, heardBy: [] }),
  ]
  const [a, , s] = members as [Voice, Voice, Voice]
  await stage.speak([a, s], 600)
  await stage.pass(800)
  const told = scene.events.flatMap((event) => (event.type === 'speakers' ? [event.speakers] : []))
  const names = told.map((speakers) => speakers.map(({ endpoint }) => endpoint).join())
  assert.equal(names[0], 'a')
  assert.equal(names.at(-1), '')
  assert.ok(told.flat().every(({ endpoint }) => endpoint === ('a' as never)))
  const level = Math.max(...told.flat().map(({ levelDb }) => levelDb))
  assert.ok(level > -20 && level < -8, `${level}`)
  assert.ok(told.length <= (600 + 800) / 250 + 1, `${told.length}`)
  await scene.close()
})

test('MIX-8 a re-INVITE in another format leaves the member where it is; digits and hold work', async (t) => {
  const stage = new Stage(t)
  const { scene } = stage
  const [a, b] = [await stage.enter('a', 'PCMA', 500, MIX), await stage.enter('b', 'PCMA', 900, MIX)]
  await scene.configure('a', a.phone, codec('G722'))
  const wide = { ...a, name: 'G722' as const }
  forget([a, b])
  await stage.speak([wide, b], 800)
  await assertHeard([wide, b], { a: 'b', b: 'a' })
  assert.equal(scene.engine.size().mixes, 1)
  await scene.done({ type: 'sendDtmf', endpoint: 'b', digit: '5', durationMs: 100 })
  await stage.pass(250)
  assert.ok(b.phone.heard.some(({ payloadType }) => payloadType === 101))
  await scene.configure('b', b.phone, codec('PCMA'), { direction: 'inactive' })
  await stage.pass(60)
  const count = b.phone.heard.length
  await stage.pass(80)
  assert.equal(b.phone.heard.length, count)
  await scene.close()
})

test('MIX-14 listeners hear the speaker before and after that, and can speak again', async (t) => {
  const stage = new Stage(t)
  const { scene } = stage
  const speaker = await stage.enter('s', 'PCMA', 500, MIX)
  const formats = ['PCMU', 'PCMU', 'opus', 'opus'] as const
  const listeners: Voice[] = []
  for (const [at, name] of formats.entries())
    listeners.push(await stage.enter(`l${at}`, name, 900 + 100 * at, MIX))
  await stage.speak([speaker], 2_400)
  for (const { phone, name, id } of listeners) {
    const sound = (await decode(phone, name)).subarray(rateOf(name) * 0.4, rateOf(name) * 2.3)
    assert.ok(
      toneShare(sound, rateOf(name), 500) > 0.9,
      `${id} ${name}: ${toneShare(sound, rateOf(name), 500)}`,
    )
  }
  const [one, other] = listeners
    .slice(-2)
    .map(({ phone }) => phone.heard.map(({ payload }) => payload.toString('hex')))
  const same = one?.slice(-55, -5).filter((payload) => other?.includes(payload)).length
  assert.equal(same, 50, 'of the last second, the same bytes')
  forget([speaker, ...listeners])
  const [opus] = listeners.slice(-1) as [Voice]
  await stage.speak([speaker, opus], 800)
  await assertHeard([speaker, ...listeners], { s: opus.id, [opus.id]: 's' })
  await scene.close()
})
