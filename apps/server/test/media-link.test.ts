// The link to media against a scripted media process: which endpoints go on after each way of losing it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EndpointId, SILENT_LOG, seconds } from '@rufwerk/core'
import {
  type Command,
  type EndpointSnapshot,
  type Envelope,
  frame,
  type MediaEvent,
  PROTOCOL_VERSION,
  type Reply,
  type Sent,
  Unframer,
} from '@rufwerk/media-control'
import { type Attached, type MediaLink, openMediaLink } from '../src/media-link.ts'

const folder = mkdtempSync(join(tmpdir(), 'media-link-'))
const open = new Set<{ end(): void }>()
after(() => {
  for (const scene of open) scene.end()
  rmSync(folder, { recursive: true })
})

const open1 = (endpoint: string): Command =>
  ({ type: 'openRtp', endpoint, tenant: 't', call: 'c', leg: 'l', address: '127.0.0.1' }) as never
const opened: Reply = {
  type: 'openedRtp',
  rtp: { address: '127.0.0.1', port: 2 },
  rtcpPort: 3,
  ssrc: 1,
  cname: 'n',
}

const FIGURES = {
  endpoints: 4,
  endpointsMax: 10,
  bridges: 2,
  portPairsUsed: 3,
  portPairsFree: 7,
  sounding: 1,
}

/** Media as the link sees it, with a link that asks `wanted` what goes on. */
class Scene {
  readonly commands: Command[] = []
  readonly news: string[] = []
  readonly events: MediaEvent[] = []
  readonly link: MediaLink
  instance = 'one'
  endpoints: string[] = []
  wanted: (attached: Attached) => readonly string[] | Promise<readonly string[]> = () => []
  /** Answers nothing, as a process that hangs. */
  isStopped = false
  readonly #server: Server
  #sockets: Socket[] = []

  constructor(name: string) {
    const path = join(folder, name)
    this.#server = createServer((socket) => this.#accept(socket)).listen(path)
    this.link = openMediaLink({
      path,
      generation: 7,
      giveUpAfter: seconds(3),
      log: SILENT_LOG,
      onAttached: async (attached) => {
        this.news.push(attached.media)
        return (await this.wanted(attached)) as EndpointId[]
      },
      onDead: () => this.news.push('dead'),
    })
    this.link.onEvent((event) => this.events.push(event))
    open.add(this)
  }

  get claims(): (readonly string[])[] {
    return this.commands.flatMap((command) => (command.type === 'claim' ? [command.endpoints] : []))
  }

