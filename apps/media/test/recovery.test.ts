// Call control dies, hangs or comes back, and people talk on: a real media process, two phones that send RTP,
// and call control as a process of its own.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EndpointId } from '@rufwerk/core'
import { HEARTBEAT_INTERVAL } from '@rufwerk/media-control'
import { attach, folder, said, startMedia, startScript, until } from './support/media-process.ts'

const HOST = '127.0.0.1'
const CONTROL = join(import.meta.dirname, 'support/call-control.ts')
const PHONE_PORTS = [28_700, 28_702] as const
const PACKET_MS = 20
/** How long sound is listened to, with and without a kill. */
const LISTEN_MS = 2_000
/** What is promised: gaps of max(100 ms, 3 times those of an equal run without a kill). */
const GAP_MS = 100
const GAP_RATIO = 3

const UNCLAIMED_MS = 1_500
const NO_RTP_MS = 2_000

/** A phone that sends a packet every 20 ms and notes when one arrives. */
class Phone {
  readonly arrivals: number[] = []
  readonly socket: Socket
  readonly #packet = Buffer.alloc(172)
  #sequence = 1_000
  #timer: NodeJS.Timeout | undefined

  constructor(ssrc: number) {
    this.socket = createSocket('udp4')
    this.#packet.writeUInt16BE(0x8008, 0)
    this.#packet.writeUInt32BE(ssrc, 8)
    this.socket.on('message', (packet) => {
      if (packet[1] === 8 || packet[1] === 0x88) this.arrivals.push(performance.now())
    })
  }

  sendTo(port: number): void {
    this.#timer ??= setInterval(() => {
      this.#sequence += 1
      this.#packet.writeUInt16BE(this.#sequence & 0xffff, 2)
      this.#packet.writeUInt32BE(this.#sequence * 160, 4)
      this.socket.send(this.#packet, port, HOST)
    }, PACKET_MS)
  }

  quiet(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** The longest time without a packet, in ms, while this runs. */
  async longestGap(during: () => Promise<unknown>): Promise<number> {
    const from = this.arrivals.length
    const startedAt = performance.now()
    await during()
    const times = [startedAt, ...this.arrivals.slice(from), performance.now()]
    return Math.max(...times.map((time, at) => time - (times[at - 1] ?? time)))
  }
}

const path = join(folder, 'recovery.sock')
const phones = [new Phone(7), new Phone(8)] as const
let media: ChildProcess
let control: ChildProcess

before(async () => {
  const limits = ['--unclaimed-ms', String(UNCLAIMED_MS), '--no-rtp-ms', String(NO_RTP_MS)]
  media = startMedia(28_560, { RUFWERK_MEDIA_SOCKET: path }, limits)
  assert.match(await said(media, 'media.ready'), /media\.ready/)
  for (const [at, phone] of phones.entries())
    await new Promise<void>((resolve) => phone.socket.bind(PHONE_PORTS[at], HOST, resolve))
})

after(() => {
  for (const phone of phones) {
    phone.quiet()
    phone.socket.close()
  }
})

/** Call control of this generation bridges both phones, and sound flows. */
async function call(generation: number): Promise<void> {
  control = startScript(CONTROL, [path, String(generation), ...PHONE_PORTS.map(String)])
  const [, first, second] = /ports (\d+) (\d+)/.exec(await said(control, 'ports')) ?? []
  assert.ok(first && second)
  const heard = phones.map(({ arrivals }) => arrivals.length)
  phones[0].sendTo(Number(first))
  phones[1].sendTo(Number(second))
  await until(() => phones.every(({ arrivals }, at) => arrivals.length > (heard[at] ?? 0) + 20))
}

async function gapsDuring(what: () => Promise<unknown>): Promise<number> {
  return Math.max(...(await Promise.all(phones.map((phone) => phone.longestGap(what)))))
}

async function endCall(generation: number): Promise<void> {
  for (const phone of phones) phone.quiet()
  const { client } = attach(path)
  await client.hello(generation)
  await client.claim([])
  await sleep(2 * HEARTBEAT_INTERVAL) // What was told is acknowledged, so nobody is told again.
  client.close()
}

test('kill -9 of call control: nobody hears it, and the next generation takes over', async (t) => {
  await call(1)
  const twin = await gapsDuring(() => sleep(LISTEN_MS))
  let kill: Promise<void> | undefined
  const killOnce = () => {
    kill ??= (async () => {
      await sleep(LISTEN_MS / 4)
      control.kill('SIGKILL')
      await sleep(LISTEN_MS / 4)
      const next = attach(path)
      assert.equal((await next.client.hello(2)).type, 'hello')
      const open = await next.client.snapshot()
      assert.ok(open.ok)
      const ids = open.value.map(({ endpoint }) => endpoint)
      assert.deepEqual(ids, ['e0', 'e1'])
      assert.ok(open.value.every(({ source, isConnected }) => source.type === 'endpoint' && isConnected))
      assert.deepEqual(await next.client.claim(ids), { ok: true, value: [] })
      await sleep(LISTEN_MS / 2)
      next.client.close()
    })()
    return kill
  }
  const gap = await gapsDuring(killOnce)
  t.diagnostic(`longest gap ${gap.toFixed(0)} ms, without a kill ${twin.toFixed(0)} ms`)
  assert.ok(gap <= Math.max(GAP_MS, GAP_RATIO * twin), `${gap} ms, without a kill ${twin} ms`)
  const older = await attach(path).client.hello(1)
  assert.ok(older.type === 'refused' && older.code === 'version')
  await endCall(2)
})

test('a call control that hangs is cut off; sound goes on; what is not claimed is closed', async () => {
  await call(3)
  const cut = said(media, 'control.silent')
  control.kill('SIGSTOP')
  const gap = await gapsDuring(() => cut)
  assert.ok(gap < 1_000, `${gap} ms`)
  const lost = said(control, 'lost')
  control.kill('SIGCONT')
  assert.match(await lost, /lost: /)
  const next = attach(path)
  await next.client.hello(4)
  await next.client.command({ type: 'claim', endpoints: ['e0' as EndpointId], isComplete: false })
  await until(() => next.events.some(({ type }) => type === 'closed'))
  const [closed] = next.events.filter((event) => event.type === 'closed')
  assert.deepEqual([closed?.endpoint, closed?.why], ['e1', 'unclaimed'])
  const open = await next.client.snapshot()
  assert.deepEqual(open.ok && open.value.map(({ endpoint }) => endpoint as string), ['e0'])
  next.client.close()
  await endCall(4)
})

test('without call control a call ends when nobody sends any more, and the next one is told', async () => {
  await call(5)
  control.kill('SIGKILL')
  await sleep(NO_RTP_MS + 1_000)
  const talking = attach(path)
  await talking.client.hello(6)
  const during = await talking.client.snapshot()
  assert.equal(during.ok && during.value.length, 2, 'as long as they talk')
  await talking.client.claim(['e0', 'e1'] as EndpointId[])
  talking.client.close()
  for (const phone of phones) phone.quiet()
  await sleep(NO_RTP_MS + 1_500)
  const late = attach(path)
  await late.client.hello(7)
  const after = await late.client.snapshot()
  assert.deepEqual(after, { ok: true, value: [] })
  await late.client.claim([])
  await until(() => late.events.filter(({ type }) => type === 'closed').length === 2)
  assert.ok(late.events.every((event) => event.type !== 'closed' || event.why === 'no-rtp'))
  late.client.close()
})
