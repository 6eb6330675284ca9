// Load for transcoded-call, run as a program of its own on the load's core: `opus-load.ts SOCKET CALLS
// SECONDS`. It is call control and both ends of every call: a WebRTC peer that speaks Opus and a phone that
// speaks G.711. Prints "steady" when all calls stand, and at the end how many packets came through.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import type { CallId, EndpointId, LegId, TenantId } from '@rufwerk/core'
import type { Codec, IceDtls } from '@rufwerk/media-control'
import { createEncoder } from 'libopus-wasm'
import datachannel, { type PeerConnection, type Track } from 'node-datachannel'
import { connectMedia, rtpHeader } from './media-client.ts'
import { pause } from './program.ts'

const [socketPath = '', callsText = '', secondsText = ''] = process.argv.slice(2)
const calls = Number(callsText)
const seconds = Number(secondsText)
const FRAME_MS = 20
const PCMA: Codec = { name: 'PCMA', payloadType: 8, clockRate: 8000, channels: 1, ptimeMs: FRAME_MS }
const OPUS: Codec = { name: 'opus', payloadType: 111, clockRate: 48_000, channels: 2, ptimeMs: FRAME_MS }
const PHONE_PORT = 26_000

interface Call {
  readonly browser: PeerConnection
  readonly track: Track
  readonly phone: UdpSocket
  readonly phoneTarget: number
  fromPhone: number
  fromBrowser: number
}

/** A second of a voice-like sound, as Opus frames. */
async function opusFrames(): Promise<Uint8Array[]> {
  const encoder = await createEncoder({ sampleRate: 48_000, channels: 1 })
  const frames: Uint8Array[] = []
  for (let frame = 0; frame < 50; frame += 1) {
    const samples = new Int16Array(960)
    for (let at = 0; at < 960; at += 1) {
      const time = (frame * 960 + at) / 48_000
      const pitch = 120 + 40 * Math.sin(2 * Math.PI * 3 * time)
      const voice = Math.sin(2 * Math.PI * pitch * time) + 0.5 * Math.sin(2 * Math.PI * 5 * pitch * time)
      samples[at] = 6000 * voice * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * time))
    }
    frames.push(Uint8Array.from(encoder.encode(samples)))
  }
  return frames
}

function describe(ice: IceDtls): string {
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0']
  lines.push('m=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=sendrecv', 'a=rtcp-mux')
  lines.push('a=rtpmap:111 opus/48000/2', `a=ice-ufrag:${ice.ufrag}`, `a=ice-pwd:${ice.pwd}`)
  lines.push(`a=fingerprint:${ice.fingerprint}`, `a=setup:${ice.setup}`)
  return `${[...lines, ...ice.candidates.map((candidate) => `a=${candidate}`)].join('\r\n')}\r\n`
}

function readDescription(sdp: string): IceDtls {
  const value = (name: string): string => new RegExp(`a=${name}:(.*)\r`).exec(sdp)?.[1] ?? ''
  const candidates = [...sdp.matchAll(/a=(candidate:.*)\r/g)].map((match) => match[1] as string)
  const setup = value('setup') === 'active' ? 'active' : 'passive'
  return {
    ufrag: value('ice-ufrag'),
    pwd: value('ice-pwd'),
    fingerprint: value('fingerprint'),
    setup,
    candidates,
  }
}

/** Answers the media process's offer the way a browser does. */
async function answer(
  offer: IceDtls,
  name: string,
): Promise<{ peer: PeerConnection; track: Track; local: IceDtls }> {
  const peer = new datachannel.PeerConnection(name, {
    iceServers: [],
    bindAddress: '127.0.0.1',
    portRangeBegin: 30_000,
    portRangeEnd: 32_000,
    disableAutoNegotiation: true,
  })
  const tracks = Promise.withResolvers<Track>()
  peer.onTrack((track) => tracks.resolve(track))
  const gathered = Promise.withResolvers<void>()
  peer.onGatheringStateChange((state) => state === 'complete' && gathered.resolve())
  peer.setRemoteDescription(describe(offer), 'offer')
  peer.setLocalDescription('answer')
  await gathered.promise
  return { peer, track: await tracks.promise, local: readDescription(peer.localDescription()?.sdp ?? '') }
}

