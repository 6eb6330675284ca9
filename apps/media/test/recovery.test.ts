// Call control dies, hangs or comes back, and people talk on: a real media process, two phones that send RTP,
// and call control as a process of its own. Each test has its own of them.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EndpointId } from '@rufwerk/core'
import { attach, folder, said, startMedia, startScript, until } from './support/media-process.ts'

const HOST = '127.0.0.1'
const CONTROL = join(import.meta.dirname, 'support/call-control.ts')
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

class Scene {
  readonly path: string
  readonly media: ChildProcess
  readonly phones = [new Phone(7), new Phone(8)] as const
  control: ChildProcess | undefined
  readonly #phonePorts: readonly number[]

  private constructor(name: string, firstPort: number, phonePorts: readonly number[]) {
    this.path = join(folder, `${name}.sock`)
    this.#phonePorts = phonePorts
    const limits = ['--unclaimed-ms', String(UNCLAIMED_MS), '--no-rtp-ms', String(NO_RTP_MS)]
    this.media = startMedia(firstPort, { RUFWERK_MEDIA_SOCKET: this.path }, limits)
  }

  /** `firstPort` as for `startMedia`; the phones are behind its ports. */
  static async open(t: TestContext, name: string, firstPort: number): Promise<Scene> {
    const scene = new Scene(name, firstPort, [firstPort + 110, firstPort + 112])
    t.after(() => {
      for (const phone of scene.phones) {
        phone.quiet()
        phone.socket.close()
      }
    })
    assert.match(await said(scene.media, 'media.ready'), /media\.ready/)
    for (const [at, phone] of scene.phones.entries())
      await new Promise<void>((resolve) => phone.socket.bind(scene.#phonePorts[at], HOST, resolve))
    return scene
  }

  /** Call control bridges both phones, and sound flows. */
  async call(): Promise<void> {
    this.control = startScript(CONTROL, [this.path, '1', ...this.#phonePorts.map(String)])
    const [, first, second] = /ports (\d+) (\d+)/.exec(await said(this.control, 'ports')) ?? []
    assert.ok(first && second)
    this.phones[0].sendTo(Number(first))
    this.phones[1].sendTo(Number(second))
    await until(() => this.phones.every(({ arrivals }) => arrivals.length > 20))
  }

  async gapsDuring(what: () => Promise<unknown>): Promise<number> {
    return Math.max(...(await Promise.all(this.phones.map((phone) => phone.longestGap(what)))))
  }
}

async function killed(t: TestContext): Promise<void> {
  const scene = await Scene.open(t, 'killed', 28_560)
  await scene.call()
  const { path, control } = scene
  const twin = await scene.gapsDuring(() => sleep(LISTEN_MS))
  let kill: Promise<void> | undefined
  const killOnce = () => {
    kill ??= (async () => {
      await sleep(LISTEN_MS / 4)
      control?.kill('SIGKILL')
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
  const gap = await scene.gapsDuring(killOnce)
  t.diagnostic(`longest gap ${gap.toFixed(0)} ms, without a kill ${twin.toFixed(0)} ms`)
  assert.ok(gap <= Math.max(GAP_MS, GAP_RATIO * twin), `${gap} ms, without a kill ${twin} ms`)
  const older = await attach(path).client.hello(1)
  assert.ok(older.type === 'refused' && older.code === 'version')
}

async function hung(t: TestContext): Promise<void> {
  const scene = await Scene.open(t, 'hung', 23_000)
  await scene.call()
  const { path, media, control } = scene
  assert.ok(control)
  const cut = said(media, 'control.silent')
  control.kill('SIGSTOP')
  const gap = await scene.gapsDuring(() => cut)
  assert.ok(gap < 1_000, `${gap} ms`)
  const lost = said(control, 'lost')
  control.kill('SIGCONT')
  assert.match(await lost, /lost: /)
  const next = attach(path)
  await next.client.hello(2)
  await next.client.command({ type: 'claim', endpoints: ['e0' as EndpointId], isComplete: false })
  await until(() => next.events.some(({ type }) => type === 'closed'))
  const [closed] = next.events.filter((event) => event.type === 'closed')
  assert.deepEqual([closed?.endpoint, closed?.why], ['e1', 'unclaimed'])
  const open = await next.client.snapshot()
  assert.deepEqual(open.ok && open.value.map(({ endpoint }) => endpoint as string), ['e0'])
  next.client.close()
}

async function abandoned(t: TestContext): Promise<void> {
  const scene = await Scene.open(t, 'abandoned', 23_200)
  await scene.call()
  const { path, phones } = scene
  scene.control?.kill('SIGKILL')
  await sleep(NO_RTP_MS + 1_000)
  const talking = attach(path)
  await talking.client.hello(2)
  const during = await talking.client.snapshot()
  assert.equal(during.ok && during.value.length, 2, 'as long as they talk')
  await talking.client.claim(['e0', 'e1'] as EndpointId[])
  talking.client.close()
  for (const phone of phones) phone.quiet()
  await sleep(NO_RTP_MS + 1_500)
  const late = attach(path)
  await late.client.hello(3)
  const after = await late.client.snapshot()
  assert.deepEqual(after, { ok: true, value: [] })
  await late.client.claim([])
  await until(() => late.events.filter(({ type }) => type === 'closed').length === 2)
  assert.ok(late.events.every((event) => event.type !== 'closed' || event.why === 'no-rtp'))
  late.client.close()
}

test('kill -9 of call control: nobody hears it, and the next generation takes over', killed)

// These wait most of their time, and measure no gaps of which some milliseconds matter.
describe('without call control', { concurrency: true }, () => {
  test('a call control that hangs is cut off; sound goes on; what is not claimed is closed', hung)
  test('without call control a call ends when nobody sends any more, and the next one is told', abandoned)
})
