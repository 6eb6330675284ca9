// Load for transcode-delay, run as a program of its own on the load's core: `burst-load.ts SOCKET CALLS
// SECONDS`. It is call control and both ends of every call: one speaks G.711, the other Opus, over plain RTP,
// silence with a short tone every half a second. Prints one line of JSON when all calls stand: for each call
// the ports of the media process, G.711 first.
import { createSocket, type Socket } from 'node:dgram'
import type { CallId, EndpointId, LegId, TenantId } from '@rufwerk/core'
import type { Codec } from '@rufwerk/media-control'
import { G711Encoder } from '@rufwerk/rtp'
import { createEncoder } from 'libopus-wasm'
import { FRAME_MS, isLoudFrame, OPUS_PAYLOAD_TYPE, PCMA_PAYLOAD_TYPE, ROUND_FRAMES } from './bursts.ts'
import { connectMedia, rtpHeader } from './media-client.ts'
import { pause } from './program.ts'

const [socketPath = '', callsText = '', secondsText = ''] = process.argv.slice(2)
const TONE_HZ = 1000
const AMPLITUDE = 12_000
const FIRST_PORT = 26_000
const ADDRESS = '127.0.0.1'
const PCMA: Codec = {
  name: 'PCMA',
  payloadType: PCMA_PAYLOAD_TYPE,
  clockRate: 8000,
  channels: 1,
  ptimeMs: FRAME_MS,
}
const OPUS: Codec = {
  name: 'opus',
  payloadType: OPUS_PAYLOAD_TYPE,
  clockRate: 48_000,
  channels: 2,
  ptimeMs: FRAME_MS,
}

/** One end of a call: says its frames over and over. */
interface End {
  readonly socket: Socket
  readonly codec: Codec
  readonly frames: readonly Uint8Array[]
  readonly endpoint: EndpointId
  readonly ssrc: number
  readonly target: number
}

function samplesOf(frame: number, rate: number): Int16Array {
  const samples = new Int16Array((rate * FRAME_MS) / 1000)
  if (!isLoudFrame(frame)) return samples
  return samples.map((_, at) => AMPLITUDE * Math.sin((2 * Math.PI * TONE_HZ * at) / rate))
}

const numbers = Array.from({ length: ROUND_FRAMES }, (_, frame) => frame)
const g711 = new G711Encoder('PCMA')
const pcmaFrames = numbers.map((frame) => Uint8Array.from(g711.encode(samplesOf(frame, 8000))))
const encoder = await createEncoder({ sampleRate: 48_000, channels: 1 })
const opusFrames = numbers.map((frame) => Uint8Array.from(encoder.encode(samplesOf(frame, 48_000))))
const ask = await connectMedia(socketPath)

async function openEnd(at: number, codec: Codec, frames: readonly Uint8Array[]): Promise<End> {
  const number = 2 * at + (codec === OPUS ? 1 : 0)
  const port = FIRST_PORT + 2 * number
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(port, ADDRESS, resolve))
  const endpoint = `e${number}` as EndpointId
  const ids = { tenant: 't' as TenantId, call: `c${at}` as CallId, leg: `l${number}` as LegId }
  const opened = await ask({ type: 'openRtp', endpoint, ...ids, address: ADDRESS }, 'openedRtp')
  const rtp = { address: ADDRESS, port }
  const remote = { rtp, rtcp: { ...rtp, port: port + 1 } }
  await ask(
    { type: 'configure', endpoint, remote, direction: 'sendrecv', send: codec, receive: [codec] },
    'done',
  )
  return { socket, codec, frames, endpoint, ssrc: 9000 + number, target: opened.rtp.port }
}

const ends: End[] = []
for (let at = 0; at < Number(callsText); at += 1) {
  const phone = await openEnd(at, PCMA, pcmaFrames)
  const other = await openEnd(at, OPUS, opusFrames)
  for (const [one, two] of [
    [phone, other],
    [other, phone],
  ] as const) {
    const source = { type: 'endpoint', endpoint: two.endpoint } as const
    await ask({ type: 'setSource', endpoint: one.endpoint, source }, 'done')
  }
  ends.push(phone, other)
}

/** The ends are spread over the 20 ms, because the media process has a clock of its own. */
const sent = ends.map(() => 0)
const startedAt = performance.now()
const speaking = setInterval(() => {
  const now = performance.now() - startedAt
  for (const [at, end] of ends.entries()) {
    const offset = (at * FRAME_MS) / ends.length
    for (let next = sent[at] ?? 0; now >= offset + next * FRAME_MS; next += 1) {
      const rtpTime = next * ((end.codec.clockRate * FRAME_MS) / 1000)
      const header = rtpHeader(end.codec.payloadType, next, rtpTime, end.ssrc)
      const frame = end.frames[next % ROUND_FRAMES] as Uint8Array
      end.socket.send(Buffer.concat([header, frame]), end.target, ADDRESS)
      sent[at] = next + 1
    }
  }
}, 1)
await pause(3000)
const ports = ends.map((end) => end.target)
process.stdout.write(`${JSON.stringify({ ports })}\n`)
await pause(Number(secondsText) * 1000)
clearInterval(speaking)
process.exit(0)
