// STUN as datagrams on RTP ports and as keep-alives on SIP ports. The door is looked for by its name, so that
// this target is there from the day that it is.
import assert from 'node:assert/strict'
import * as rtp from '@rufwerk/rtp'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import type { Target } from '../target.ts'

const COOKIE = Buffer.from('2112a442', 'hex')
const ATTRIBUTES = [0x0001, 0x0006, 0x0008, 0x0009, 0x0020, 0x0024, 0x0025, 0x8022, 0x8028, 0x802a, 0x7fff]

type Parse = (bytes: Uint8Array) => unknown

function doorOf(): Parse | undefined {
  const door: unknown = Reflect.get(rtp, 'parseStun')
  return typeof door === 'function' ? (bytes) => door(bytes) : undefined
}

function message(random: SeededRandom): Uint8Array {
  const attributes = Array.from({ length: random.between(0, 6) }, () => {
    const value = Buffer.from(random.bytes(random.between(0, 40)))
    const head = Buffer.alloc(4)
    head.writeUInt16BE(pick(ATTRIBUTES, random), 0)
    head.writeUInt16BE(value.length, 2)
    return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)])
  })
  const body = Buffer.concat(attributes)
  const head = Buffer.alloc(4)
  head.writeUInt16BE(pick([0x0001, 0x0101, 0x0111, 0x0011, 0x3fff], random), 0)
  head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, COOKIE, random.bytes(12), body])
}

/** Undefined while @rufwerk/rtp has no `parseStun`. */
export function stunTarget(): Target | undefined {
  const parse = doorOf()
  if (parse === undefined) return undefined
  return {
    name: 'stun',
    seeds: [
      Buffer.from('000100002112a442000102030405060708090a0b', 'hex'),
      Buffer.from('0101000c2112a442000102030405060708090a0b00200008000112345678abcd', 'hex'),
    ],
    words: ['\0\x01\0\0\x21\x12\xa4\x42', '\x80\x28\0\x04', '\0\x06\0\x04', '\0\x20\0\x08', '\xff\xff'],
    bytesMax: 2_000,
    generate: message,
    check: (input) => {
      const copy = Buffer.from(input)
      const result = parse(input)
      assert.deepEqual(Buffer.from(input), copy, 'the input was changed')
      return typeof result === 'object' && result !== null && 'ok' in result
        ? JSON.stringify(result.ok)
        : typeof result
    },
    work: (input) => {
      parse(input)
    },
  }
}
