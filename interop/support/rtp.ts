// RTP as a phone sends and hears it, written by hand (RFC 3550 §5.1): a tone in G.711 A-law, 20 ms per
// packet, from any socket to any port, and what came back.
import type { Socket } from 'node:dgram'
import { sleep } from './wait.ts'
import type { Sound } from './wav.ts'

const RATE = 8000
const PACKET_MS = 20
/** A packet that came so long ago may still be heard: its own length and what the network held it up. */
const BEFORE_MS = 200
const PACKET_SAMPLES = (RATE * PACKET_MS) / 1000
const A_LAW = 8
const AMPLITUDE = 8000

export interface ToneStream {
  readonly hertz: number
  readonly ssrc: number
  readonly durationMs: number
}

/** Sends a tone in real time. */
export async function sendTone(
  socket: Socket,
  address: string,
  port: number,
  tone: ToneStream,
): Promise<void> {
  const packets = Math.floor(tone.durationMs / PACKET_MS)
  const startedAt = performance.now()
  for (let index = 0; index < packets; index++) {
    socket.send(tonePacket(tone, index), port, address)
    const ahead = startedAt + (index + 1) * PACKET_MS - performance.now()
    if (ahead > 0) await sleep(ahead)
  }
}

export function tonePacket({ hertz, ssrc }: ToneStream, index: number): Buffer {
  const packet = Buffer.alloc(12 + PACKET_SAMPLES)
  packet[0] = 0x80
  packet[1] = A_LAW
  packet.writeUInt16BE((1000 + index) & 0xffff, 2)
  packet.writeUInt32BE((index * PACKET_SAMPLES) >>> 0, 4)
  packet.writeUInt32BE(ssrc, 8)
  for (let sample = 0; sample < PACKET_SAMPLES; sample++) {
    const time = (index * PACKET_SAMPLES + sample) / RATE
    packet[12 + sample] = aLaw(AMPLITUDE * Math.sin(2 * Math.PI * hertz * time))
  }
  return packet
}

/** A key that is pressed in a stream of tone packets (RFC 4733 §2.3): from one packet up to another. */
export interface KeyPress {
  readonly event: number
  readonly from: number
  readonly to: number
}

const EVENT_TYPE = 101
/** How often the end is said (§2.5.1.4). */
const END_PACKETS = 3

export function keyPacket({ event, from, to }: KeyPress, ssrc: number, index: number): Buffer {
  const packet = Buffer.alloc(16)
  packet[0] = 0x80
  packet[1] = EVENT_TYPE | (index === from ? 0x80 : 0)
  packet.writeUInt16BE((1000 + index) & 0xffff, 2)
  packet.writeUInt32BE((from * PACKET_SAMPLES) >>> 0, 4)
  packet.writeUInt32BE(ssrc, 8)
  const last = to - END_PACKETS
  packet[12] = event
  packet[13] = index >= last ? 0x8a : 0x0a
  packet.writeUInt16BE((Math.min(index, last) - from + 1) * PACKET_SAMPLES, 14)
  return packet
}

/** One packet of sound in G.711 A-law, as it came. */
export interface SoundPacket {
  readonly arrivedAt: number
  readonly timestamp: number
  readonly samples: Int16Array
}

/** Undefined: something else than a plain packet of A-law sound. */
export function readSoundPacket(packet: Buffer): SoundPacket | undefined {
  if (packet.length <= 12 || packet[0] !== 0x80 || ((packet[1] ?? 0) & 0x7f) !== A_LAW) return undefined
  const samples = Int16Array.from(packet.subarray(12), fromALaw)
  return { arrivedAt: performance.now(), timestamp: packet.readUInt32BE(4), samples }
}

/** The packets that came from `startedAt` on for so long, in their places; what did not come is silence. */
export function soundOf(packets: readonly SoundPacket[], startedAt: number, durationMs: number): Sound {
  const samples = new Int16Array((RATE * durationMs) / 1000)
  const first = packets.find(({ arrivedAt }) => arrivedAt >= startedAt)
  if (first === undefined) return { rate: RATE, samples }
  const startsAt = Math.round(((first.arrivedAt - startedAt) * RATE) / 1000)
  for (const packet of packets) {
    // What came just before is still playing when it begins.
    if (packet.arrivedAt < startedAt - BEFORE_MS) continue
    const at = startsAt + ((packet.timestamp - first.timestamp) | 0)
    for (const [index, sample] of packet.samples.entries())
      if (at + index >= 0 && at + index < samples.length) samples[at + index] = sample
  }
  return { rate: RATE, samples }
}

/** ITU-T G.711 table 1, to 16-bit samples. */
function fromALaw(value: number): number {
  const bits = value ^ 0x55
  const exponent = (bits >> 4) & 0x07
  const mantissa = ((bits & 0x0f) << 1) + 1
  const magnitude = exponent === 0 ? mantissa : (mantissa + 32) << (exponent - 1)
  return (bits & 0x80) !== 0 ? magnitude << 3 : -(magnitude << 3)
}

/** ITU-T G.711 table 1, from 16-bit samples. */
function aLaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0
  const magnitude = Math.min(32_767, Math.abs(Math.round(sample))) >> 3
  const exponent = magnitude < 32 ? 0 : Math.floor(Math.log2(magnitude)) - 4
  const mantissa = (exponent === 0 ? magnitude >> 1 : magnitude >> exponent) & 0x0f
  return (sign | (exponent << 4) | mantissa) ^ 0x55
}
