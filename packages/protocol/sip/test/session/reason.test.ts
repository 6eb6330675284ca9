import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '@rufwerk/sip'
import { type Reason, readReasons, writeReason } from '@rufwerk/sip/session'
import fc from 'fast-check'

const read = (...lines: string[]): readonly Reason[] => {
  const headers = new Headers()
  for (const line of lines) headers.add('Reason', line)
  return readReasons(headers)
}

test('RSN-1 protocol, cause and text over all lines; of one protocol the first counts', () => {
  const lines = ['Q.850 ;cause=16;text="Terminated", SIP;cause=200;text="a, \\"b\\""', 'q.850;cause=17']
  assert.deepEqual(read(...lines), [
    { protocol: 'Q.850', cause: 16, text: 'Terminated' },
    { protocol: 'SIP', cause: 200, text: 'a, "b"' },
  ])
  assert.deepEqual(read('preemption'), [{ protocol: 'PREEMPTION' }])
})

test('RSN-2 what cannot be read is left out, the others are not', () => {
  assert.deepEqual(read(';cause=1', 'SIP;;', 'SIP;cause=x', ''), [{ protocol: 'SIP' }])
  assert.deepEqual(read('SIP;cause=1000'), [{ protocol: 'SIP' }])
})

test('RSN-3 what is written is read as the same', () => {
  assert.deepEqual(writeReason({ protocol: 'Q.850', cause: 26 }), ['Reason', 'Q.850;cause=26'])
  assert.deepEqual(read(writeReason({ protocol: 'SIP', text: 'a";b\r\nX: y' })[1]), [
    { protocol: 'SIP', text: 'a";bX: y' },
  ])
  const shown = fc.string({ minLength: 1, maxLength: 100 }).map((text) => text.replace(/\p{Cc}/gu, ' '))
  const check = (cause: number, text: string): void => {
    const reason = { protocol: 'SIP', cause, text }
    assert.deepEqual(read(writeReason(reason)[1]), [reason])
  }
  fc.assert(fc.property(fc.nat(999), shown, check), { numRuns: 200 })
})
