import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import fc from 'fast-check'
import {
  type DtmfPress,
  DtmfReceiver,
  DtmfSender,
  isDtmfDigit,
  newRtpHeader,
  parseRtpHeader,
} from '../src/index.ts'

interface Told {
  readonly event: number
  readonly isEnd: boolean
  readonly duration: number
  readonly timestamp: number
  readonly marker: boolean
  readonly payload: Uint8Array
}

/** Lets the sender run for so many packet intervals; what it sends, with undefined for "send audio". */
function run(sender: DtmfSender, intervals: number, step = 160): (Told | undefined)[] {
  return Array.from({ length: intervals }, (_, interval) => {
    const packet = sender.next(1000 + interval * step)
    if (packet === undefined) return undefined
    const payload = packet.payload.slice()
    const [event = 0, flags = 0, high = 0, low = 0] = payload
    const { timestamp, marker } = packet
    return { event, isEnd: flags >= 0x80, duration: high * 256 + low, timestamp, marker, payload }
  })
}

function hear(receiver: DtmfReceiver, packets: readonly (Told | undefined)[]): DtmfPress[] {
  const presses: DtmfPress[] = []
  packets.forEach((packet, index) => {
    const now = instant(index * 20)
    const press =
      packet === undefined ? receiver.tick(now) : receiver.receive(packet.payload, packet.timestamp, now)
    if (press !== undefined) presses.push(press)
  })
  return presses
}

function packet(event: number, duration: number, isEnd: boolean): Uint8Array {
  return Uint8Array.of(event, isEnd ? 0x8a : 0x0a, duration >> 8, duration & 0xff)
}

test('RTP-D1 a press is told once, whatever is repeated, lost at the start or out of order', () => {
  const sender = new DtmfSender(8000)
  sender.press('5', 100)
  const sent = run(sender, 12)
  const packets = sent.filter((one) => one !== undefined)
  const press = [{ digit: '5', durationMs: 100 }]
  assert.deepEqual(hear(new DtmfReceiver(8000), sent), press)
  assert.deepEqual(hear(new DtmfReceiver(8000), packets.slice(-1)), press, 'only the last packet arrived')
  assert.deepEqual(hear(new DtmfReceiver(8000), [...packets, ...packets]), press)
  const late = [...packets.slice(0, 2), ...packets.slice(4), packets[2], packets[3]]
  assert.deepEqual(hear(new DtmfReceiver(8000), late), press)
  // An old packet of the press before does not come back as a new press.
  const receiver = new DtmfReceiver(8000)
  hear(receiver, packets)
  assert.equal(receiver.receive(packet(1, 800, true), 9000, instant(900))?.digit, '1')
  assert.equal(receiver.receive(packet(5, 800, true), 1000, instant(910)), undefined)
})

test('RTP-D2 without end packets the press ends by time or with the next press', () => {
  const receiver = new DtmfReceiver(8000)
  for (let i = 1; i <= 4; i += 1)
    assert.equal(receiver.receive(packet(7, i * 160, false), 500, instant(i * 20)), undefined)
  assert.equal(receiver.tick(instant(279)), undefined)
  assert.deepEqual(receiver.tick(instant(280)), { digit: '7', durationMs: 80 })
  assert.equal(receiver.tick(instant(900)), undefined)
  assert.equal(receiver.receive(packet(7, 960, true), 500, instant(300)), undefined, 'its end came after all')
  receiver.receive(packet(7, 160, false), 5000, instant(1000))
  assert.deepEqual(receiver.receive(packet(7, 160, false), 6000, instant(1100)), {
    digit: '7',
    durationMs: 20,
  })
  assert.deepEqual(receiver.receive(packet(7, 320, true), 6000, instant(1120)), {
    digit: '7',
    durationMs: 40,
  })
  // The end of the next press is the first packet of it that arrives: nothing is lost.
  receiver.receive(packet(1, 160, false), 7000, instant(1200))
  assert.equal(receiver.receive(packet(2, 800, true), 8000, instant(1300))?.digit, '1')
  assert.equal(receiver.receive(packet(2, 800, true), 8000, instant(1310))?.digit, '2')
})