  breakStream(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  tell(envelope: Envelope): void {
    this.#sockets.at(-1)?.write(frame(envelope))
  }

  end(): void {
    this.link.close()
    this.breakStream()
    this.#server.close()
    open.delete(this)
  }

  #accept(socket: Socket): void {
    this.#sockets = [...this.#sockets, socket]
    const unframer = new Unframer()
    socket.on('error', () => {})
    socket.on('data', (bytes: Uint8Array) => {
      const read = unframer.push(bytes)
      assert.ok(read.ok)
      if (this.isStopped) return
      for (const { id, command } of read.value as Sent[]) {
        this.commands.push(command)
        socket.write(frame({ id, reply: this.#answer(command) }))
      }
    })
  }

  #answer(command: Command): Reply {
    if (command.type === 'hello')
      return { type: 'hello', version: PROTOCOL_VERSION, pid: 1, instance: this.instance }
    if (command.type === 'claim') return { type: 'claimed', unknown: [] }
    if (command.type === 'openRtp') return opened
    if (command.type === 'ping') return { type: 'alive', figures: FIGURES }
    if (command.type !== 'snapshot') return { type: 'done' }
    const endpoints = this.endpoints.map((endpoint) => ({ endpoint }) as unknown as EndpointSnapshot)
    return { type: 'snapshot', endpoints, left: 0 }
  }
}

async function until(what: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 10) {
    if (what()) return
    await sleep(10)
  }
  assert.fail(`not within 5 s: ${what}`)
}

// Each has a scene of its own, and most of them wait.
describe('media link', { concurrency: true }, () => {
  test('at the first attachment the composition says which endpoints of the run before go on', async () => {
    const scene = new Scene('first')
    scene.endpoints = ['a', 'b']
    const asked: string[] = []
    scene.wanted = async ({ endpoints }) => {
      asked.push(...endpoints.map(({ endpoint }) => endpoint))
      // Commands are possible before the claim.
      assert.equal((await scene.link.command({ type: 'ping' })).type, 'alive')
      return ['b']
    }
    await scene.link.ready
    assert.deepEqual([asked, scene.claims, scene.news], [['a', 'b'], [['b']], ['first']])
    scene.end()
  })

  test('a composition that fails to restore keeps nothing, and the link works', async () => {
    const scene = new Scene('failing')
    scene.endpoints = ['a']
    scene.wanted = () => {
      throw new Error('unreadable')
    }
    await scene.link.ready
    assert.deepEqual(scene.claims, [[]])
    assert.equal((await scene.link.command(open1('x'))).type, 'openedRtp')
    scene.end()
  })

  test('when only the stream broke, what was opened or restored goes on, and events come once', async () => {
    const scene = new Scene('stream')
    scene.endpoints = ['restored']
    scene.wanted = ({ media }) => (media === 'first' ? ['restored'] : [])
    await scene.link.ready
    for (const id of ['x', 'y', 'z']) await scene.link.command(open1(id))
    await scene.link.command({ type: 'close', endpoint: 'y' as EndpointId })
    const digit = (number: number): Envelope => ({
      number,
      event: { type: 'dtmf', endpoint: 'x' as EndpointId, digit: '1', durationMs: 100 },
    })
    scene.tell(digit(1))
    await until(() => scene.events.length === 1)
    scene.breakStream()
    await sleep(20)
    const meanwhile = await scene.link.command({ type: 'close', endpoint: 'z' as EndpointId })
    assert.equal(meanwhile.type, 'refused', 'commands are refused while detached')
    await until(() => scene.claims.length === 2)
    assert.deepEqual(scene.claims[1], ['restored', 'x'])
    assert.deepEqual(scene.news, ['first', 'same'], 'media never died')
    scene.tell(digit(1))
    scene.tell(digit(2))
    await until(() => scene.events.length === 2)
    scene.end()
  })

  test('another media process: everything is gone, told before it is attached', async () => {
    const scene = new Scene('new')
    await scene.link.ready
    await scene.link.command(open1('x'))
    scene.instance = 'two'
    scene.breakStream()
    await until(() => scene.claims.length === 2)
    assert.deepEqual(scene.news, ['first', 'dead', 'new'])
    assert.deepEqual(scene.claims[1], [])
    scene.end()
  })

  test('a media process that hangs is noticed, and nobody waits for its answers', async () => {
    // A machine that stands still notices it late once, and not each time.
    let tookMs = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < 3 && tookMs >= 4_000; attempt += 1) {
      const scene = new Scene(`hang${attempt}`)
      await scene.link.ready
      scene.isStopped = true
      const started = performance.now()
      const reply = await scene.link.command(open1('x'))
      assert.equal(reply.type, 'refused')
      tookMs = performance.now() - started
      scene.isStopped = false
      await until(() => scene.news.length === 2)
      assert.deepEqual(scene.news, ['first', 'same'])
      scene.end()
    }
    assert.ok(tookMs < 4_000, `${tookMs} ms`)
  })

  test('media that stays away is given up: when it comes back nothing of before goes on', async () => {
    const scene = new Scene('away')
    await scene.link.ready
    await scene.link.command(open1('x'))
    scene.isStopped = true
    scene.breakStream()
    await until(() => scene.news.includes('dead'))
    scene.isStopped = false
    scene.breakStream() // The greeting that was not answered is lost.
    await until(() => scene.claims.length === 2)
    assert.deepEqual(scene.news, ['first', 'dead', 'same'])
    assert.deepEqual(scene.claims[1], [])
    scene.end()
  })

  test('how full media is is known from its heartbeat, and unknown without it', async () => {
    const scene = new Scene('figures')
    await scene.link.ready
    assert.equal(scene.link.figures().engine, undefined)
    await until(() => scene.link.figures().engine !== undefined)
    assert.deepEqual(scene.link.figures().engine, FIGURES)
    scene.isStopped = true
    scene.breakStream()
    await until(() => !scene.link.figures().isAttached)
    assert.equal(scene.link.figures().engine, undefined)
    scene.end()
  })

  test('while the system stops, the loss of media is no news', async () => {
    const scene = new Scene('stop')
    await scene.link.ready
    scene.link.expectEnd()
    scene.instance = 'two'
    scene.breakStream()
    await until(() => scene.claims.length === 2)
    assert.deepEqual(scene.news, ['first', 'new'])
    scene.end()
  })
})
