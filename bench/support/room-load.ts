// Load for conference, run as a program of its own on the load's core: `room-load.ts SOCKET MEMBERS SECONDS`.
// It is call control and every phone: all are in one mix and send G.711 all the time, four of them speak.
// Prints "steady" when all are in, and at the end how many packets the worst of them got.
import { createSocket, type Socket } from 'node:dgram'
import type { CallId, EndpointId, LegId, TenantId } from '@rufwerk/core'
import type { Codec, MixId } from '@rufwerk/media-control'
import { G711Encoder } from '@rufwerk/rtp'
import { connectMedia, rtpHeader } from './media-client.ts'
import { pause } from './program.ts'

const [socketPath = '', membersText = '', secondsText = ''] = process.argv.slice(2)
const FRAME_MS = 20
const FRAME_SAMPLES = 160
const FRAMES = 50
const SPEAKERS = 4
const FIRST_PORT = 26_000
const ADDRESS = '127.0.0.1'
const PCMA: Codec = { name: 'PCMA', payloadType: 8, clockRate: 8000, channels: 1, ptimeMs: FRAME_MS }
const MIX = 'bench' as MixId

interface Member {
  readonly socket: Socket
  readonly target: number
  readonly frames: readonly Uint8Array[]
  readonly ssrc: number
  received: number
}

/** A second of a voice-like sound, or of the noise of a quiet office. */
function framesOf(hertz: number | undefined): Uint8Array[] {
  const encoder = new G711Encoder('PCMA')
  return Array.from({ length: FRAMES }, (_, frame) => {
    const samples = new Int16Array(FRAME_SAMPLES).map((_zero, at) => {
      const time = (frame * FRAME_SAMPLES + at) / PCMA.clockRate
      if (hertz === undefined) return 40 * Math.random() - 20
      return 6000 * Math.sin(2 * Math.PI * hertz * time) * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * time))
    })
    return Uint8Array.from(encoder.encode(samples))
  })
}

const ask = await connectMedia(socketPath)

async function join(at: number): Promise<Member> {
  const socket = createSocket('udp4')
  const port = FIRST_PORT + 2 * at
  await new Promise<void>((resolve) => socket.bind(port, ADDRESS, resolve))
  const endpoint = `e${at}` as EndpointId
  const ids = { tenant: 't' as TenantId, call: `c${at}` as CallId, leg: `l${at}` as LegId }
  const opened = await ask({ type: 'openRtp', endpoint, ...ids, address: ADDRESS }, 'openedRtp')
  const rtp = { address: ADDRESS, port }
  const remote = { rtp, rtcp: { ...rtp, port: port + 1 } }
  const formats = { send: PCMA, receive: [PCMA] }
  await ask({ type: 'configure', endpoint, remote, direction: 'sendrecv', ...formats }, 'done')
  await ask({ type: 'setSource', endpoint, source: { type: 'mix', mix: MIX, isMuted: false } }, 'done')
  const frames = framesOf(at < SPEAKERS ? 200 + 90 * at : undefined)
  const member: Member = { socket, target: opened.rtp.port, frames, ssrc: 7000 + at, received: 0 }
  socket.on('message', (bytes) => {
    if (((bytes[1] ?? 0) & 0x7f) === PCMA.payloadType) member.received += 1
  })
  return member
}

const members: Member[] = []
for (let at = 0; at < Number(membersText); at += 1) members.push(await join(at))

let sequence = 0
const startedAt = performance.now()
const speaking = setInterval(() => {
  for (const due = (performance.now() - startedAt) / FRAME_MS; sequence < due; sequence += 1)
    for (const { socket, target, frames, ssrc } of members) {
      const header = rtpHeader(PCMA.payloadType, sequence, sequence * FRAME_SAMPLES, ssrc)
      socket.send([header, frames[sequence % FRAMES] ?? new Uint8Array(FRAME_SAMPLES)], target, ADDRESS)
    }
}, FRAME_MS / 2)

await pause(3000)
process.stdout.write('steady\n')
const before = members.map(({ received }) => received)
const measuredFrom = performance.now()
await pause(Number(secondsText) * 1000)
const wanted = (performance.now() - measuredFrom) / FRAME_MS
const shares = members.map(({ received }, at) => (received - (before[at] ?? 0)) / wanted)
clearInterval(speaking)
process.stdout.write(`${JSON.stringify({ leastShare: Math.min(...shares) })}\n`)
process.exit(0)
