import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SILENT_LOG, type TenantId } from '@rufwerk/core'
import { loudness, sine, toneShare } from '@rufwerk/rtp/testing'
import { PROMPT_BYTES_MAX, PROMPT_CACHE_BYTES_MAX } from '../src/limits.ts'
import { PromptLibrary } from '../src/sound/prompts.ts'
import { RecordingSource } from '../src/sound/recording-source.ts'
import { writeG722Wav } from '../src/sound/wav.ts'
import { writeWav } from './support/wav-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'prompts-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'de'))
writeFileSync(join(folder, 'hello.wav'), writeWav(sine(8_000, 440, 8_000), { rate: 8_000 }))
writeFileSync(join(folder, 'de', 'wide.wav'), writeWav(sine(16_000, 600, 16_000), { rate: 16_000 }))
writeFileSync(join(folder, 'broken.wav'), 'RIFF')

const library = () => new PromptLibrary(folder, SILENT_LOG)

test('PRM-1 a prompt is played at the rate that is asked for', async () => {
  for (const [name, rate, frequency] of [
    ['hello', 8_000, 440],
    ['hello', 16_000, 440],
    ['de/wide', 8_000, 600],
    ['de/wide', 16_000, 600],
  ] as const) {
    const prompt = await library().load(name, rate)
    assert.ok(prompt.ok, name)
    assert.ok(Math.abs(prompt.value.length / rate - 1) < 0.1)
    const middle = prompt.value.subarray(rate / 4, (rate * 3) / 4)
    assert.ok(toneShare(middle, rate, frequency) > 0.95, `${name} at ${rate}`)
  }
})

test('PRM-2 missing, broken and too long files have a reason, and no name leaves the folder', async () => {
  writeFileSync(join(folder, 'long.wav'), writeWav(new Int16Array(PROMPT_BYTES_MAX / 2), {}))
  for (const [name, why] of [
    ['missing', /no prompt/],
    ['broken', /not-wav/],
    ['long', /longer/],
    ['../prompts/hello', /name/],
    ['de/../hello', /name/],
    ['/etc/passwd', /name/],
    ['hello.wav', /name/],
    ['a/b/c', /name/],
  ] as const) {
    const prompt = await library().load(name, 8_000)
    assert.ok(!prompt.ok && why.test(prompt.error), `${name}: ${JSON.stringify(prompt)}`)
  }
})

test('PRM-5 a company hears its own file, at once when it is replaced, and nobody else does', async () => {
  const own = join(folder, 'own')
  const [ours, theirs] = ['ours', 'theirs'] as TenantId[]
  mkdirSync(join(own, 'ours'), { recursive: true })
  const prompts = new PromptLibrary(folder, SILENT_LOG, own)
  const frequencyFor = async (tenant: TenantId | undefined, rate: 8_000 | 16_000 = 16_000) => {
    const prompt = await prompts.load('hello', rate, tenant)
    assert.ok(prompt.ok)
    const middle = prompt.value.subarray(rate / 4, (rate * 3) / 4)
    return [440, 600, 700].find((frequency) => toneShare(middle, rate, frequency) > 0.95)
  }
  assert.equal(await frequencyFor(ours), 440)
  writeFileSync(join(own, 'ours', 'hello.wav'), writeG722Wav(sine(16_000, 600, 16_000)))
  assert.deepEqual([await frequencyFor(ours), await frequencyFor(ours, 8_000)], [600, 600])
  assert.deepEqual([await frequencyFor(theirs), await frequencyFor(undefined)], [440, 440])
  writeFileSync(join(own, 'ours', 'hello.wav'), writeWav(sine(16_000, 700, 17_000), { rate: 16_000 }))
  assert.equal(await frequencyFor(ours), 700)
  rmSync(join(own, 'ours', 'hello.wav'))
  assert.equal(await frequencyFor(ours), 440)
  for (const tenant of ['../own', '..', '.', 'ours/../ours', ''])
    assert.equal(await frequencyFor(tenant as TenantId), 440, tenant)
})

test('PRM-3 kept recordings never take more than PROMPT_CACHE_BYTES_MAX', async () => {
  const prompts = library()
  const file = writeWav(new Int16Array(PROMPT_BYTES_MAX / 2 - 100), {})
  const count = PROMPT_CACHE_BYTES_MAX / PROMPT_BYTES_MAX + 2
  for (let index = 0; index < count; index++) {
    writeFileSync(join(folder, `big${index}.wav`), file)
    assert.ok((await prompts.load(`big${index}`, 8_000)).ok)
    assert.ok(prompts.size() <= PROMPT_CACHE_BYTES_MAX)
  }
})

test('PRM-8 many who ask at the same time wait for one reading', async () => {
  const prompts = library()
  const [one, other] = await Promise.all([prompts.load('hello', 8_000), prompts.load('hello', 8_000)])
  assert.ok(one.ok && other.ok)
  assert.equal(one.value, other.value)
  assert.equal(prompts.size(), one.value.byteLength)
  const failed = await Promise.all([prompts.load('broken', 8_000), prompts.load('broken', 8_000)])
  assert.deepEqual(
    failed.map(({ ok }) => ok),
    [false, false],
  )
})

test('PRM-4 recordings play one after the other and end once, or go round', () => {
  const recordings = [Int16Array.from([1, 2, 3]), new Int16Array(0), Int16Array.from([4, 5])]
  const frame = new Int16Array(4)
  const once = new RecordingSource(recordings, 8_000, false)
  assert.equal(once.read(frame), 'sound')
  assert.deepEqual([...frame], [1, 2, 3, 4])
  assert.equal(once.read(frame), 'sound')
  assert.deepEqual([...frame], [5, 0, 0, 0])
  assert.equal(once.read(frame), 'ended')
  assert.equal(loudness(frame), 0)
  const round = new RecordingSource(recordings, 8_000, true)
  for (let count = 0; count < 5; count++) assert.equal(round.read(frame), 'sound')
  assert.deepEqual([...frame], [2, 3, 4, 5])
  assert.equal(new RecordingSource([new Int16Array(0)], 8_000, true).read(frame), 'ended')
})

test('PRM-7 a message comes from its own folder, at each rate, and is not kept', async () => {
  const messages = join(folder, 'run')
  mkdirSync(messages)
  for (const rate of [8_000, 16_000] as const)
    writeFileSync(join(messages, `m1.${rate}.wav`), writeWav(sine(rate, 700, rate), { rate }))
  const prompts = new PromptLibrary(folder, SILENT_LOG, undefined, messages)
  for (const rate of [8_000, 16_000] as const) {
    const message = await prompts.load('message/m1', rate)
    assert.ok(message.ok)
    assert.equal(message.value.length, rate)
    assert.ok(toneShare(message.value, rate, 700) > 0.95)
  }
  assert.equal(prompts.size(), 0)
  rmSync(join(messages, 'm1.8000.wav'))
  assert.ok(!(await prompts.load('message/m1', 8_000)).ok)
  assert.ok(!(await prompts.load('message/../m1', 16_000)).ok)
  assert.ok(!(await library().load('message/m1', 16_000)).ok)
})
