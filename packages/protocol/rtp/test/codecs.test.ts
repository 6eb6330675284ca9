import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeG711, encodeG711 } from '../src/g711.ts'
import { G711Decoder, G711Encoder, type G711Law, G722Decoder, G722Encoder } from '../src/index.ts'
import { loudness, sine, toneShare } from '../src/testing.ts'

const LAWS: readonly G711Law[] = ['PCMA', 'PCMU']

function bytes(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(new URL(`./fixtures/${name}.bin`, import.meta.url)))
}

function samples(name: string): Int16Array {
  return new Int16Array(bytes(name).buffer)
}

test('RTP-G1 G.711 has the values of the recommendation and loses nothing twice', () => {
  const rows: readonly [law: G711Law, code: number, sample: number][] = [
    ['PCMU', 0xff, 0],
    ['PCMU', 0x00, -32_124],
    ['PCMU', 0x80, 32_124],
    ['PCMA', 0xd5, 8],
    ['PCMA', 0x55, -8],
    ['PCMA', 0x2a, -32_256],
    ['PCMA', 0xaa, 32_256],
  ]
  const out = new Int16Array(1)
  for (const [law, code, sample] of rows) {
    decodeG711(law, Uint8Array.of(code), out)
    assert.equal(out[0], sample, `${law} ${code}`)
  }
  for (const law of LAWS) {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code)
    const decoded = new Int16Array(256)
    const again = new Uint8Array(256)
    decodeG711(law, codes, decoded)
    encodeG711(law, decoded, again)
    if (law === 'PCMU') codes[0x7f] = 0xff // Two codes mean zero.
    assert.deepEqual(again, codes)
    const tone = sine(8000, 1000, 160)
    const back = new G711Decoder(law).decode(new G711Encoder(law).encode(tone))
    assert.ok(toneShare(back, 8000, 1000) > 0.998)
  }
})

test('RTP-G2 G.711 agrees with libspandsp for every code and every sample', () => {
  for (const law of LAWS) {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code)
    const decoded = new Int16Array(256)
    decodeG711(law, codes, decoded)
    assert.deepEqual(decoded, samples(`${law.toLowerCase()}-linear`))
    const expected = new Uint8Array(65_536)
    const runs = bytes(`${law.toLowerCase()}-runs`)
    for (let i = 0; i < runs.length; i += 3)
      expected.fill(runs[i + 2] as number, (runs[i] as number) | ((runs[i + 1] as number) << 8))
    const encoded = new Uint8Array(65_536)
    encodeG711(
      law,
      Int16Array.from({ length: 65_536 }, (_, index) => (index << 16) >> 16),
      encoded,
    )
    assert.deepEqual(encoded, expected)
  }
})

/** The same signal as in fixtures/spandsp-vectors.c. */
function vectorInput(): { input: Int16Array; noise: () => number } {
  let state = 1
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
  const input = Int16Array.from({ length: 8000 }, (_, i) => {
    if (i < 2000) return ((noise() >> 16) << 16) >> 20
    if (i < 4000) return Math.floor(i / 25) % 2 === 1 ? 12_000 : -12_000
    if (i < 6000) return ((noise() >>> 16) << 16) >> 16
    if (i < 7000) return 0
    return ((i * i) & 0x7fff) - 16_384
  })
  return { input, noise }
}

test('RTP-G3 G.722 agrees with libspandsp bit for bit, whatever the packet length', () => {
  const { input, noise } = vectorInput()
  const expected = bytes('g722-encoded')
  for (const packet of [320, 160, 480, 8000]) {
    const encoder = new G722Encoder()
    const encoded = new Uint8Array(4000)
    for (let at = 0; at < input.length; at += packet)
      encoded.set(encoder.encode(input.subarray(at, at + packet)), at / 2)
    assert.deepEqual(encoded, expected)
  }
  const code = new Uint8Array(5000)
  code.set(expected)
  for (let i = 4000; i < 5000; i += 1) code[i] = noise() >>> 24
  const wanted = samples('g722-decoded')
  for (const packet of [160, 80, 250]) {
    const decoder = new G722Decoder()
    const decoded = new Int16Array(10_000)
    for (let at = 0; at < code.length; at += packet)
      decoded.set(decoder.decode(code.subarray(at, at + packet)), at * 2)
    // Where the sound is too loud for 16 bits we saturate, as G.722 has it; libspandsp 0.0.6 wraps around.
    let clipped = 0
    decoded.forEach((sample, index) => {
      if (sample === wanted[index]) return
      assert.ok(sample === 32_767 || sample === -32_768, `sample ${index}`)
      clipped += 1
    })
    assert.ok(clipped < 200, String(clipped))
  }
})

test('RTP-G3 a tone passes G.722 in either band', () => {
  for (const frequency of [440, 3000, 6000]) {
    const encoder = new G722Encoder()
    const decoder = new G722Decoder()
    const tone = sine(16_000, frequency, 16_000, 8000)
    const heard = new Int16Array(16_000)
    for (let at = 0; at < tone.length; at += 320)
      heard.set(decoder.decode(encoder.encode(tone.subarray(at, at + 320))), at)
    const settled = heard.subarray(1600)
    assert.ok(toneShare(settled, 16_000, frequency) > 0.98, String(frequency))
    assert.ok(Math.abs(loudness(settled) / loudness(tone) - 1) < 0.1, String(frequency))
  }
})

test('RTP-G4 any payload decodes, of any length and after any other', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 6 })
  fc.assert(
    fc.property(payloads, (packets) => {
      const decoders = [new G711Decoder('PCMA'), new G711Decoder('PCMU'), new G722Decoder()]
      for (const decoder of decoders)
        for (const payload of packets) {
          const perByte = decoder.sampleRate / 8000
          assert.equal(decoder.decode(payload).length, payload.length * perByte)
          assert.equal(decoder.conceal(80 * perByte).length, 80 * perByte)
        }
    }),
    { numRuns: 50 },
  )
})
