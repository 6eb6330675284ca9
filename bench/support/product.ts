// The product under test: started by its launcher on the measured core, set up through its own HTTP API.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CORE_UNDER_TEST, type Program, pause, startProgram } from './program.ts'
import type { SipUser } from './sipp.ts'

const PROJECT = join(import.meta.dirname, '../..')
interface Ports {
  readonly http: number
  readonly sip: number
  readonly media: string
  readonly webrtc: number
}

const FIRST: Ports = { http: 18_490, sip: 15_070, media: '20000-23999', webrtc: 19_000 }
/** Of a second one that runs beside the first. */
const SECOND: Ports = { http: 18_491, sip: 15_072, media: '11000-14999', webrtc: 19_002 }
/** Ports of the media process of the first one. */
export const MEDIA_PORTS = { from: 20_000, to: 23_999 }
const START_MS_MAX = 60_000
const ADMIN = {
  name: 'Bench',
  email: 'bench@example.com',
  password: 'a long bench password',
  extension: '900',
}

export interface Product extends AsyncDisposable {
  /** Its data folder, to be opened only while it is stopped. */
  readonly data: string
  /** The launcher's; the processes are its children. */
  readonly pid: number
  readonly sipPort: number
  readonly origin: string
  readonly cookie: string
  /** What it wrote since its last start, from warnings on. */
  log(): string
  /** Creates people with one desk phone each and returns the phones' credentials. */
  users(count: number): Promise<SipUser[]>
  /** Restarts on the same data folder; resolves once the processes are gone. */
  stop(): Promise<void>
  start(): Promise<void>
}

export async function startProduct(which: 'first' | 'second' = 'first'): Promise<Product> {
  const data = mkdtempSync(join(tmpdir(), 'bench-rufwerk-'))
  const ports = which === 'first' ? FIRST : SECOND
  const origin = `http://localhost:${ports.http}`
  let program: Program = launch(data, ports)
  const link = await linkOf(program)
  const cookie = await setUp(origin, link)
  let created = 0
  return {
    get pid() {
      return program.pid
    },
    data,
    sipPort: ports.sip,
    origin,
    cookie,
    log: () => program.output(),
    users: async (count) => {
      const users: SipUser[] = []
      for (let at = 0; at < count; at += 1) {
        created += 1
        users.push(await createPhone(origin, cookie, String(1000 + created)))
      }
      return users
    },
    stop: async () => {
      await program[Symbol.asyncDispose]()
    },
    start: async () => {
      program = launch(data, ports)
      await linkOf(program)
    },
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Starts the launcher without waiting for anything. */
function launch(data: string, { http, sip, media, webrtc }: Ports): Program {
  const ports = ['--http-port', String(http), '--sip-port', String(sip), '--sip-host', '127.0.0.1']
  const sound = ['--media-ports', media, '--webrtc-port', String(webrtc), '--log-level', 'warn']
  const args = [join(PROJECT, 'apps/launcher/main.mjs'), '--data', data, ...ports, ...sound]
  return startProgram(process.execPath, args, { core: CORE_UNDER_TEST })
}

async function linkOf(program: Program): Promise<string> {
  for (let waited = 0; waited < START_MS_MAX; waited += 100) {
    const link = /^http:\/\/localhost:\S+$/m.exec(program.output())?.[0]
    if (link) return link
    const ended = await Promise.race([program.ended, pause(100)])
    if (typeof ended === 'number') break
  }
  throw new Error(`the server printed no link:\n${program.output()}`)
}

async function setUp(origin: string, link: string): Promise<string> {
  const token = /#setup=(.+)$/.exec(link)?.[1]
  const body = { token, language: 'en', company: 'Bench', country: 'de', admin: ADMIN, colleagues: [] }
  const answer = await post(origin, '/api/v1/setup', body)
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
  if (!cookie) throw new Error(`set-up refused: ${answer.status} ${await answer.text()}`)
  return cookie
}

async function createPhone(origin: string, cookie: string, extension: string): Promise<SipUser> {
  const person = { name: `User ${extension}`, extension, role: 'user' }
  const { id } = await json(await post(origin, '/api/v1/people', person, cookie))
  const device = await json(
    await post(origin, '/api/v1/devices', { kind: 'phone', name: 'Desk', person: id }, cookie),
  )
  return { name: String(device.sipName), password: String(device.password) }
}

async function json(answer: Response): Promise<Record<string, unknown>> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Record<string, unknown>
}

function post(origin: string, path: string, body: unknown, cookie?: string): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json', origin }
  if (cookie) headers.cookie = cookie
  return fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) })
}
