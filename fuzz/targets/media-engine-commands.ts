// Commands to the media engine as JSON: well-formed ones, and ones with a part that is something else.
import { CLAIM_ENDPOINTS_MAX, PROTOCOL_VERSION } from '@rufwerk/media-control'
import { SRTP_SUITES, type SrtpSuite } from '@rufwerk/rtp/srtp'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'

const IDS = Array.from({ length: 24 }, (_, at) => `e${at}`)
const ADDRESSES = ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.2', '::1', '192.0.2.1', '0.0.0.0'] as const
export const REMOTES = ['127.0.0.1', '127.0.0.1', '192.0.2.9', '2001:db8::9'] as const
const NAMES = ['PCMU', 'PCMA', 'PCMA', 'G722', 'opus'] as const
const TYPES: Readonly<Record<string, number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 }
const SUITES = Object.keys(SRTP_SUITES) as SrtpSuite[]
const MIXES = ['m0', 'm0', 'm1', 'm2'] as const
const PROMPTS = ['short', 'short', 'wide', 'none', '../short', 'broken'] as const
const ODD: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0,
  1,
  1.5,
  65_536,
  2 ** 53,
  '',
  'x',
  'x'.repeat(65),
  '127.0.0.1',
  '127.0.0.300',
  '::ffff:127.0.0.1',
  '__proto__',
  'constructor',
  '\ud800\0',
  [],
  [[]],
  {},
  { length: 1 },
  { type: 'silence' },
  Array(20).fill('e1'),
]
export const COMMAND_WORDS = ['null', '[]', '{}', '"e1"', '-1', '"type":', '"__proto__":', ',"x":1', '1e999']

function codec(random: SeededRandom) {
  const name = pick(NAMES, random)
  const isOpus = name === 'opus'
  const fmtp = random.next() < 0.1 ? { fmtp: 'useinbandfec=1; '.repeat(random.between(0, 64)) } : {}
  return {
    name,
    payloadType: random.next() < 0.9 ? TYPES[name] : random.between(0, 127),
    clockRate: isOpus ? 48_000 : 8_000,
    channels: isOpus ? 2 : 1,
    ...fmtp,
    ptimeMs: pick([20, 20, 20, 10, 30, 40, 60, 1, 200], random),
  }
}

function format(random: SeededRandom) {
  return { payloadType: pick([101, 101, 110, 8], random), clockRate: pick([8_000, 48_000, 16_000], random) }
}

function srtp(random: SeededRandom) {
  const suite = pick(SUITES, random)
  const { keyBytes, saltBytes } = SRTP_SUITES[suite]
  const key = () => ({
    keySalt: Buffer.from(random.bytes(keyBytes + saltBytes)).toString('base64'),
    ...(random.next() < 0.2
      ? { mki: Buffer.from(random.bytes(random.between(1, 128))).toString('base64') }
      : {}),
    ...(random.next() < 0.2 ? { lifetimePackets: random.between(1, 200) } : {}),
  })
  return { suite, local: key(), remote: key() }
}

export function ice(random: SeededRandom) {
  const candidate = (at: number) => `candidate:${at} 1 udp 2122260223 127.0.0.1 ${9 + at} typ host`
  return {
    ufrag: pick(['abcd', 'abcd1234', 'a', 'ab\r\na=x', 'x'.repeat(256)], random),
    pwd: pick(['x'.repeat(22), 'y'.repeat(40), 'short', 'x'.repeat(22), ' '.repeat(22)], random),
    fingerprint: `sha-256 ${Array(32)
      .fill(pick(['AA', '0F', 'AA', 'GG'], random))
      .join(':')}`,
    setup: pick(['actpass', 'active', 'passive'], random),
    candidates: Array.from({ length: pick([0, 1, 2, 40], random) }, (_, at) => candidate(at)),
  }
}

function configuration(random: SeededRandom) {
  const at = () => ({ address: pick(REMOTES, random), port: random.between(40_000, 40_004) })
  const rtp = at()
  const remote = { remote: { rtp, rtcp: random.next() < 0.5 ? rtp : at() } }
  const send = codec(random)
  const others = Array.from({ length: random.between(0, 3) }, () => codec(random))
  const events = Array.from({ length: random.between(0, 4) }, () => format(random))
  return {
    ...(random.next() < 0.9 ? remote : {}),
    direction: pick(['sendrecv', 'sendrecv', 'sendrecv', 'sendonly', 'recvonly', 'inactive'], random),
    send,
    receive: random.next() < 0.9 ? [send, ...others] : Array(16).fill(send),
    ...(random.next() < 0.7 ? { dtmf: format(random) } : {}),
    ...(random.next() < 0.2 ? { receiveDtmf: events } : {}),
    ...(random.next() < 0.3 ? { srtp: srtp(random) } : {}),
  }
}

