// MAPPED-ADDRESS and XOR-MAPPED-ADDRESS (RFC 8489 §14.1, §14.2): family, port, address.
import { assert, type SocketAddress } from '@rufwerk/core'

const IP4 = 1
const IP6 = 2
const COOKIE = [0x21, 0x12, 0xa4, 0x42]

/**
 * Undefined when family and length do not fit. `transactionId` is given for the XOR form, which keeps NATs
 * from rewriting the address.
 */
export function readAddress(
  value: Uint8Array,
  transactionId: Uint8Array | undefined,
): SocketAddress | undefined {
  const family = value[1]
  const size = family === IP4 ? 4 : family === IP6 ? 16 : 0
  if (size === 0 || value.length !== 4 + size) return undefined
  const mask = transactionId === undefined ? undefined : [...COOKIE, ...transactionId]
  const bytes = Array.from(value.subarray(4), (byte, i) => byte ^ (mask?.[i] ?? 0))
  const port = ((value[2] as number) << 8) | (value[3] as number)
  return {
    address: size === 4 ? bytes.join('.') : textOfIp6(bytes),
    port: mask === undefined ? port : port ^ 0x2112,
  }
}

/** The XOR form. */
export function writeAddress({ address, port }: SocketAddress, transactionId: Uint8Array): Uint8Array {
  const bytes = address.includes(':') ? bytesOfIp6(address) : address.split('.').map(Number)
  assert(bytes.length === 4 || bytes.length === 16, 'a STUN address is an IP address')
  const mask = [...COOKIE, ...transactionId]
  const family = bytes.length === 4 ? IP4 : IP6
  const masked = port ^ 0x2112
  return Uint8Array.from([
    0,
    family,
    masked >> 8,
    masked & 255,
    ...bytes.map((byte, i) => byte ^ (mask[i] as number)),
  ])
}

/** RFC 5952: lower case, the longest run of two or more zero groups as `::`. */
function textOfIp6(bytes: readonly number[]): string {
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number),
  )
  let start = -1
  let length = 1
  for (let i = 0; i < 8; i += 1) {
    let run = 0
    while (i + run < 8 && groups[i + run] === 0) run += 1
    if (run > length) {
      start = i
      length = run
    }
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  if (start < 0) return text(groups)
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}

/** Of a well-formed address without zone; any other gives a wrong number of bytes. */
function bytesOfIp6(address: string): number[] {
  const [left = '', right] = address.split('::')
  const groups = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (group.includes('.')) return group.split('.').map(Number)
          const value = Number.parseInt(group, 16)
          return [value >> 8, value & 255]
        })
  const head = groups(left)
  if (right === undefined) return head
  const tail = groups(right)
  return [...head, ...Array<number>(Math.max(0, 16 - head.length - tail.length)).fill(0), ...tail]
}
