// Prompts of a company on a disk, with the real converter: every common format, what is no sound, bombs,
// names.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { type PersonId, SILENT_LOG, type TenantId } from '@rufwerk/core'
import { loudnessOf, PROMPT_SECONDS_MAX, readWave, SPEECH_LUFS, writeWav } from '@rufwerk/engine/prepare'
import { sine, toneShare } from '@rufwerk/rtp/testing'
import { Converter } from '../../src/prompts/converter.ts'
import { OWN_PROMPTS_MAX, openPrompts, type Prompts } from '../../src/prompts/prompts.ts'

const work = mkdtempSync(join(tmpdir(), 'prompts-'))
after(() => rmSync(work, { recursive: true }))
const [OURS, THEIRS] = ['ours', 'theirs'] as TenantId[] as [TenantId, TenantId]
const ADMIN = 'admin' as PersonId
const builtInFolder = join(import.meta.dirname, '../../../media/prompts')

async function open(folder = join(mkdtempSync(join(work, 'data-')), 'prompts'), timeMaxMs?: number) {
  const converter = new Converter(SILENT_LOG, timeMaxMs)
  const placeOf = (tenant: TenantId, file: string) => (tenant === OURS ? `where ${file} is named` : undefined)
  const parts = { folder, builtInFolder, converter, placeOf, log: SILENT_LOG }
  const prompts = await openPrompts(parts, [OURS, THEIRS])
  const replace = (file: string, bytes: Uint8Array, tenant = OURS) =>
    prompts.replace(tenant, ADMIN, file, Uint8Array.from(bytes))
  return { folder, converter, prompts, replace }
}

async function whyNot(prompts: Prompts, bytes: Uint8Array, file = 'de-welcome'): Promise<string> {
  const replaced = await prompts.replace(OURS, ADMIN, file, Uint8Array.from(bytes))
  assert.ok(!replaced.ok, 'it was taken')
  return replaced.error.why === 'no-sound' ? replaced.error.sentence : replaced.error.why
}

const TONE = writeWav({ rate: 16_000, samples: sine(16_000, 700, 24_000, 8_000) })

/** The same tone in another format, by a program that has nothing of ours. */
function encoded(ending: string, ...options: readonly string[]): Buffer {
  const file = join(work, `tone.${ending}`)
  if (existsSync(file)) return readFileSync(file)
  const from = ['-f', 'lavfi', '-i', 'sine=frequency=700:duration=1.5:sample_rate=44100']
  execFileSync('ffmpeg', ['-y', '-loglevel', 'error', ...from, ...options, file])
  return readFileSync(file)
}

test('any common format and rate becomes a wave file of 16 kHz, as loud as all others', async () => {
  const { prompts, replace } = await open()
  const rows: readonly (readonly [string, Buffer])[] = [
    ['WAV 44.1 kHz, stereo', encoded('wav', '-ac', '2')],
    ['WAV 8 kHz, A-law', encoded('alaw.wav', '-ar', '8000', '-c:a', 'pcm_alaw')],
    ['WAV 96 kHz, 24 bit', encoded('24.wav', '-ar', '96000', '-c:a', 'pcm_s24le')],
    ['MP3 128 kbit/s', encoded('mp3', '-b:a', '128k', '-ac', '2')],
    ['MP3 22.05 kHz, mono', encoded('low.mp3', '-ar', '22050', '-ac', '1')],
    ['Ogg Opus', encoded('opus', '-c:a', 'libopus')],
    ['FLAC 96 kHz, stereo, 24 bit', encoded('24.flac', '-ar', '96000', '-ac', '2', '-sample_fmt', 's32')],
    ['FLAC', encoded('flac')],
    ['FLAC in Ogg', encoded('oga', '-c:a', 'flac')],
  ]
  for (const [name, file] of rows) {
    const replaced = await replace('de-welcome', file)
    assert.ok(replaced.ok, `${name}: ${JSON.stringify(replaced)}`)
    assert.ok(
      Math.abs((replaced.value.own?.seconds ?? 0) - 1.5) < 0.2,
      `${name}: ${replaced.value.own?.seconds}`,
    )
    const wave = readWave((await prompts.sound(OURS, 'de-welcome')) ?? new Uint8Array(0))
    assert.ok(wave.ok && wave.value.rate === 16_000 && wave.value.channels.length === 1, name)
    const [samples = new Float32Array(0)] = wave.value.channels
    const middle = Int16Array.from(samples.subarray(4_000, 20_000), (sample) => sample * 32_767)
    assert.ok(toneShare(middle, 16_000, 700) > 0.95, name)
    assert.ok(Math.abs(loudnessOf(samples, 16_000) - SPEECH_LUFS) < 0.5, name)
  }
})

