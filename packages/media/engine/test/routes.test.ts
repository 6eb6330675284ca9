import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Codec, CodecName, Direction } from '@rufwerk/media-control'
import { CONVERT_EVENT, DROP, type Negotiated, routesBetween, TRANSCODE } from '../src/stream/routes.ts'

const TYPES: Record<CodecName, number> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 }

function codec(name: CodecName, payloadType = TYPES[name]): Codec {
  const isOpus = name === 'opus'
  return { name, payloadType, clockRate: isOpus ? 48_000 : 8_000, channels: isOpus ? 2 : 1, ptimeMs: 20 }
}

function side(
  send: Codec,
  receive: Codec[],
  dtmf?: [number, number],
  direction: Direction = 'sendrecv',
): Negotiated {
  const format = dtmf ? { payloadType: dtmf[0], clockRate: dtmf[1] } : undefined
  return { direction, send, receive, dtmf: format, receiveDtmf: format ? [format] : [] }
}

const PHONE = side(codec('PCMA'), [codec('PCMA'), codec('PCMU')], [101, 8_000])
const BROWSER = side(codec('opus'), [codec('opus')], [110, 48_000])

test('RTE-1 the format the sink is sent is relayed, other formats are transcoded', () => {
  const sink = side(codec('PCMA', 96), [codec('PCMA', 96)])
  const routes = routesBetween(PHONE, sink)
  assert.deepEqual([routes[8], routes[0], routes[9]], [96, TRANSCODE, DROP])
  assert.equal(routesBetween(BROWSER, PHONE)[111], TRANSCODE)
})

test('RTE-2 digits are relayed as they are only where the clocks agree and sound is relayed', () => {
  const relaying = side(codec('PCMA'), [codec('PCMA')], [101, 8_000])
  const other = side(codec('PCMA'), [codec('PCMA')], [96, 8_000])
  assert.equal(routesBetween(relaying, other)[101], 96)
  assert.equal(routesBetween(PHONE, other)[101], 96)
  assert.equal(routesBetween(PHONE, BROWSER)[101], CONVERT_EVENT)
  assert.equal(routesBetween(BROWSER, PHONE)[110], CONVERT_EVENT)
  assert.equal(routesBetween(side(codec('opus'), [codec('opus')], [101, 8_000]), BROWSER)[101], CONVERT_EVENT)
  assert.equal(routesBetween(PHONE, side(codec('PCMA'), [codec('PCMA')]))[101], DROP)
  // A peer of two event formats: each way by itself.
  const both = [
    { payloadType: 110, clockRate: 48_000 },
    { payloadType: 101, clockRate: 8_000 },
  ]
  const slow = routesBetween({ ...PHONE, receiveDtmf: both }, other)
  assert.deepEqual([slow[101], slow[110]], [96, CONVERT_EVENT])
  const fast = routesBetween({ ...BROWSER, receiveDtmf: both }, BROWSER)
  assert.deepEqual([fast[101], fast[110]], [CONVERT_EVENT, 110])
})

test('RTE-3 nothing goes where it is not wanted or comes from where it must not', () => {
  const held = side(codec('PCMA'), [codec('PCMA')], undefined, 'recvonly')
  assert.ok(routesBetween(PHONE, held).every((route) => route === DROP))
  assert.notEqual(routesBetween(held, PHONE)[8], DROP)
  const silent = side(codec('PCMA'), [codec('PCMA')], undefined, 'sendonly')
  assert.ok(routesBetween(silent, PHONE).every((route) => route === DROP))
  const off = side(codec('PCMA'), [codec('PCMA')], undefined, 'inactive')
  assert.ok(routesBetween(off, PHONE).every((route) => route === DROP))
  assert.ok(routesBetween(PHONE, undefined).every((route) => route === DROP))
})
