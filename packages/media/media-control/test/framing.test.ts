import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frame, MESSAGE_BYTES_MAX, Unframer } from '../src/index.ts'

test('MC-F1 what was framed comes out again, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
      (messages, size) => {
        const bytes = Buffer.concat(messages.map((message) => frame(message)))
        const unframer = new Unframer()
        const out: unknown[] = []
        for (let at = 0; at < bytes.length; at += size) {
          const cut = unframer.push(bytes.subarray(at, at + size))
          assert.ok(cut.ok)
          out.push(...cut.value)
        }
        assert.deepEqual(out, JSON.parse(JSON.stringify(messages)))
      },
    ),
    { numRuns: 200 },
  )
})

test('MC-F2 a message longer than MESSAGE_BYTES_MAX ends the stream', () => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(MESSAGE_BYTES_MAX + 1)
  assert.deepEqual(new Unframer().push(head), { ok: false, error: 'too-long' })
})

test('MC-F3 what is not JSON ends the stream', () => {
  assert.deepEqual(new Unframer().push(Buffer.from([0, 0, 0, 1, 0x7b])), { ok: false, error: 'not-json' })
})