test('what is no sound or cannot be read is refused with a sentence that names it', async () => {
  const { folder, prompts, replace } = await open()
  assert.ok((await replace('de-welcome', TONE)).ok)
  const before = readFileSync(join(folder, OURS, 'de-welcome.wav'))
  const silence = writeWav({ rate: 16_000, samples: new Int16Array(16_000) })
  const click = writeWav({ rate: 16_000, samples: sine(16_000, 700, 400) })
  const long = writeWav({ rate: 8_000, samples: sine(8_000, 700, 8_000 * (PROMPT_SECONDS_MAX + 2)) })
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500)])
  const rows: readonly (readonly [Uint8Array, RegExp])[] = [
    [new Uint8Array(0), /empty/],
    [png, /a PNG picture and no sound/],
    [Buffer.from('<html>hello</html>'), /a text and no sound/],
    [Buffer.alloc(5_000, 7), /unknown kind/],
    [encoded('m4a', '-c:a', 'aac'), /M4A or MP4.*save it as/],
    [encoded('ogg', '-c:a', 'libvorbis'), /Ogg file with Vorbis sound.*save it as/],
    [TONE.subarray(0, 40), /broken/],
    [encoded('mp3').subarray(0, 60), /broken/],
    [Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(4_000, 0x55)]), /broken/],
    [Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), Buffer.alloc(4_000, 0x33)]), /broken/],
    [
      Buffer.concat([encoded('opus').subarray(0, 200), Buffer.alloc(4_000, 0x55)]),
      /broken|nothing to be heard/,
    ],
    [silence, /nothing to be heard/],
    [click, /shorter/],
    [long, /longer than 131 seconds/],
  ]
  for (const [bytes, sentence] of rows) assert.match(await whyNot(prompts, bytes), sentence)
  assert.deepEqual(readFileSync(join(folder, OURS, 'de-welcome.wav')), before)
  assert.deepEqual(readdirSync(join(folder, OURS)), ['de-welcome.wav'])
})

test('a small file that unpacks to more than a prompt may have is noticed', async () => {
  const { prompts } = await open()
  // Minutes of silence are some kB in each of these.
  for (const [ending, ...options] of [
    ['flac'],
    ['mp3', '-b:a', '8k', '-ar', '8000'],
    ['opus', '-c:a', 'libopus', '-b:a', '6k'],
  ] as const) {
    const file = join(work, `hours.${ending}`)
    const from = ['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=mono', '-t', '200']
    execFileSync('ffmpeg', ['-y', '-loglevel', 'error', ...from, ...options, file])
    assert.match(await whyNot(prompts, readFileSync(file)), /longer than/, ending)
  }
})

test('broken bytes anywhere never harm anybody: a sentence, or what could be read', async () => {
  const { prompts, converter } = await open()
  for (const file of [encoded('mp3'), encoded('flac'), encoded('opus', '-c:a', 'libopus'), TONE]) {
    const half = file.subarray(0, file.length >> 1)
    const changed = Buffer.from(file)
    for (let at = 40; at < changed.length; at += 97) changed[at] = (at * 31) & 0xff
    for (const bytes of [half, changed]) {
      const replaced = await prompts.replace(OURS, ADMIN, 'de-welcome', Uint8Array.from(bytes))
      if (!replaced.ok) assert.equal(replaced.error.why, 'no-sound')
    }
  }
  assert.equal(converter.size(), 0)
})

