import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessage, StreamFramer } from '@rufwerk/sip'
import fc from 'fast-check'
import { wire } from '../src/testing.ts'

const message = (body: string, length: string = `Content-Length: ${body.length}`) =>
  Buffer.from(wire(`OPTIONS sip:x SIP/2.0\nVia: SIP/2.0/TCP a\n${length}\n\n${body}`))
const words = (framer: StreamFramer, ...chunks: (string | Uint8Array)[]) =>
  chunks
    .flatMap((chunk) => framer.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk))
    .map((item) =>
      item.type === 'message' ? item.bytes.length : item.type === 'broken' ? item.why : item.type,
    )

test('STR-1 messages come out whole, however they were cut', () => {
  const [a, b] = [message('abc'), message('')]
  const stream = Buffer.concat([a, b, a])
  for (let size = 1; size < stream.length; size += 7) {
    const framer = new StreamFramer()
    const found: Buffer[] = []
    for (let at = 0; at < stream.length; at += size)
      for (const item of framer.push(stream.subarray(at, at + size)))
        if (item.type === 'message') found.push(Buffer.from(item.bytes))
    assert.deepEqual(found, [a, b, a], `chunks of ${size}`)
    assert.equal(framer.size(), 0)
  }
})

/** A message whose header section has just so many bytes. */
const headOf = (bytes: number) => {
  const filling = bytes - message('', 'l: 3\nX: ').length + 4
  return Buffer.concat([message('', `l: 3\nX: ${'x'.repeat(filling)}`), Buffer.from('abc')])
}
const itemsOf = (stream: Uint8Array, sizes: readonly number[]) => {
  const framer = new StreamFramer()
  const items = []
  let at = 0
  for (let turn = 0; at < stream.length; turn++) {
    const end = at + (sizes[turn % sizes.length] ?? stream.length)
    for (const item of framer.push(stream.subarray(at, end)))
      items.push(item.type === 'ping' ? item : { ...item, bytes: Buffer.from(item.bytes).toString('latin1') })
    at = end
  }
  return { items, left: framer.size() }
}

test('STR-1 a head just at its limit is a message, one byte more is not, however they were cut', () => {
  const [fits, exceeds] = [headOf(32_768), headOf(32_769)]
  assert.equal(fits.indexOf('\r\n\r\n'), 32_768)
  const end = fits.length
  const cuts = [[end], [1], [7], [32_768], [32_769], [32_770], [32_771], [32_772, 1], [32_773, 2]]
  for (const sizes of cuts) {
    const fitting = itemsOf(fits, sizes)
    assert.deepEqual(
      fitting,
      { items: [{ type: 'message', bytes: fits.toString('latin1') }], left: 0 },
      `${sizes}`,
    )
    const bytes = exceeds.toString('latin1', 0, 32_772)
    const broken = { items: [{ type: 'broken', why: 'too-large', bytes }], left: 0 }
    assert.deepEqual(itemsOf(exceeds, sizes), broken, `${sizes}`)
  }
  const parsed = parseMessage(exceeds.subarray(0, 32_772))
  assert.equal(parsed.ok ? undefined : parsed.error.code, 'too-large', 'what is handed out says why')
})

test('STR-1 any pieces, cut anywhere: the same items and the same rest', () => {
  const piece = fc.oneof(
    fc.constantFrom('\r\n', '\r\n\r\n', '\r', '\n', 'x', 'l: 0\r\n').map((text) => Buffer.from(text)),
    fc.constantFrom('', 'abc').map((body) => message(body)),
    fc.constantFrom('l: x', 'X: y', 'l: 65400', 'l: 32700').map((line) => message('', line)),
    fc.integer({ min: 32_764, max: 32_772 }).map(headOf),
  )
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 32_775 })), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), sizes, (pieces, cuts) => {
      const stream = Buffer.concat(pieces)
      assert.deepEqual(itemsOf(stream, cuts), itemsOf(stream, [Number.MAX_SAFE_INTEGER]))
    }),
    { numRuns: 80 },
  )
})

test('STR-2 a double CRLF is a ping, a single one is nothing', () => {
  assert.deepEqual(words(new StreamFramer(), '\r\n\r\n', '\r\n', '\r\n', '\r\n'), ['ping', 'ping'])
  const size = message('').length
  assert.deepEqual(words(new StreamFramer(), Buffer.concat([Buffer.from('\r\n'), message('')])), [size])
  assert.deepEqual(words(new StreamFramer(), '\r\n', message('')), [size])
})

test('STR-3 without Content-Length, or with two that differ, framing is lost', () => {
  assert.deepEqual(words(new StreamFramer(), message('', 'X: y')), ['no-length'])
  for (const length of [
    'l: -1',
    'l: x',
    'l:',
    'l: 3\nContent-Length: 4',
    'l: 1 1',
    'l: 99999999999999999999',
  ])
    assert.deepEqual(words(new StreamFramer(), message('abc', length)), ['bad-length'], length)
  assert.equal(words(new StreamFramer(), message('abc', 'l :\n 3')).length, 1)
})

test('STR-4 beyond the limits framing is lost; then everything is ignored and nothing kept', () => {
  const framer = new StreamFramer()
  assert.deepEqual(words(framer, message('', 'l: 65536')), ['too-large'])
  assert.deepEqual(words(framer, message('')), [])
  assert.equal(framer.size(), 0)
  assert.deepEqual(words(new StreamFramer(), 'x'.repeat(40_000)), ['too-large'])
  const drip = new StreamFramer()
  for (let at = 0; at < 100; at++) drip.push(Buffer.from('x'.repeat(1000)))
  assert.equal(drip.size(), 0)
})

test('STR-5 any bytes: no throw, and never more kept than the largest message', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }), (chunks) => {
      const framer = new StreamFramer()
      for (const chunk of chunks) framer.push(chunk)
      assert(framer.size() <= 65_535)
    }),
    { numRuns: 200 },
  )
})

test('STR-6 byte by byte: every message whole, and what was handed out stays as it was', () => {
  const framer = new StreamFramer()
  const stream = Buffer.concat([message('first'), message('the second'), message('')])
  const found: Uint8Array[] = []
  for (let at = 0; at < stream.length; at++)
    for (const item of framer.push(stream.subarray(at, at + 1)))
      if (item.type === 'message') found.push(item.bytes)
  assert.deepEqual(Buffer.concat(found), stream)
})
