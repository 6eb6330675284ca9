// What the media engine makes of commands: of any shape, in any order, several at once, while packets arrive
// and time passes. Each is answered, a refused one changes nothing, one that is said again is answered as
// before, and when everything is closed no table, port or timer is left.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, ms, SILENT_LOG } from '@rufwerk/core'
import { createEngine, type Engine, type EngineOptions } from '@rufwerk/engine'
import {
  type EndpointConfiguration,
  type EndpointSnapshot,
  EVENT_RING_MAX,
  MESSAGE_BYTES_MAX,
  type Reply,
} from '@rufwerk/media-control'
import { writeRtpHeader } from '@rufwerk/rtp'
import { SRTP_ROOM_BYTES, SRTP_SUITES, SrtpSender } from '@rufwerk/rtp/srtp'
import { type SeededRandom, settled } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import { assertSame } from '../report.ts'
import type { Target } from '../target.ts'
import { COMMAND_WORDS, commandText, REMOTES } from './media-engine-commands.ts'
import { World } from './media-engine-world.ts'

const BATCH = 60
const ENDPOINTS_MAX = 20
/** 16 pairs for each address. */
const PORTS = { low: 20_000, high: 20_031 }
/** The library for WebRTC opens a real one, on loopback. */
const WEBRTC_PORT = 31_700 + (process.pid % 50) * 5
const WEBRTC_SHARE = 0.02
const CUSTODY = { noRtpMax: ms(3_000), unclaimedMax: ms(2_000), unattendedMax: ms(6_000) }
/** After this much real time a pending command is helped by its own limit, then it is a finding. */
const HELPED_MS = 1_000
const ANSWERED_MS = 20_000
const GATHERED_MS = 3_500
const SECRET_CHARS = 12
const NOTHING_OPEN = { endpoints: 0, ports: 0, ticking: 0, mixes: 0, recordings: 0 }
const CODES = [
  'unknown-endpoint',
  'unknown-mix',
  'unknown-recording',
  'no-port',
  'limit',
  'version',
  'bad-argument',
  'failed',
]
const REPLIES = 'done alive hello openedRtp openedWebRtc closed snapshot claimed refused'.split(' ')
const CONFIGURED = ['remote', 'direction', 'send', 'receive', 'dtmf', 'receiveDtmf', 'srtp'] as const
const PAYLOAD_TYPES = [0, 8, 8, 9, 111, 101, 110, 13] as const

export type MakeEngine = (
  options: EngineOptions,
) => Pick<Engine, 'perform' | 'size' | 'close' | 'detached' | 'events'>

type Picture = ReadonlyMap<string, EndpointSnapshot>

/** 0.2 s of sound. */
function wav(rate: number): Uint8Array {
  const file = Buffer.alloc(44 + (rate / 5) * 2)
  file.write('RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1')
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(file.length - 44, 40)
  return file
}

/** All but what is up to time and to the library's threads. */
function steady(picture: Picture): unknown {
  return [...picture.values()].map((one) => (one.local.type === 'webrtc' ? { ...one, isConnected: '' } : one))
}

class Studio {
  readonly #world = new World()
  readonly #folder = mkdtempSync(join(tmpdir(), 'rufwerk-fuzz-'))
  readonly #engine: ReturnType<MakeEngine>
  readonly #told: string[] = []
  readonly #failures: string[] = []
  readonly #secrets = new Set<string>()
  /** Where packets may go: what was signalled, and where packets came from. */
  readonly #peers = new Set<string>()
  readonly #senders = new Map<string, SrtpSender>()
  #lastEvent = 0
  #sequence = 0

