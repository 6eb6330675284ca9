// What somebody in the network hears: all UDP on the loopback, written by dumpcap (of wireshark-common) and
// played as A-law, stream by stream.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { G711Decoder } from '@rufwerk/rtp'
import { Child } from './child.ts'
import { heard, windowsOf } from './tone.ts'

const FILE_HEADER_BYTES = 24
const RECORD_HEADER_BYTES = 16
/** Ethernet, IPv4 without options, UDP. */
const FRAME_HEADER_BYTES = 42
const RTP_HEADER_BYTES = 12
/** 20 ms of G.711. */
const PAYLOAD_BYTES = 160

export class Capture {
  readonly #child: Child
  readonly #folder: string

  private constructor(child: Child, folder: string) {
    this.#child = child
    this.#folder = folder
  }

  static async start(): Promise<Capture> {
    const folder = mkdtempSync(join(tmpdir(), 'rufwerk-capture-'))
    const file = join(folder, 'lo.pcap')
    const child = new Child('dumpcap', ['-q', '-P', '-i', 'lo', '-f', 'udp', '-s', '400', '-w', file])
    await child.said(/File:|Capturing/)
    return new Capture(child, folder)
  }

  /** Ends it; tells in how many streams the tone is heard most of the time, and how many there were. */
  async stop(hertz: number): Promise<{ readonly heardIn: number; readonly streams: number }> {
    await this.#child.stop()
    const bytes = readFileSync(join(this.#folder, 'lo.pcap'))
    rmSync(this.#folder, { recursive: true, force: true })
    const streams = [...streamsOf(bytes).values()].filter((packets) => packets.length > 50)
    const isHeard = (packets: readonly Buffer[]): boolean => {
      const decoder = new G711Decoder('PCMA')
      const samples = Int16Array.from(packets.flatMap((packet) => [...decoder.decode(packet)]))
      return heard(windowsOf({ rate: 8_000, samples }), hertz).share > 0.5
    }
    return { heardIn: streams.filter(isHeard).length, streams: streams.length }
  }
}

/** Payloads of what looks like RTP, by source and destination port. */
function streamsOf(file: Buffer): Map<string, Buffer[]> {
  const streams = new Map<string, Buffer[]>()
  for (let at = FILE_HEADER_BYTES; at + RECORD_HEADER_BYTES <= file.length; ) {
    const length = file.readUInt32LE(at + 8)
    const frame = file.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length)
    at += RECORD_HEADER_BYTES + length
    if (frame.length < FRAME_HEADER_BYTES + RTP_HEADER_BYTES + PAYLOAD_BYTES) continue
    const isRtp = ((frame[FRAME_HEADER_BYTES] as number) & 0xc0) === 0x80
    if (!isRtp) continue
    const from = FRAME_HEADER_BYTES + RTP_HEADER_BYTES
    const key = `${frame.readUInt16BE(34)} ${frame.readUInt16BE(36)}`
    const packets = streams.get(key) ?? []
    packets.push(frame.subarray(from, from + PAYLOAD_BYTES))
    streams.set(key, packets)
  }
  return streams
}
