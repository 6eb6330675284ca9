// WebSocket frames on a connection that was accepted: rubbish closes it, well-formed messages come out whole
// however they were cut into frames and writes, and nothing longer than the limit ever does.
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { duplexPair } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { ms, SILENT_LOG } from '@rufwerk/core'
import { NET_LIMITS, SipSockets } from '@rufwerk/net'
import { StreamFramer } from '@rufwerk/sip'
import { SeededRandom, VirtualClock } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import type { Target } from '../target.ts'

const OPCODES = [0, 1, 2, 8, 9, 10, 3, 15]
const TURNS = 8

function frameOf(opcode: number, isLast: boolean, payload: Uint8Array, random: SeededRandom): Buffer {
  const length = payload.length
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  head[0] = (isLast ? 0x80 : 0) | opcode
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  const mask = Buffer.from(random.bytes(4))
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at & 3] as number))])
}

/** Frames as they may come, some of them against the rules. */
function frames(random: SeededRandom): Uint8Array {
  const parts = Array.from({ length: random.between(1, 5) }, () =>
    frameOf(
      pick(OPCODES, random),
      random.next() < 0.7,
      random.bytes(pick([0, 1, 4, 125, 126, 500], random)),
      random,
    ),
  )
  return Buffer.concat(parts)
}

interface Door {
  readonly heard: Uint8Array[]
  readonly errors: string[]
  write(bytes: Uint8Array): void
  isOpen(): boolean
  close(): Promise<void>
}

function openDoor(): Door {
  const heard: Uint8Array[] = []
  const errors: string[] = []
  const log = { ...SILENT_LOG, error: (event: string) => errors.push(event) }
  const clock = new VirtualClock()
  const sockets = new SipSockets({
    receiver: { onMessage: (_flow, bytes) => heard.push(bytes), onFlowClosed: () => undefined },
    newFramer: () => new StreamFramer(),
    timers: clock,
    log,
    randomBytes: new SeededRandom(1).bytes,
  })
  const [ours, theirs] = duplexPair()
  const ends = { localAddress: '127.0.0.1', localPort: 1, remoteAddress: '127.0.0.1', remotePort: 2 }
  Object.assign(ours, ends)
  theirs.on('error', () => undefined).resume()
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'sip',
  }
  const request = { method: 'GET', url: '/sip', headers, socket: ours } as unknown as IncomingMessage
  assert(sockets.acceptWebSocket(request, ours, Buffer.alloc(0), { device: 'd' }))
  return {
    heard,
    errors,
    write: (bytes) => {
      if (!theirs.destroyed && theirs.writable) theirs.write(bytes)
    },
    isOpen: () => sockets.size() === 1,
    close: async () => {
      theirs.destroy()
      ours.destroy()
      await sockets.close()
      await turns()
      await clock.pass(ms(60_000))
    },
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await setImmediate()
}

/** A message cut into frames and writes at any place, with a ping between, comes out as it was. */
async function assertCut(random: SeededRandom): Promise<void> {
  const door = openDoor()
  const message = Buffer.from(`OPTIONS sip:x SIP/2.0\r\n${'x'.repeat(random.between(0, 400))}\r\n\r\n`)
  const bytes: Buffer[] = []
  for (let at = 0, first = true; at < message.length || first; first = false) {
    const end = Math.min(message.length, at + random.between(1, 150))
    bytes.push(
      frameOf(first ? pick([1, 2], random) : 0, end === message.length, message.subarray(at, end), random),
    )
    if (random.next() < 0.2) bytes.push(frameOf(9, true, Buffer.from('ping'), random))
    at = end
  }
  const whole = Buffer.concat(bytes)
  const size = pick([1, 7, 1_000], random)
  for (let at = 0; at < whole.length; at += size) door.write(whole.subarray(at, at + size))
  await turns()
  assert.deepEqual(
    door.heard.map((one) => Buffer.from(one)),
    [message],
  )
  assert(door.isOpen())
  await door.close()
}

export function wsTarget(): Target {
  const random = new SeededRandom(3)
  return {
    name: 'ws',
    seeds: [
      frameOf(1, true, Buffer.from('OPTIONS sip:x SIP/2.0\r\n\r\n'), random),
      Buffer.concat([
        frameOf(1, false, Buffer.from('OPTIONS'), random),
        frameOf(0, true, Buffer.from(' x'), random),
      ]),
      frameOf(8, true, Buffer.from([3, 232]), random),
      frameOf(1, true, Buffer.from('\r\n\r\n'), random),
      Buffer.from('82ff000000000001000000000000', 'hex'),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ],
    words: [
      '\x81\x80\0\0\0\0',
      '\x01\x80\0\0\0\0',
      '\x89\xfe',
      '\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff',
      '\xc1\x80',
      '\x88\x80',
    ],
    bytesMax: 100_000,
    generate: frames,
    check: async (input, chance) => {
      if (chance.next() < 0.1) await assertCut(chance)
      const door = openDoor()
      const size = chance.between(1, 2_000)
      for (let at = 0; at < input.length; at += size) door.write(input.subarray(at, at + size))
      await turns()
      const isOpen = door.isOpen()
      for (const { length } of door.heard) assert(length > 0 && length <= NET_LIMITS.messageBytesMax)
      await door.close()
      assert.equal(door.isOpen(), false, 'a connection that is gone is remembered')
      assert.deepEqual(door.errors, [])
      return `${isOpen ? 'open' : 'closed'} ${Math.min(door.heard.length, 4)}`
    },
  }
}
