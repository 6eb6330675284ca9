// relay-delay: from RTP that reaches the product to the same sound on its way out, read from a capture.
// Relayed packets are known by their payload. transcode-delay: a short tone that comes out in another codec,
// from the packet that brings it to its first sample in what leaves, jitter buffer and codecs included.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { burstDelays, FRAME_MS } from '../support/bursts.ts'
import { Capture, type Datagram, quantiles } from '../support/capture.ts'
import { MEDIA_PORTS, startProduct } from '../support/product.ts'
import { CORE_OF_LOAD, CORE_UNDER_TEST, pause, startProgram } from '../support/program.ts'
import { withRelayedCalls } from '../support/relayed-calls.ts'
import { limitRow, type Row } from '../support/row.ts'

const RELAYED_CALLS = 100
const RELAYED_SECONDS = 6
const TRANSCODED_CALLS = 10
const TRANSCODED_SECONDS = 15
/** RTP's header and the 16 bytes by which rtpq knows a packet again, with all headers below. */
const SNAPPED_BYTES = 96
const MARK_FROM = 12
const MARK_TO = 28
const WHOLE_PACKETS = 400
const FILTER = `udp portrange ${MEDIA_PORTS.from}-${MEDIA_PORTS.to}`
const PROJECT = join(import.meta.dirname, '../..')

const isMediaPort = (port: number): boolean => port >= MEDIA_PORTS.from && port <= MEDIA_PORTS.to

/** Each packet passes twice: to the callee, and back to the caller. */
function relayedDelays(datagrams: readonly Datagram[]): number[] {
  const waiting = new Map<string, number>()
  const delays: number[] = []
  for (const { at, to, payload } of datagrams) {
    const mark = payload.toString('latin1', MARK_FROM, MARK_TO)
    if (isMediaPort(to)) {
      waiting.set(mark, at)
      continue
    }
    const since = waiting.get(mark)
    if (since === undefined) continue
    delays.push((at - since) / 1000)
    waiting.delete(mark)
  }
  return delays
}

/** How much earlier or later than 20 ms after the one before a packet came, in ms. */
function unevenness(datagrams: readonly Datagram[], port: number): number[] {
  const times = datagrams.filter(({ to }) => to === port).map(({ at }) => at / 1000)
  return times.slice(1).map((at, index) => Math.abs(at - (times[index] ?? at) - FRAME_MS))
}

async function relayed(): Promise<Row> {
  await using product = await startProduct()
  let delays: number[] = []
  const report = await withRelayedCalls(
    product,
    { calls: RELAYED_CALLS, seconds: RELAYED_SECONDS },
    async () => {
      await using capture = await Capture.start(FILTER, SNAPPED_BYTES)
      await pause(RELAYED_SECONDS * 1000)
      delays = relayedDelays(await capture.stop())
    },
  )
  const { p50, p99 } = quantiles(delays)
  return limitRow({
    row: 'relay-delay',
    value: p99,
    unit: 'ms, p99',
    max: 20,
    notes:
      `p50 ${p50.toFixed(2)} ms, ${delays.length} packets of ${RELAYED_CALLS} calls, ` +
      `loss ${report.lossPercent} %`,
  })
}

async function transcoded(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-media-'))
  const path = join(folder, 'media.sock')
  const flags = { mediaPortFirst: MEDIA_PORTS.from, mediaPortLast: MEDIA_PORTS.to, webrtcPort: 19_000 }
  const env = { RUFWERK_MEDIA_SOCKET: path, RUFWERK_FLAGS: JSON.stringify({ ...flags, logLevel: 'warn' }) }
  const media = join(PROJECT, 'apps/media/src/main.ts')
  await using program = startProgram(process.execPath, [media], { core: CORE_UNDER_TEST, env })
  await pause(1500)
  const load = join(PROJECT, 'bench/support/burst-load.ts')
  const args = [load, path, String(TRANSCODED_CALLS), String(TRANSCODED_SECONDS + 5)]
  await using speakers = startProgram(process.execPath, args, { core: CORE_OF_LOAD })
  while (!speakers.output().includes('ports')) {
    const ended = await Promise.race([speakers.ended, pause(50)])
    if (typeof ended === 'number') throw new Error(speakers.output() + program.output())
  }
  await using capture = await Capture.start(FILTER, WHOLE_PACKETS)
  await pause(TRANSCODED_SECONDS * 1000)
  const datagrams = await capture.stop()
  const ports: number[] = JSON.parse(/^\{.*\}$/m.exec(speakers.output())?.[0] ?? '{}').ports
  const delays: number[] = []
  for (let at = 0; at < ports.length; at += 2)
    delays.push(...(await burstDelays(datagrams, [ports[at] as number, ports[at + 1] as number])))
  rmSync(folder, { recursive: true, force: true })
  const { p50, p99 } = quantiles(delays)
  const jitter = quantiles(ports.flatMap((port) => unevenness(datagrams, port))).p99
  return limitRow({
    row: 'transcode-delay',
    value: p99,
    unit: 'ms, p99',
    max: 80,
    notes:
      `p50 ${p50.toFixed(1)} ms, ${delays.length} tones, ${TRANSCODED_CALLS} calls G.711 ↔ Opus, ` +
      `packets came ${jitter.toFixed(1)} ms uneven (p99), which the jitter buffer has to cover`,
  })
}

export async function relayDelay(): Promise<Row[]> {
  return [await relayed(), await transcoded()]
}
