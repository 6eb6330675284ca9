// WebSocket frames on a connection that was accepted: what is heard of them, and whether the connection
// stays, is what RFC 6455 says, however they were cut into frames and writes.
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { duplexPair } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { ms, SILENT_LOG } from '@rufwerk/core'
import { NET_LIMITS, SipSockets } from '@rufwerk/net'
import { StreamFramer } from '@rufwerk/sip'
import { SeededRandom, VirtualClock } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import { assertSame } from '../report.ts'
import type { Target } from '../target.ts'
import { bytesOf } from './corpus.ts'
import { frameOf, frames, hearFrames } from './ws-frames.ts'

const TURNS = 8
/** Told apart from messages: keep-alives of RFC 5626 and blanks. */
const KEEP_ALIVE_BYTES_MAX = 4
/** Who sends more without waiting for a pong may be let go: the library does. */
const PINGS_MAX = 50

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
    const frame = { isLast: end === message.length, payload: message.subarray(at, end) }
    bytes.push(frameOf({ opcode: first ? pick([1, 2], random) : 0, ...frame }, random))
    if (random.next() < 0.2)
      bytes.push(frameOf({ opcode: 9, isLast: true, payload: Buffer.from('ping') }, random))
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

/** SIP messages among them: keep-alives are answered or ignored. */
function isMessage(bytes: Uint8Array): boolean {
  return bytes.length > KEEP_ALIVE_BYTES_MAX || Buffer.from(bytes).toString('latin1').trim() !== ''
}

/** `hear` makes a fault. */
export function wsTarget(hear = hearFrames): Target {
  const random = new SeededRandom(3)
  const text = (words: string, isLast = true, opcode = 1) =>
    frameOf({ opcode, isLast, payload: Buffer.from(words) }, random)
  return {
    name: 'ws',
    seeds: [
      text('OPTIONS sip:x SIP/2.0\r\n\r\n'),
      Buffer.concat([text('OPTIONS', false), text(' x', true, 0)]),
      frameOf({ opcode: 8, isLast: true, payload: Buffer.from([3, 232]) }, random),
      text('\r\n\r\n'),
      Buffer.from('82ff000000000001000000000000', 'hex'),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ],
    words: bytesOf(
      '\x81\x80\0\0\0\0',
      '\x01\x80\0\0\0\0',
      '\x89\xfe',
      '\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff',
      '\xc1\x80',
      '\x88\x80',
      '\x81\x05hello',
    ),
    bytesMax: 100_000,
    generate: frames,
    check: async (input, chance) => {
      if (chance.next() < 0.1) await assertCut(chance)
      const expected = hear(input, NET_LIMITS.messageBytesMax)
      const door = openDoor()
      const size = chance.between(1, 2_000)
      for (let at = 0; at < input.length; at += size) door.write(input.subarray(at, at + size))
      await turns()
      const heard = door.heard.map((one) => Buffer.from(one))
      const said = expected.messages.filter(isMessage)
      const isFlooded = expected.pings > PINGS_MAX && !door.isOpen()
      if (isFlooded) assertSame(heard, said.slice(0, heard.length), 'other messages before a flood')
      else assertSame(heard, said, 'other messages than RFC 6455 has')
      if (expected.end !== 'closed' && !isFlooded)
        assert.equal(door.isOpen(), expected.end === 'open', 'a connection that must not stay, or should')
      await door.close()
      assert.equal(door.isOpen(), false, 'a connection that is gone is remembered')
      assert.deepEqual(door.errors, [])
      return `${expected.end} ${Math.min(heard.length, 4)}`
    },
  }
}