test('RTP-D3 a long press goes on in segments and is one press', () => {
  for (const [clockRate, step] of [
    [8000, 160],
    [48_000, 960],
  ] as const) {
    const sender = new DtmfSender(clockRate)
    sender.press('#', 7990)
    sender.press('1', 100)
    const sent = run(sender, 430, step)
    assert.ok(sent.every((one) => one === undefined || one.duration <= 0xffff))
    const timestamps = new Set(sent.filter((one) => one?.event === 11).map((one) => one?.timestamp))
    assert.equal(timestamps.size, clockRate === 8000 ? 1 : 6)
    assert.equal(sent.filter((one) => one?.event === 11 && one.marker).length, 1)
    const presses = [
      { digit: '#', durationMs: 7990 },
      { digit: '1', durationMs: 100 },
    ]
    assert.deepEqual(hear(new DtmfReceiver(clockRate), sent), presses)
  }
})

test('RTP-D4 rubbish is ignored, and any packets tell each press at most once', () => {
  const receiver = new DtmfReceiver(8000)
  for (const payload of [[], [5, 0x80, 3], [16, 0x8a, 3, 32], [255, 0x8a, 3, 32]])
    assert.equal(receiver.receive(Uint8Array.from(payload), 100, instant(0)), undefined)
  assert.equal(receiver.tick(instant(9999)), undefined)
  const packets = fc.array(fc.tuple(fc.nat(15), fc.nat(0xffff), fc.boolean(), fc.nat(3)), { maxLength: 40 })
  fc.assert(
    fc.property(packets, (list) => {
      const one = new DtmfReceiver(8000)
      let told = 0
      let changes = 0
      let last = ''
      list.forEach(([event, duration, isEnd, time], index) => {
        if (one.receive(packet(event, duration, isEnd), time * 5000, instant(index)) !== undefined) told += 1
        if (`${event} ${time}` !== last) changes += 1
        last = `${event} ${time}`
      })
      assert.ok(told <= changes)
    }),
    { numRuns: 200 },
  )
})

test('RTP-D5 the sender follows RFC 4733 packet by packet', () => {
  const sender = new DtmfSender(8000)
  assert.equal(sender.next(0), undefined)
  sender.press('*', 90)
  const shown = run(sender, 9).map(
    (one) =>
      one && `${one.event} ${one.duration} ${one.timestamp}${one.marker ? ' M' : ''}${one.isEnd ? ' E' : ''}`,
  )
  assert.deepEqual(shown, [
    '10 160 1000 M',
    '10 320 1000',
    '10 480 1000',
    '10 640 1000',
    '10 720 1000 E',
    '10 720 1000 E',
    '10 720 1000 E',
    undefined,
    undefined,
  ])
  assert.equal(sender.isSending, false)
})

test('RTP-D6 digits wait in a bounded queue, with a pause between them', () => {
  const sender = new DtmfSender(8000)
  assert.ok('0123456789*#ABCD'.split('').every(isDtmfDigit))
  assert.ok(!isDtmfDigit('E') && !isDtmfDigit('12') && !isDtmfDigit(''))
  for (let i = 0; i < 64; i += 1) assert.ok(sender.press('1', 10))
  assert.equal(sender.press('1', 100), false)
  const sent = run(sender, 1000)
  const presses = hear(new DtmfReceiver(8000), sent)
  assert.equal(presses.length, 64)
  assert.ok(presses.every((press) => press.durationMs === 40))
  const second = sent.findIndex((one, index) => index > 0 && one?.marker === true)
  assert.equal(sent[second - 1], undefined, 'audio in between')
  assert.throws(() => sender.press('x', 100), /DTMF digit/)
})

test('RTP-D7 the captures of a real sender are understood', () => {
  const lines = readFileSync(new URL('./fixtures/dtmf-sip-tester.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const heard = new Map<string, DtmfPress[]>()
  const receivers = new Map<string, DtmfReceiver>()
  const header = newRtpHeader()
  for (const line of lines) {
    const [digit = '', at = '', hex = ''] = line.split(' ')
    const receiver = receivers.get(digit) ?? new DtmfReceiver(8000)
    receivers.set(digit, receiver)
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'))
    assert.ok(parseRtpHeader(bytes, header))
    const payload = bytes.subarray(header.payloadStart, header.payloadEnd)
    const press = receiver.receive(payload, header.timestamp, instant(Number(at)))
    if (press !== undefined) heard.set(digit, [...(heard.get(digit) ?? []), press])
  }
  assert.equal(heard.size, 12)
  for (const [digit, presses] of heard) assert.deepEqual(presses, [{ digit, durationMs: 280 }])
})
