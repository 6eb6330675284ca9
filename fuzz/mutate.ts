// Changes to an input that knows a little of its structure: lines, numbers, words, and parts of other inputs.
import type { SeededRandom } from '@rufwerk/testing'
import type { Word } from './target.ts'

/** Bytes on which parsers decide. */
const MARKS = Buffer.from('\0\r\n\t ";,:<>@%\\=?/[]()\x7f\x80\xc3\xff')
const NUMBERS = [
  '0',
  '-1',
  '1',
  '00000000000000000001',
  '255',
  '256',
  '65535',
  '65536',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '18446744073709551616',
  '1e9',
  '0x10',
]
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
const CHANGES_MAX = 5
/** Where many limits lie, and how far from them it is tried. */
const LIMITS = [64, 128, 255, 2_048, 8_192, 16_384, 32_768]
const LIMIT_DISTANCE_MAX = 20
const PIECE_BYTES_MAX = 64
const COPIES_MAX = 300

type Change = (input: Buffer, random: SeededRandom, source: Source) => Buffer

export interface Source {
  readonly words: readonly Word[]
  readonly corpus: readonly Uint8Array[]
}

export function pick<T>(list: readonly T[], random: SeededRandom): T {
  return list[random.between(0, list.length - 1)] as T
}

function wordOf(words: readonly Word[], random: SeededRandom): Uint8Array {
  const word = pick(words, random)
  return typeof word === 'string' ? Buffer.from(word) : word
}

function insert(input: Buffer, at: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([input.subarray(0, at), bytes, input.subarray(at)])
}

function place(input: Buffer, random: SeededRandom): number {
  return random.between(0, input.length)
}

function piece(input: Buffer, random: SeededRandom): [start: number, end: number] {
  const start = place(input, random)
  return [start, Math.min(input.length, start + random.between(1, PIECE_BYTES_MAX))]
}

/** The line around a random place, its line feed included. */
function line(input: Buffer, random: SeededRandom): [start: number, end: number] {
  const at = place(input, random)
  const start = at === 0 ? 0 : input.lastIndexOf(0x0a, at - 1) + 1
  const end = input.indexOf(0x0a, at)
  return [start, end < 0 ? input.length : end + 1]
}

/** Replaces the run of digits that is found next. */
function number(input: Buffer, random: SeededRandom): Buffer {
  const digits = /\d+/g
  digits.lastIndex = place(input, random)
  const found = digits.exec(input.toString('latin1'))
  if (found === null) return input
  const end = found.index + found[0].length
  return Buffer.concat([
    input.subarray(0, found.index),
    Buffer.from(pick(NUMBERS, random)),
    input.subarray(end),
  ])
}

/** Makes the value of a line just as long as a limit, or a little more or less. */
function fill(input: Buffer, random: SeededRandom): Buffer {
  const [start, end] = line(input, random)
  const colon = input.indexOf(':', start)
  const valueStart = colon < 0 || colon >= end ? start : colon + 2
  const length = Math.max(0, end - 2 - valueStart)
  const wanted = pick(LIMITS, random) + random.between(-LIMIT_DISTANCE_MAX, LIMIT_DISTANCE_MAX)
  if (wanted <= length) return input
  const at = valueStart + (random.next() < 0.5 ? 0 : random.between(0, length))
  return insert(
    input,
    Math.min(at, input.length),
    Buffer.alloc(wanted - length, pick(['x', '1', ' ', ';'], random)),
  )
}

const CHANGES: readonly Change[] = [
  fill,
  (input, random) => {
    const copy = Buffer.from(input)
    const at = random.between(0, copy.length - 1)
    copy[at] = (copy[at] as number) ^ (1 << random.between(0, 7))
    return copy
  },
  (input, random) => {
    const copy = Buffer.from(input)
    copy[random.between(0, copy.length - 1)] = MARKS[random.between(0, MARKS.length - 1)] as number
    return copy
  },
  (input, random) =>
    insert(input, place(input, random), MARKS.subarray(random.between(0, MARKS.length - 1)).subarray(0, 1)),
  (input, random, { words }) => insert(input, place(input, random), wordOf(words, random)),
  (input, random) => {
    const [start, end] = piece(input, random)
    return Buffer.concat([input.subarray(0, start), input.subarray(end)])
  },
  (input, random) => {
    const [start, end] = piece(input, random)
    return insert(input, place(input, random), input.subarray(start, end))
  },
  (input, random) => {
    const [start, end] = piece(input, random)
    const copies = Array.from({ length: random.between(2, COPIES_MAX) }, () => input.subarray(start, end))
    return insert(input, end, Buffer.concat(copies))
  },
  (input, random) => {
    const [start, end] = line(input, random)
    return insert(input, end, input.subarray(start, end))
  },
  (input, random) => {
    const [start, end] = line(input, random)
    return Buffer.concat([input.subarray(0, start), input.subarray(end)])
  },
  (input, random) => {
    const [start, end] = line(input, random)
    const moved = input.subarray(start, end)
    const rest = Buffer.concat([input.subarray(0, start), input.subarray(end)])
    const [target] = line(rest, random)
    return insert(rest, target, moved)
  },
  (input, random, { corpus }) => {
    const other = Buffer.from(pick(corpus, random))
    const [start, end] = line(other, random)
    const [target] = line(input, random)
    return insert(input, target, other.subarray(start, end))
  },
  (input, random, { corpus }) => {
    const other = Buffer.from(pick(corpus, random))
    return Buffer.concat([input.subarray(0, place(input, random)), other.subarray(place(other, random))])
  },
  number,
  (input, random) =>
    insert(input, place(input, random), Buffer.from(pick(['\r\n ', '\r\n\t', '\r\n', '\n'], random))),
  (input, random) => input.subarray(0, place(input, random)),
  (input, random) => {
    const copy = Buffer.from(input)
    const size = pick([1, 2, 4], random)
    if (copy.length < size) return copy
    const edge = pick(EDGES, random) % 2 ** (8 * size)
    copy.writeUIntBE(edge, random.between(0, copy.length - size), size)
    return copy
  },
]

/** One to five changes. The same for the same chance. */
export function mutate(input: Uint8Array, random: SeededRandom, source: Source): Buffer {
  let changed = Buffer.from(input)
  for (let count = random.between(1, CHANGES_MAX); count > 0; count--) {
    if (changed.length === 0) changed = Buffer.from(random.bytes(8))
    changed = Buffer.from(pick(CHANGES, random)(changed, random, source))
  }
  return changed
}

/** The input with one piece of it repeated until it has `bytes` bytes: what quadratic work would show in. */
export function stretch(
  input: Uint8Array,
  random: SeededRandom,
  bytes: number,
  words: readonly Word[],
): Buffer {
  const whole = Buffer.from(input)
  const length = random.between(1, 12)
  const start = random.between(0, Math.max(0, whole.length - length))
  const own = whole.subarray(start, start + length)
  const repeated = random.next() < 0.5 || own.length === 0 ? wordOf(words, random) : own
  const room = Math.max(0, bytes - whole.length)
  const filling = repeated.length === 0 ? ' ' : Buffer.from(repeated)
  return insert(whole, start, Buffer.alloc(room, filling))
}
