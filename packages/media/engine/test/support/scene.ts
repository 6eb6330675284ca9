// An engine with phones around it for tests with real sockets on the loopback: each phone is a UDP socket
// that speaks RTP, and everything closes together.
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EndpointId, type Log, SILENT_LOG } from '@rufwerk/core'
import type { Codec, CodecName, DtmfFormat, MediaEvent, Reply } from '@rufwerk/media-control'
import { newRtpHeader, parseRtpHeader, type RtpHeader, writeRtpHeader } from '@rufwerk/rtp'
import { createEngine, type Engine, type EngineOptions } from '../../src/index.ts'
import { claimPorts } from './port-block.ts'

export const HOST = '127.0.0.1'
export const DTMF: DtmfFormat = { payloadType: 101, clockRate: 8_000 }
const TYPES: Readonly<Record<CodecName, number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 }

export function codec(name: CodecName, ptimeMs = 20): Codec {
  const isOpus = name === 'opus'
  return {
    name,
    payloadType: TYPES[name],
    clockRate: isOpus ? 48_000 : 8_000,
    channels: isOpus ? 2 : 1,
    ptimeMs,
  }
}

export type Heard = RtpHeader & { readonly payload: Buffer; readonly port: number }

export class Phone {
  readonly heard: Heard[] = []
  readonly control: Buffer[] = []
  /** RTP packets that ever arrived. */
  arrived = 0
  readonly ssrc: number
  sequence = 1_000
  timestamp = 50_000
  readonly socket: Socket
  /** The RTP port of our endpoint. */
  endpointPort = 0

  constructor(ssrc: number) {
    this.ssrc = ssrc
    this.socket = createSocket('udp4')
    this.socket.on('message', (packet, source) => {
      const header = newRtpHeader()
      if (parseRtpHeader(packet, header)) {
        this.arrived += 1
        this.heard.push({ ...header, payload: packet.subarray(header.payloadStart), port: source.port })
      } else this.control.push(packet)
    })
  }

  get port(): number {
    return this.socket.address().port
  }

  /** Sends one packet, by default the next one of its stream. */
  send(payload: Uint8Array, payloadType = 8, ticks = 160): void {
    this.sequence += 1
    this.timestamp += ticks
    this.sendRaw(rtp(payload, payloadType, this.sequence, this.timestamp, this.ssrc))
  }

  sendRaw(packet: Uint8Array, port = this.endpointPort): void {
    this.socket.send(packet, port, HOST)
  }
}

export function rtp(
  payload: Uint8Array,
  payloadType: number,
  sequence: number,
  timestamp: number,
  ssrc: number,
): Uint8Array {
  const packet = new Uint8Array(12 + payload.length)
  writeRtpHeader(packet, false, payloadType, sequence & 0xffff, timestamp >>> 0, ssrc)
  packet.set(payload, 12)
  return packet
}

/** 20 ms of G.711 with a recognisable value. */
export const voice = (value: number) => new Uint8Array(160).fill(value)

/** What a failed test left open: without this the process would wait for its sockets for ever. */
const open = new Set<Scene>()
after(() => {
  for (const scene of open) scene.end()
})

export const NOTHING_OPEN = { endpoints: 0, ports: 0, ticking: 0, mixes: 0, recordings: 0 }

type Setting =
  | 'promptsDir'
  | 'ownPromptsDir'
  | 'endpointsMax'
  | 'portRange'
  | 'custody'
  | 'now'
  | 'recordingsDir'
  | 'createFile'
export type SceneSettings = Partial<Pick<EngineOptions, Setting>>

export class Scene {
  readonly engine: Engine
  readonly events: MediaEvent[] = []
  readonly logged: string[] = []
  readonly #phones: Phone[] = []
  /** The lowest of the ports that belong to this scene alone. */
  readonly firstPort = claimPorts()
  #nextPort = this.firstPort + 100

  constructor(settings: SceneSettings = {}) {
    const { firstPort } = this
    const note = (event: string, fields?: object) =>
      this.logged.push(`${event} ${JSON.stringify(fields ?? {})}`)
    const log: Log = { ...SILENT_LOG, error: note }
    const portRange = { low: firstPort, high: firstPort + 99 }
    const ports = { portRange, webrtcPort: firstPort + 180 }
    this.engine = createEngine({ log, promptsDir: '/nonexistent', ...ports, ...settings })
    this.engine.events.listen(({ event }) => this.events.push(event))
    open.add(this)
  }

  async do(command: object): Promise<Reply> {
    return this.engine.perform(command)
  }

  async done(command: object): Promise<void> {
    assert.deepEqual(await this.do(command), { type: 'done' })
  }

  async phone(): Promise<Phone> {
    const phone = new Phone(this.#phones.length + 77)
    this.#phones.push(phone)
    const port = this.#nextPort
    this.#nextPort += 2
    await new Promise<void>((resolve) => phone.socket.bind(port, HOST, resolve))
    return phone
  }

  /** Opens a plain endpoint for a new phone. */
  async connect(id: string, send = codec('PCMA'), options: object = {}): Promise<Phone> {
    const phone = await this.phone()
    const open = { tenant: 't', call: 'c', leg: 'l', address: HOST }
    const opened = await this.do({ type: 'openRtp', endpoint: id, ...open })
    assert.ok(opened.type === 'openedRtp', JSON.stringify(opened))
    phone.endpointPort = opened.rtp.port
    await this.configure(id, phone, send, options)
    return phone
  }

  async configure(id: string, phone: Phone, send = codec('PCMA'), options: object = {}): Promise<void> {
    const at = { address: HOST, port: phone.port }
    const remote = { rtp: at, rtcp: at }
    const receive = [send]
    await this.done({
      type: 'configure',
      endpoint: id,
      remote,
      direction: 'sendrecv',
      send,
      receive,
      dtmf: DTMF,
      ...options,
    })
  }

  async source(id: string, source: object): Promise<void> {
    await this.done({ type: 'setSource', endpoint: id, source })
  }

  async bridge(left: string, right: string): Promise<void> {
    await this.source(left, { type: 'endpoint', endpoint: right })
    await this.source(right, { type: 'endpoint', endpoint: left })
  }

  async stats(id: string) {
    const snapshot = await this.do({ type: 'snapshot' })
    assert.ok(snapshot.type === 'snapshot')
    const found = snapshot.endpoints.find(({ endpoint }) => endpoint === (id as EndpointId))
    assert.ok(found)
    return found.stats
  }

  /** Ends everything and checks that nothing stayed behind and nothing went wrong inside. */
  async close(): Promise<void> {
    const snapshot = await this.do({ type: 'snapshot' })
    assert.ok(snapshot.type === 'snapshot')
    for (const { endpoint } of snapshot.endpoints) await this.do({ type: 'close', endpoint })
    assert.deepEqual(this.engine.size(), NOTHING_OPEN)
    this.end()
    assert.deepEqual(this.logged, [])
  }

  end(): void {
    open.delete(this)
    this.engine.close()
    for (const { socket } of this.#phones) socket.close()
  }
}

/** Waits until it is so; fails after `ms`. */
export async function until(what: () => boolean | Promise<boolean>, ms = 2_000): Promise<void> {
  for (let waited = 0; waited < ms; waited += 5) {
    if (await what()) return
    await sleep(5)
  }
  assert.fail(`not within ${ms} ms: ${what}`)
}