  constructor(make: MakeEngine, random: SeededRandom) {
    const { clock } = this.#world
    for (const [name, bytes] of [
      ['short', wav(8_000)],
      ['wide', wav(16_000)],
      ['broken', new Uint8Array(50)],
    ] as const)
      writeFileSync(join(this.#folder, `${name}.wav`), bytes)
    const note = (event: string, fields?: object) =>
      this.#told.push(`${event} ${JSON.stringify(fields ?? {})}`)
    const failed = (event: string, fields?: object) =>
      this.#failures.push(`${event} ${JSON.stringify(fields ?? {})}`)
    const log: Log = { ...SILENT_LOG, info: note, warn: note, error: failed }
    this.#world.sent = (to) => assert(this.#peers.has(to), `a packet goes to ${to}, which nobody signalled`)
    this.#engine = make({
      log,
      portRange: PORTS,
      webrtcPort: WEBRTC_PORT,
      promptsDir: this.#folder,
      endpointsMax: ENDPOINTS_MAX,
      custody: CUSTODY,
      now: clock.now,
      wallNow: clock.wallTime,
      randomBytes: random.bytes,
    })
    this.#engine.events.listen(({ number, event }) => {
      assert.equal(number, this.#lastEvent + 1, 'events are numbered by one')
      this.#lastEvent = number
      this.#told.push(JSON.stringify(event))
    })
  }

  /** One command, or several at once, and what happens around them. */
  async step(input: Uint8Array, random: SeededRandom): Promise<string> {
    const command = parsed(input) ?? parsed(commandText(random, 0))
    const said =
      random.next() < 0.25 ? await this.#atOnce(command, random) : await this.#oneByOne(command, random)
    if (random.next() < 0.4) await this.#packets(input, random)
    if (random.next() < 0.02) this.#engine.detached()
    await this.#world.clock.pass(
      pick([0, 0, 5, 20, 20, 100, 100, 600, random.next() < 0.1 ? 4_000 : 20], random),
    )
    this.#assertBounds()
    return said
  }

  async #oneByOne(command: unknown, random: SeededRandom): Promise<string> {
    const before = await this.#picture()
    const reply = await this.#answer(command)
    const after = await this.#picture()
    if (reply.type === 'refused')
      assertSame(steady(after), steady(before), 'a refused command changed something')
    else assertDone(command as Fields, reply, after)
    const { type } = (command ?? {}) as Fields
    // What the library could not do now it may do later.
    const isLibrary =
      reply.type === 'refused' && reply.code === 'failed' && /^(open|connect)WebRtc$/.test(String(type))
    if (random.next() < 0.15 && type !== 'close' && type !== 'sendDtmf' && !isLibrary) {
      const again = await this.#answer(command)
      assertSame(again, reply, 'said again, it is answered otherwise')
      assertSame(steady(await this.#picture()), steady(after), 'said again, it changed something')
    }
    const why = reply.type === 'refused' ? reply.why.slice(0, 40) : ''
    return `${String(type).slice(0, 13)} ${reply.type} ${why}`
  }

  async #atOnce(command: unknown, random: SeededRandom): Promise<string> {
    const id = ((command ?? {}) as Fields).endpoint
    const next = () => {
      const other = parsed(commandText(random, WEBRTC_SHARE)) as Fields
      // Mostly they are about the same endpoint.
      if (id === undefined || random.next() < 0.3) return other
      return random.next() < 0.3 ? { type: 'close', endpoint: id } : { ...other, endpoint: id }
    }
    const about = Array.from({ length: random.between(1, 3) }, next)
    const replies = await Promise.all([command, ...about].map((one) => this.#answer(one)))
    return `at once ${replies
      .map(({ type }) => type)
      .slice(0, 2)
      .join(' ')}`
  }

  async #answer(command: unknown): Promise<Reply> {
    this.#note(command)
    let reply: Reply | undefined
    let failure: unknown
    this.#engine.perform(command).then(
      (answer) => {
        reply = answer
      },
      (error: unknown) => {
        failure = error
      },
    )
    await settled()
    const startedAt = performance.now()
    for (let isHelped = false; reply === undefined && failure === undefined; ) {
      await new Promise((resolve) => setImmediate(resolve))
      const waited = performance.now() - startedAt
      assert(waited < ANSWERED_MS, 'a command is not answered')
      if (waited < HELPED_MS || isHelped) continue
      isHelped = true
      await this.#world.clock.pass(GATHERED_MS)
    }
    assert(reply !== undefined, `a command rejects: ${String(failure)}`)
    assert(REPLIES.includes(reply.type), `${reply.type} is no reply`)
    const text = JSON.stringify(reply)
    assert(Buffer.byteLength(text) < MESSAGE_BYTES_MAX, 'a reply fits into no message')
    if (reply.type === 'refused') {
      assert(CODES.includes(reply.code) && reply.why.length < 200)
      this.#told.push(text)
    }
    return reply
  }

  /** What is secret in a command, and where packets may go after it. */
  #note(command: unknown): void {
    const { remote, srtp } = (command ?? {}) as Fields
    for (const end of [remote?.rtp, remote?.rtcp]) if (end) this.#peers.add(`${end.address} ${end.port}`)
    for (const key of [srtp?.local?.keySalt, srtp?.remote?.keySalt])
      if (typeof key === 'string' && key.length > SECRET_CHARS) this.#secrets.add(key.slice(0, SECRET_CHARS))
  }

  /** Every endpoint, over all pages. */
  async #picture(): Promise<Picture> {
    const picture = new Map<string, EndpointSnapshot>()
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: Reply = await this.#answer({ type: 'snapshot', from })
      assert(page.type === 'snapshot')
      for (const one of page.endpoints) {
        assert(!picture.has(one.endpoint), 'an endpoint is on two pages')
        picture.set(one.endpoint, one)
      }
      assert((page.next === undefined) === (page.left === 0))
      from = page.next
    }
    const { endpoints, ports } = this.#engine.size()
    assert.equal(picture.size, endpoints, 'an endpoint is in no snapshot')
    const plain = [...picture.values()].filter(({ local }) => local.type === 'rtp')
    assert.equal(plain.length, ports, 'each plain endpoint has a pair of ports')
    return picture
  }

  /** Sound, digits, reports and rubbish, from the peers and from strangers. */
  async #packets(input: Uint8Array, random: SeededRandom): Promise<void> {
    const ends = [...(await this.#picture()).values()].filter(({ local }) => local.type === 'rtp')
    if (ends.length === 0) return
    for (let count = random.between(1, 8); count > 0; count -= 1) {
      const end = pick(ends, random)
      if (end.local.type !== 'rtp') continue
      const pair = end.local.rtp.port
      const own = [...this.#world.bound.keys()].filter((name) =>
        name.endsWith(` ${pair + (count === 1 ? 1 : 0)}`),
      )
      const from = { address: pick(REMOTES, random), port: random.between(40_000, 40_004) }
      const { address, port } = random.next() < 0.7 ? (end.configuration?.remote?.rtp ?? from) : from
      this.#peers.add(`${address} ${port}`)
      const packet = random.next() < 0.1 ? input.subarray(0, 1_600) : this.#packet(end, random)
      if (packet.length > 1) this.#world.arrive(pick(own, random), packet, address, port)
    }
  }

  #packet({ configuration }: EndpointSnapshot, random: SeededRandom): Uint8Array {
    const length = 12 + random.between(0, 200)
    const packet = random.bytes(length + SRTP_ROOM_BYTES)
    const type = configuration?.receive[0]?.payloadType ?? 8
    this.#sequence += pick([1, 1, 1, 2, 40], random)
    const wanted = random.next() < 0.7 ? type : pick(PAYLOAD_TYPES, random)
    writeRtpHeader(packet, false, wanted, this.#sequence & 0xffff, this.#sequence * 160, random.between(1, 2))
    const srtp = configuration?.srtp
    if (srtp === undefined || random.next() < 0.3) return packet.subarray(0, length)
    const { keySalt } = srtp.remote
    let sender = this.#senders.get(keySalt)
    if (sender === undefined) {
      const bytes = Buffer.from(keySalt, 'base64')
      const { suite } = srtp
      const { keyBytes } = SRTP_SUITES[suite]
      sender = new SrtpSender({ suite, key: bytes.subarray(0, keyBytes), salt: bytes.subarray(keyBytes) })
      this.#senders.set(keySalt, sender)
    }
    const end = sender.protect(packet, length)
    return packet.subarray(0, typeof end === 'number' ? end : length)
  }

  #assertBounds(): void {
    const { endpoints, ports, ticking, mixes, recordings } = this.#engine.size()
    assert(endpoints <= ENDPOINTS_MAX && ports <= endpoints && mixes <= endpoints, 'limits hold')
    assert(ticking <= endpoints + mixes + recordings, 'nothing else ticks')
    assert(this.#engine.events.size() <= EVENT_RING_MAX)
    assert.equal(this.#failures.join('\n'), '', 'a failure inside')
    const told = this.#told.splice(0).join('\n')
    for (const secret of this.#secrets) assert(!told.includes(secret), 'a key is told')
  }

  /** Everything is closed by command, and nothing is left. */
  async rest(): Promise<void> {
    const { clock, bound } = this.#world
    for (const id of (await this.#picture()).keys())
      assert.equal((await this.#answer({ type: 'close', endpoint: id })).type, 'closed')
    assert.deepEqual(this.#engine.size(), NOTHING_OPEN, 'something is left')
    await clock.pass(1_000)
    assert.equal(clock.size(), 0, 'a timer is left')
    this.#assertBounds()
    assert.deepEqual(this.#engine.size(), NOTHING_OPEN, 'something came back')
    this.#engine.close()
    assert.equal(bound.size, 0, 'a port is left')
  }

  /** Gives the sockets and timers of this process back. */
  leave(): void {
    this.#world.restore()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** A command as loosely as the looks at it need. */
interface Fields {
  readonly type?: string
  readonly endpoint?: string
  readonly source?: { readonly type: string }
  readonly remote?: { readonly rtp?: Place; readonly rtcp?: Place }
  readonly srtp?: { readonly local?: Key; readonly remote?: Key }
}
interface Place {
  readonly address: string
  readonly port: number
}
interface Key {
  readonly keySalt?: unknown
}

function parsed(input: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(input).toString('utf8'))
  } catch {
    return undefined
  }
}

/** What was answered is true afterwards. */
function assertDone(command: Fields, reply: Reply, after: Picture): void {
  const { type, endpoint = '', source } = command
  const seen = after.get(endpoint)
  if (reply.type === 'closed') assert.equal(seen, undefined, 'closed, and still there')
  if (reply.type === 'openedRtp') {
    assert(seen?.local.type === 'rtp', 'opened, and not there')
    assert.deepEqual(
      [seen.local.rtp, seen.local.rtcpPort, seen.ssrc],
      [reply.rtp, reply.rtcpPort, reply.ssrc],
    )
    const { port } = reply.rtp
    assert(port % 2 === 0 && port >= PORTS.low && port < PORTS.high)
  }
  if (type === 'configure')
    for (const [name, value] of Object.entries(command))
      if (CONFIGURED.includes(name as never))
        assertSame(
          seen?.configuration?.[name as keyof EndpointConfiguration],
          value,
          `${name} is another one`,
        )
  if (type === 'setSource' && source?.type !== 'endpoint')
    assertSame(seen?.source, source, 'the source is another one')
}

/** `make` makes the engine that is looked at. */
export function mediaEngineTarget(make: MakeEngine = createEngine): Target {
  let studio: Studio | undefined
  const leave = () => {
    studio?.leave()
    studio = undefined
  }
  return {
    name: 'media-engine',
    seeds: [
      '{"type":"ping"}',
      '{"type":"snapshot"}',
      '{"type":"claim","endpoints":[],"isComplete":true}',
    ].map((text) => Buffer.from(text)),
    words: COMMAND_WORDS,
    bytesMax: 20_000,
    generate: (random) => commandText(random, WEBRTC_SHARE),
    restEvery: BATCH,
    check: async (input, random) => {
      try {
        studio ??= new Studio(make, random)
        return await studio.step(input, random)
      } catch (error) {
        leave()
        throw error
      }
    },
    rest: async () => {
      try {
        await studio?.rest()
      } finally {
        leave()
      }
    },
  }
}
