// WebSocket frames (RFC 6455 §5), written as a client may or may not, and read once more by the letter of the
// RFC, apart from the library that the product uses: which messages a server hears, and where it must stop.
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'

const OPCODES = [0, 1, 2, 8, 9, 10, 3, 15]
const SIZES = [0, 1, 2, 4, 5, 125, 126, 500]

export interface FrameOptions {
  readonly opcode: number
  readonly isLast: boolean
  readonly payload: Uint8Array
  /** The bits RSV1 to RSV3. */
  readonly reserved?: number
  readonly isMasked?: boolean
}

export function frameOf(options: FrameOptions, random: SeededRandom): Buffer {
  const { opcode, isLast, payload, reserved = 0, isMasked = true } = options
  const length = payload.length
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  head[0] = (isLast ? 0x80 : 0) | (reserved << 4) | opcode
  head[1] = (isMasked ? 0x80 : 0) | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  if (!isMasked) return Buffer.concat([head, payload])
  const mask = Buffer.from(random.bytes(4))
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at & 3] as number))])
}

/** Frames as they may come, some of them against the rules: not masked, with reserved bits, out of order. */
export function frames(random: SeededRandom): Uint8Array {
  const one = () =>
    frameOf(
      {
        opcode: pick(OPCODES, random),
        isLast: random.next() < 0.7,
        payload: random.bytes(pick(SIZES, random)),
        reserved: random.next() < 0.05 ? random.between(1, 7) : 0,
        isMasked: random.next() < 0.93,
      },
      random,
    )
  // Mostly messages in order, so that what follows is looked at, too.
  const message = () => {
    const parts = Array.from({ length: random.between(1, 4) }, () => random.bytes(pick(SIZES, random)))
    return parts.flatMap((payload, at) => [
      frameOf(
        { opcode: at === 0 ? random.between(1, 2) : 0, isLast: at === parts.length - 1, payload },
        random,
      ),
      ...(random.next() < 0.2
        ? [frameOf({ opcode: 9, isLast: true, payload: random.bytes(3) }, random)]
        : []),
    ])
  }
  const runs = Array.from({ length: random.between(1, 5) }, () => (random.next() < 0.6 ? message() : [one()]))
  return Buffer.concat(runs.flat())
}

export interface Heard {
  readonly messages: readonly Buffer[]
  /** open: what follows is heard. closed: the client said so. failed: it broke a rule. */
  readonly end: 'open' | 'closed' | 'failed'
  /** Each wants a pong (§5.5.2). */
  readonly pings: number
}

interface Frame {
  readonly opcode: number
  readonly isLast: boolean
  readonly payload: Buffer
  readonly next: number
}

/** What a server hears of these bytes whose messages have at most so many bytes. */
export function hearFrames(bytes: Uint8Array, messageBytesMax: number): Heard {
  const input = Buffer.from(bytes)
  const messages: Buffer[] = []
  let parts: Buffer[] | undefined
  let pings = 0
  for (let at = 0; ; ) {
    const sum = parts?.reduce((total, { length }) => total + length, 0) ?? 0
    const frame = readFrame(input, at, { isGoingOn: parts !== undefined, bytesMax: messageBytesMax - sum })
    if (frame === 'incomplete') return { messages, pings, end: 'open' }
    if (frame === 'failed') return { messages, pings, end: 'failed' }
    at = frame.next
    if (frame.opcode === 8) return { messages, pings, end: isCloseCode(frame.payload) ? 'closed' : 'failed' }
    if (frame.opcode === 9) pings += 1
    if (frame.opcode > 8) continue
    parts = [...(parts ?? []), frame.payload]
    if (!frame.isLast) continue
    messages.push(Buffer.concat(parts))
    parts = undefined
  }
}

function readFrame(
  input: Buffer,
  at: number,
  { isGoingOn, bytesMax }: { readonly isGoingOn: boolean; readonly bytesMax: number },
): Frame | 'incomplete' | 'failed' {
  if (input.length - at < 2) return 'incomplete'
  const [first, second] = [input.readUInt8(at), input.readUInt8(at + 1)]
  const [isLast, opcode, short] = [first >= 0x80, first & 15, second & 0x7f]
  const isControl = opcode >= 8
  if ((first & 0x70) !== 0 || second < 0x80) return 'failed' // §5.2: no extension; §5.1: masked.
  if (![0, 1, 2, 8, 9, 10].includes(opcode)) return 'failed'
  if (isControl ? !isLast || short > 125 : isGoingOn !== (opcode === 0)) return 'failed' // §5.4, §5.5.
  if (opcode === 8 && short === 1) return 'failed' // §5.5.1.
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  if (input.length - at < 2 + lengthBytes) return 'incomplete'
  const length =
    lengthBytes === 0
      ? short
      : lengthBytes === 2
        ? input.readUInt16BE(at + 2)
        : Number(input.readBigUInt64BE(at + 2))
  if (!isControl && length > bytesMax) return 'failed'
  const start = at + 2 + lengthBytes + 4
  if (input.length < start + length) return 'incomplete'
  const mask = input.subarray(start - 4, start)
  const payload = input
    .subarray(start, start + length)
    .map((byte, index) => byte ^ (mask[index & 3] as number))
  return { opcode, isLast, payload: Buffer.from(payload), next: start + length }
}

/** RFC 6455 §7.4 and what IANA has added. */
function isCloseCode(payload: Buffer): boolean {
  if (payload.length === 0) return true
  const code = payload.readUInt16BE(0)
  const isStandard = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)
  return isStandard || (code >= 3000 && code <= 4999)
}