const ask = await connectMedia(socketPath)

async function openCall(at: number): Promise<Call> {
  const ids = { tenant: 't' as TenantId, call: `c${at}` as CallId, address: '127.0.0.1' }
  const phoneEnd = `p${at}` as EndpointId
  const browserEnd = `b${at}` as EndpointId
  const phone = createSocket('udp4')
  const phonePort = PHONE_PORT + 2 * at
  await new Promise<void>((resolve) => phone.bind(phonePort, '127.0.0.1', resolve))
  const opened = await ask(
    { type: 'openRtp', endpoint: phoneEnd, leg: `lp${at}` as LegId, ...ids },
    'openedRtp',
  )
  const rtp = { address: '127.0.0.1', port: phonePort }
  const remote = { rtp, rtcp: { ...rtp, port: phonePort + 1 } }
  await ask(
    { type: 'configure', endpoint: phoneEnd, remote, direction: 'sendrecv', send: PCMA, receive: [PCMA] },
    'done',
  )
  const offered = await ask(
    { type: 'openWebRtc', endpoint: browserEnd, leg: `lb${at}` as LegId, ...ids },
    'openedWebRtc',
  )
  const { peer, track, local } = await answer(offered.local, browserEnd)
  await ask({ type: 'connectWebRtc', endpoint: browserEnd, remote: local }, 'done')
  await ask(
    { type: 'configure', endpoint: browserEnd, direction: 'sendrecv', send: OPUS, receive: [OPUS] },
    'done',
  )
  await ask(
    { type: 'setSource', endpoint: phoneEnd, source: { type: 'endpoint', endpoint: browserEnd } },
    'done',
  )
  await ask(
    { type: 'setSource', endpoint: browserEnd, source: { type: 'endpoint', endpoint: phoneEnd } },
    'done',
  )
  const call: Call = {
    browser: peer,
    track,
    phone,
    phoneTarget: opened.rtp.port,
    fromPhone: 0,
    fromBrowser: 0,
  }
  phone.on('message', () => {
    call.fromBrowser += 1
  })
  track.onMessage((packet) => {
    const payloadType = (packet[1] ?? 0) & 0x7f
    if (payloadType === OPUS.payloadType) call.fromPhone += 1
  })
  return call
}

const frames = await opusFrames()
const speech = Buffer.alloc(160, 0x5a)
const open: Call[] = []
for (let at = 0; at < calls; at += 1) open.push(await openCall(at))
for (let tries = 0; !open.every((call) => call.track.isOpen()) && tries < 100; tries += 1) await pause(100)

let sequence = 0
function speak(): void {
  const frame = frames[sequence % frames.length] as Uint8Array
  for (const [at, call] of open.entries()) {
    if (!call.track.isOpen()) continue
    call.track.sendMessageBinary(Buffer.concat([rtpHeader(111, sequence, sequence * 960, 1000 + at), frame]))
    call.phone.send(
      Buffer.concat([rtpHeader(8, sequence, sequence * 160, 5000 + at), speech]),
      call.phoneTarget,
      '127.0.0.1',
    )
  }
  sequence += 1
}
const startedAt = performance.now()
const speaking = setInterval(() => {
  while (performance.now() - startedAt > sequence * FRAME_MS) speak()
}, 5)
await pause(3000)
const before = open.map((call) => [call.fromPhone, call.fromBrowser] as const)
process.stdout.write('steady\n')
await pause(seconds * 1000)
const expected = seconds * (1000 / FRAME_MS)
const share = open.map(
  (call, at) =>
    Math.min(call.fromPhone - (before[at]?.[0] ?? 0), call.fromBrowser - (before[at]?.[1] ?? 0)) / expected,
)
process.stdout.write(`${JSON.stringify({ calls: open.length, leastShare: Math.min(...share) })}\n`)
clearInterval(speaking)
process.exit(0)
