// What really passed on the loopback interface, with the kernel's time of each datagram: dumpcap (of
// Wireshark) on the load's core writes a file, which is read here. Needs root or Debian's group wireshark.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CORE_OF_LOAD, isInstalled, type Program, pause, startProgram } from './program.ts'

export interface Datagram {
  /** Microseconds since some start. */
  readonly at: number
  readonly from: number
  readonly to: number
  readonly payload: Buffer
}

/** Kernel buffer in MB: what comes between two reads of dumpcap has to fit. */
const BUFFER_MB = '64'
const START_MS_MAX = 5_000
const FILE_HEAD_BYTES = 24
const RECORD_HEAD_BYTES = 16
const ETHERNET_BYTES = 14
const UDP_HEAD_BYTES = 8

export class Capture implements AsyncDisposable {
  readonly #program: Program
  readonly #folder: string

  private constructor(program: Program, folder: string) {
    this.#program = program
    this.#folder = folder
  }

  /** Resolves once packets are captured. `filter` is libpcap's; at most `bytes` of each packet are kept. */
  static async start(filter: string, bytes: number): Promise<Capture> {
    if (!(await isInstalled('dumpcap'))) throw new Error('there is no dumpcap to capture with')
    const folder = mkdtempSync(join(tmpdir(), 'bench-capture-'))
    const file = join(folder, 'lo.pcap')
    const args = ['-q', '-P', '-i', 'lo', '-s', String(bytes), '-B', BUFFER_MB, '-f', filter, '-w', file]
    const capture = new Capture(startProgram('dumpcap', args, { core: CORE_OF_LOAD }), folder)
    for (let waited = 0; !existsSync(file); waited += 50) {
      const ended = await Promise.race([capture.#program.ended, pause(50)])
      if (typeof ended !== 'number' && waited < START_MS_MAX) continue
      await capture[Symbol.asyncDispose]()
      throw new Error(`nothing can be captured: ${capture.#program.output().trim()}`)
    }
    await pause(300)
    return capture
  }

  /** Ends the capture. Throws when the kernel had to drop packets: what is missing could be the slowest. */
  async stop(): Promise<Datagram[]> {
    await this.#program[Symbol.asyncDispose]()
    const [, dropped] = /received\/dropped on interface [^:]*: \d+\/(\d+)/.exec(this.#program.output()) ?? []
    if (Number(dropped ?? 0) > 0) throw new Error(`the capture lost ${dropped} packets`)
    return readPcap(readFileSync(join(this.#folder, 'lo.pcap')))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** UDP over IPv4 over Ethernet in a classic capture file of this machine's byte order. */
function readPcap(file: Buffer): Datagram[] {
  const datagrams: Datagram[] = []
  for (let at = FILE_HEAD_BYTES; at + RECORD_HEAD_BYTES <= file.length; ) {
    const kept = file.readUInt32LE(at + 8)
    const time = file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4)
    const packet = at + RECORD_HEAD_BYTES + ETHERNET_BYTES
    const end = at + RECORD_HEAD_BYTES + kept
    const udp = packet + 4 * ((file[packet] ?? 0) & 0x0f)
    if (udp + UDP_HEAD_BYTES <= end && end <= file.length) {
      const payload = file.subarray(udp + UDP_HEAD_BYTES, end)
      datagrams.push({ at: time, from: file.readUInt16BE(udp), to: file.readUInt16BE(udp + 2), payload })
    }
    at = end
  }
  return datagrams
}

/** In ms: half of the delays are shorter than `p50`, one of a hundred is longer than `p99`. */
export function quantiles(delaysMs: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = delaysMs.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}
