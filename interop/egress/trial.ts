// A whole server with preload.ts in its processes, and what they aim at: listeners of the test.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer as createLocal } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Egress } from '@rufwerk/contract/egress'
import type { Aim, Outcome } from '@rufwerk/testing/egress-probe'
import { Server } from '../support/server.ts'
import { sleep, until } from '../support/wait.ts'

const HOST = '127.0.0.1'
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'preload.ts')).href
/** What is on its way when the process has answered. */
const SETTLE_MS = 200

/** What each way out ends with where nothing is allowed. */
export const REFUSED: Outcome = {
  ...{ net: 'EACCES', tls: 'EACCES', fetch: 'EACCES', http2: 'EACCES' },
  ...{ dgram: 'EACCES', 'dgram connected': 'EACCES' },
  'dns lookup': 'EACCES',
  'dns question': 'EREFUSED',
  'dns server': 'ERR_DNS_SET_SERVERS_FAILED',
  unix: 'EACCES',
  ...{ program: 'EACCES', 'program at once': 'EACCES' },
  'in a thread': 'EACCES',
  'in a thread of a text': 'EACCES',
  binding: 'EACCES',
}

export class EgressTrial {
  readonly port: number
  readonly #server: Server
  readonly #folder: string
  readonly #aim: Aim
  readonly #arrived: string[]
  readonly #close: () => void

  private constructor(parts: {
    server: Server
    folder: string
    aim: Aim
    arrived: string[]
    close: () => void
  }) {
    this.port = parts.aim.port
    this.#server = parts.server
    this.#folder = parts.folder
    this.#aim = parts.aim
    this.#arrived = parts.arrived
    this.#close = parts.close
  }

  static async start(): Promise<EgressTrial> {
    const folder = mkdtempSync(join(tmpdir(), 'rufwerk-egress-'))
    const arrived: string[] = []
    const web: HttpServer = createServer((_, response) =>
      response.setHeader('connection', 'close').end('thank you'),
    ).listen(0, HOST)
    web.on('connection', () => arrived.push('tcp'))
    const udp = createSocket('udp4')
    udp.bind(0, HOST)
    udp.on('message', () => arrived.push('udp'))
    const path = join(folder, 'socket')
    const local = createLocal(() => arrived.push('unix')).listen(path)
    await Promise.all([once(web, 'listening'), once(udp, 'listening'), once(local, 'listening')])
    const { NODE_OPTIONS, RUFWERK_PROBE } = process.env
    Object.assign(process.env, { NODE_OPTIONS: `--import=${PRELOAD}`, RUFWERK_PROBE: folder })
    try {
      const server = await Server.start()
      const { port } = web.address() as AddressInfo
      const aim = { port, udpPort: udp.address().port, path, name: 'stolen.example' }
      const close = () => [web, udp, local].map((one) => one.close())
      return new EgressTrial({ server, folder, aim, arrived, close })
    } finally {
      restore('NODE_OPTIONS', NODE_OPTIONS)
      restore('RUFWERK_PROBE', RUFWERK_PROBE)
    }
  }

  /** Each way out once, in this process: how it ended there, and what arrived here. */
  async leave(part: 'server' | 'media'): Promise<{ outcome: Outcome; arrived: string[] }> {
    const answer = join(this.#folder, `${part}-answer.json`)
    rmSync(answer, { force: true })
    this.#arrived.length = 0
    writeFileSync(join(this.#folder, `${part}.json`), JSON.stringify(this.#aim))
    await until('its answer', () => existsSync(answer), 60_000)
    await sleep(SETTLE_MS)
    return { outcome: JSON.parse(readFileSync(answer, 'utf8')) as Outcome, arrived: [...this.#arrived] }
  }

  view(): Promise<Egress> {
    return this.#server.admin.ask<Egress>('GET', '/egress')
  }

  /** The data folder, for the command line. */
  get dataFolder(): string {
    return this.#server.dataFolder
  }

  log(): string {
    return this.#server.log
  }

  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.#server.origin}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
  }

  /** The test's listener is the mail server, or there is none. */
  async setMail(isThere: boolean): Promise<void> {
    const server = { host: HOST, port: this.port, security: 'none', fromAddress: 'pbx@example.com' }
    if (isThere) await this.#server.admin.ask('PUT', '/mail', { ...server, signIn: { how: 'nothing' } })
    else await this.#server.admin.ask('DELETE', '/mail')
  }

  /** The test's listener is a carrier over UDP. */
  async setTrunk(): Promise<void> {
    const trunk = { id: 'main', name: 'Main', account: '+49301234567', password: 'secret words' }
    this.#server.useTrunks([
      { ...trunk, domain: HOST, port: this.#aim.udpPort, transport: 'udp', profile: 'generic' },
    ])
    await until('the trunk', async () => (await this.view()).allowed.some(({ why }) => why === 'trunk'))
  }

  async stop(): Promise<void> {
    await this.#server.stop()
    this.#close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}