function source(random: SeededRandom) {
  const names = Array.from({ length: random.between(0, 3) }, () => pick(PROMPTS, random))
  switch (random.between(0, 8)) {
    case 0:
      return { type: 'silence' }
    case 1:
      return { type: 'tone', tone: pick(['ringback', 'busy', 'congestion', 'hold'], random), country: 'de' }
    case 2:
      return { type: 'prompt', names: [...names, 'short'], isLooped: random.next() < 0.3 }
    case 3:
      return { type: 'echo' }
    case 4:
      return { type: 'parrot', greeting: names }
    case 5:
    case 6: {
      const heardBy = Array.from({ length: random.between(0, 3) }, () => pick(IDS, random))
      const isMuted = random.next() < 0.2
      return { type: 'mix', mix: pick(MIXES, random), isMuted, ...(random.next() < 0.3 ? { heardBy } : {}) }
    }
    default:
      return { type: 'endpoint', endpoint: pick(IDS, random) }
  }
}

/** A fifth of a whole office: who opens, who talks, who goes. `webRtc`: the share of these. */
function wellFormed(random: SeededRandom, webRtc: number): Record<string, unknown> {
  const endpoint = pick(IDS, random)
  const call = pick(['c1', 'c2', 'c3'], random)
  const advertised = random.next() < 0.1 ? { advertised: pick(ADDRESSES, random) } : {}
  const open = { endpoint, tenant: 't', call, leg: 'l', address: pick(ADDRESSES, random), ...advertised }
  if (random.next() < webRtc) {
    const remote = random.next() < 0.5 ? { remote: ice(random) } : {}
    if (random.next() < 0.6) return { type: 'openWebRtc', ...open, ...remote }
    return { type: 'connectWebRtc', endpoint, remote: ice(random) }
  }
  const kind = random.next()
  if (kind < 0.25) return { type: 'openRtp', ...open }
  if (kind < 0.5) return { type: 'configure', endpoint, ...configuration(random) }
  if (kind < 0.55) {
    const to = random.next() < 0.5 ? { to: pick(IDS, random) } : {}
    return { type: 'announce', mix: pick(MIXES, random), ...to, sound: source(random) }
  }
  if (kind < 0.75) return { type: 'setSource', endpoint, source: source(random) }
  if (kind < 0.82)
    return { type: 'sendDtmf', endpoint, digit: pick(['0', '#', 'D'], random), durationMs: 100 }
  if (kind < 0.9) return { type: 'close', endpoint }
  if (kind < 0.92) return { type: 'hello', version: PROTOCOL_VERSION, generation: random.between(0, 3) }
  if (kind < 0.94) return { type: 'snapshot', from: random.between(0, 40) }
  if (kind < 0.97) {
    const count = pick([0, 1, 5, CLAIM_ENDPOINTS_MAX], random)
    const endpoints = Array.from({ length: count }, () => pick(IDS, random))
    return { type: 'claim', endpoints, isComplete: random.next() < 0.3 }
  }
  return random.next() < 0.5 ? { type: 'ping' } : { type: 'acknowledge', event: random.between(0, 50) }
}

/** Puts something else somewhere into a value. */
function damaged(value: unknown, random: SeededRandom): unknown {
  if (typeof value !== 'object' || value === null || random.next() < 0.3) return pick(ODD, random)
  const entries = Object.entries(value)
  const at = random.between(0, entries.length)
  const [name, part] = entries[at] ?? [pick(['x', 'type', '__proto__', 'toString'], random), 1]
  const changed = damaged(part, random)
  if (Array.isArray(value)) return value.map((one, place) => (place === at ? changed : one))
  return Object.fromEntries([...entries.filter(([other]) => other !== name), [name, changed]])
}

/** One command in JSON, mostly well-formed. */
export function commandText(random: SeededRandom, webRtc: number): Uint8Array {
  const command = wellFormed(random, webRtc)
  return Buffer.from(JSON.stringify(random.next() < 0.2 ? damaged(command, random) : command) ?? 'null')
}
