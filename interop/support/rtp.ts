// RTP as a phone sends it, written by hand (RFC 3550 §5.1): a tone in G.711 A-law, 20 ms per packet, from any
// socket to any port.
import type { Socket } from 'node:dgram'
import { sleep } from './wait.ts'

const RATE = 8000
const PACKET_MS = 20
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

/** ITU-T G.711 table 1, from 16-bit samples. */
function aLaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0
  const magnitude = Math.min(32_767, Math.abs(Math.round(sample))) >> 3
  const exponent = magnitude < 32 ? 0 : Math.floor(Math.log2(magnitude)) - 4
  const mantissa = (exponent === 0 ? magnitude >> 1 : magnitude >> exponent) & 0x0f
  return (sign | (exponent << 4) | mantissa) ^ 0x55
}