test('what takes too long is stopped, and too many at once are sent away', async () => {
  const { prompts, replace } = await open(undefined, 1)
  assert.match(await whyNot(prompts, TONE), /took too long/)
  const many = await Promise.all(Array.from({ length: 6 }, () => replace('de-welcome', TONE)))
  const busy = many.filter((one) => !one.ok && one.error.why === 'busy')
  assert.equal(busy.length, 2)
})

test('names that are none, that lead elsewhere, or whose words are evidence are refused', async () => {
  const { folder, prompts } = await open()
  for (const file of [
    'welcome',
    'fr-welcome',
    'de-',
    'de-../x',
    'de-a/b',
    '../de-x',
    'de-a.b',
    `de-${'x'.repeat(60)}`,
  ])
    assert.equal(await whyNot(prompts, TONE, file), 'no-name', file)
  assert.equal(await whyNot(prompts, TONE, 'de-recording-question'), 'fixed')
  assert.throws(() => statSync(folder))
  for (const file of ['../../etc/passwd', 'de-nothing', 'music-nothing', 'x'])
    assert.equal(await prompts.sound(OURS, file), undefined)
})

test('own ones are of their company alone, stand beside the built-in ones, and go again', async () => {
  const { folder, prompts, replace } = await open()
  assert.equal(prompts.has(OURS, 'de', 'welcome'), true)
  assert.equal(prompts.has(OURS, 'de', 'summer-party'), false)
  for (const file of ['de-summer-party', 'de-welcome', 'music-hold', 'music-jazz'])
    assert.ok((await replace(file, TONE)).ok, file)
  assert.deepEqual(
    [prompts.has(OURS, 'de', 'summer-party'), prompts.has(OURS, 'en', 'summer-party')],
    [true, false],
  )
  assert.equal(prompts.has(THEIRS, 'de', 'summer-party'), false)
  const again = await open(folder)
  for (const shown of [prompts, again.prompts]) {
    const own = shown.list(OURS).filter((prompt) => prompt.own !== undefined)
    assert.deepEqual(own.map(({ file, isBuiltIn }) => [file, isBuiltIn]).toSorted(), [
      ['de-summer-party', false],
      ['de-welcome', true],
      ['music-hold', true],
      ['music-jazz', false],
    ])
    assert.ok(shown.list(THEIRS).every((prompt) => prompt.own === undefined))
  }
  const builtIn = await again.prompts.sound(THEIRS, 'de-welcome')
  assert.equal(prompts.usedAt(OURS, 'de-summer-party'), 'where de-summer-party is named')
  for (const file of ['de-welcome', 'music-hold', 'de-not-there', '../x'])
    assert.equal(prompts.usedAt(OURS, file), undefined, file)
  assert.equal(await again.prompts.reset(OURS, ADMIN, 'de-welcome'), true)
  assert.equal(await again.prompts.reset(OURS, ADMIN, 'de-welcome'), false)
  assert.deepEqual(await again.prompts.sound(OURS, 'de-welcome'), builtIn)
  assert.equal(await again.prompts.reset(OURS, ADMIN, 'de-summer-party'), true)
  assert.equal(again.prompts.state(OURS, 'de-summer-party'), undefined)
  assert.deepEqual(readdirSync(join(folder, OURS)).toSorted(), ['music-hold.wav', 'music-jazz.wav'])
  assert.equal(again.prompts.size(), 2)
})

test('the files of a company are limited, replacing one is not', async () => {
  const folder = join(work, 'full')
  mkdirSync(join(folder, OURS), { recursive: true })
  for (let number = 0; number < OWN_PROMPTS_MAX; number += 1)
    writeFileSync(join(folder, OURS, `de-number-${number}.wav`), TONE)
  const { prompts, replace } = await open(folder)
  assert.equal(await whyNot(prompts, TONE, 'de-one-more'), 'full')
  assert.ok((await replace('de-number-7', TONE)).ok)
  assert.ok(await prompts.reset(OURS, ADMIN, 'de-number-8'))
  assert.ok((await replace('de-one-more', TONE)).ok)
})

test('what is sent is moved to the thread that converts it, and not copied', async () => {
  const bytes = Uint8Array.from(TONE)
  assert.ok((await new Converter(SILENT_LOG).convert(bytes, 'speech')).ok)
  assert.equal(bytes.length, 0)
})
