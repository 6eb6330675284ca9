// A whole Rufwerk for a test: started by its launcher on free ports with an empty data folder, set up over
// HTTP as the welcome does, with people and phones as asked for.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from './child.ts'
import { freePorts } from './ports.ts'
import { until } from './wait.ts'

const PROJECT = join(import.meta.dirname, '..', '..')
const START_MS_MAX = 60_000
/** After a crash. */
const HEALTHY_MS_MAX = 30_000
const MEDIA_PORTS = 200
const PASSWORD = 'correct horse battery staple'

const EMPTY_PLAN = {
  ...{ sites: [], trunks: [], outbound: [], rates: [], people: [], inbound: [], blocked: [] },
  ...{ services: [], schedules: [], flows: [], codes: [], speedDial: [] },
  allowed: { countries: [], premium: [] },
}

/** What is typed into a phone. */
export interface PhoneAccount {
  readonly sipName: string
  readonly password: string
  readonly server: string
  readonly port: number
}

export interface CallSummary {
  readonly id: string
  readonly dialled: string
  /** Times in ms since 1970. */
  readonly answeredAt?: number
  readonly endedAt: number
  readonly answeredBy?: { readonly kind: 'person' | 'system'; readonly name: string }
  readonly endedBy: string
  readonly cause: number
  readonly status: number
}

export interface LegSummary {
  readonly role: 'caller' | 'callee'
  readonly quality: {
    readonly codec: string
    readonly isRelayed: boolean
    readonly isEncrypted?: boolean
    readonly lost: number
  }
}

/** Where a server runs that is not on loopback. */
export interface Place {
  /** Stands before the command line, as `ip netns exec NAME` does. */
  readonly prefix: readonly string[]
  /** Where it listens. */
  readonly address: string
  /** Where it is reached. */
  readonly reachedAt: string
}

const HERE: Place = { prefix: [], address: '127.0.0.1', reachedAt: 'localhost' }

/** One signed-in person. */
export class Person {
  readonly #origin: string
  readonly #cookie: string

  constructor(origin: string, cookie: string) {
    this.#origin = origin
    this.#cookie = cookie
  }

  get cookie(): { readonly name: string; readonly value: string } {
    const [name = '', value = ''] = this.#cookie.split('=')
    return { name, value }
  }

  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { json } = await request<T>(this.#origin, method, path, body, this.#cookie)
    return json
  }

  /** Sends a file, or whatever is said to be one. */
  async upload<T>(path: string, content: string): Promise<T> {
    const headers = { cookie: this.#cookie, origin: this.#origin, 'content-type': 'application/octet-stream' }
    const response = await fetch(`${this.#origin}/api/v1${path}`, { method: 'POST', headers, body: content })
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as T
  }

  async id(): Promise<string> {
    return (await this.ask<{ person: { id: string } }>('GET', '/session')).person.id
  }

  /** The bytes of a file; with a body it is made by that. */
  async file(path: string, body?: object): Promise<Buffer> {
    const shared = { cookie: this.#cookie, origin: this.#origin }
    const asked = body && { method: 'POST', body: JSON.stringify(body) }
    const headers = body ? { ...shared, 'content-type': 'application/json' } : shared
    const response = await fetch(`${this.#origin}/api/v1${path}`, { headers, ...asked })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return Buffer.from(await response.arrayBuffer())
  }

  /** A new colleague, signed in; only for an admin. */
  async addPerson(name: string, extension: string, role: 'admin' | 'user' = 'user'): Promise<Person> {
    const { id } = await this.ask<{ id: string }>('POST', '/people', { name, extension, role })
    const { url } = await this.ask<{ url: string }>('POST', `/people/${id}/link`)
    const token = new URL(url).hash.replace('#link=', '')
    return new Person(this.#origin, (await request(this.#origin, 'POST', '/session/link', { token })).cookie)
  }

  addPhone(name: string, srtp: 'off' | 'on' | 'required' = 'off'): Promise<PhoneAccount> {
    return this.ask('POST', '/devices', { kind: 'phone', name, srtp })
  }

  /** Calls that ended, newest first. */
  async calls(): Promise<readonly CallSummary[]> {
    return (await this.ask<{ calls: CallSummary[] }>('GET', '/calls')).calls
  }

  /** Waits for the record of a call that is not among `before`, and gives how each leg sounded. */
  async legsOfNewCall(before: readonly CallSummary[]): Promise<readonly LegSummary[]> {
    const known = new Set(before.map((call) => call.id))
    const call = await until('the record of the call', async () =>
      (await this.calls()).find((candidate) => !known.has(candidate.id)),
    )
    return (await this.ask<{ quality: LegSummary[] }>('GET', `/calls/${call.id}`)).quality
  }
}

export class Server {
  readonly origin: string
  readonly sipPort: number
  /** Extension 100, an admin. */
  readonly admin: Person
  /** Extensions 101 and 102. */
  readonly colleagues: readonly Person[]
  readonly #child: Child
  readonly #folder: string

  private constructor(parts: {
    origin: string
    sipPort: number
    admin: Person
    colleagues: readonly Person[]
    child: Child
    folder: string
  }) {
    this.origin = parts.origin
    this.sipPort = parts.sipPort
    this.admin = parts.admin
    this.colleagues = parts.colleagues
    this.#child = parts.child
    this.#folder = parts.folder
  }

  get dataFolder(): string {
    return join(this.#folder, 'data')
  }

  /** What server and media process wrote. */
  get log(): string {
    return this.#child.output
  }

  /** Its data folder is made below `root` and goes when it stops. */
  static async start(
    flags: readonly string[] = [],
    root: string = tmpdir(),
    place: Place = HERE,
    mediaPorts: number = MEDIA_PORTS,
  ): Promise<Server> {
    const folder = mkdtempSync(join(root, 'rufwerk-interop-'))
    const httpPort = await freePorts(1)
    const sipPort = await freePorts(1)
    const webrtcPort = await freePorts(1)
    const mediaPort = await freePorts(mediaPorts)
    const [program = process.execPath, ...args] = [...place.prefix, process.execPath]
    const child = new Child(program, [
      ...args,
      join(PROJECT, 'apps', 'launcher', 'main.mjs'),
      ...['--data', join(folder, 'data')],
      ...['--http-port', String(httpPort)],
      ...[
        '--http-host',
        place === HERE ? place.address : '0.0.0.0',
        '--sip-host',
        place.address,
        '--sip-port',
        String(sipPort),
      ],
      ...['--webrtc-port', String(webrtcPort)],
      ...['--media-ports', `${mediaPort}-${mediaPort + mediaPorts - 1}`],
      ...flags,
    ])
    try {
      const [, token = ''] = await child.said(/http:\/\/\S+:\d+\/#setup=([\w-]+)/, START_MS_MAX)
      const origin = `http://${place.reachedAt}:${httpPort}`
      return new Server({ origin, sipPort, child, folder, ...(await setUp(origin, token, place)) })
    } catch (error) {
      await child.stop()
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  /** A dial plan with nothing in it but this. */
  async usePlan(plan: Readonly<Record<string, unknown>>): Promise<void> {
    const { version } = await this.admin.ask<{ version: number }>('GET', '/dial-plan')
    await this.admin.ask('PUT', '/dial-plan', { expected: version, plan: { ...EMPTY_PLAN, ...plan } })
  }

  /** Trunks as an admin writes them into the data folder. */
  useTrunks(trunks: readonly object[]): void {
    writeFileSync(join(this.dataFolder, 'trunks.json'), JSON.stringify({ trunks }), { mode: 0o600 })
  }

  async stop(): Promise<void> {
    await this.#child.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Waits for an answer over HTTP that nothing is wrong. */
export async function untilHealthy(origin: string, timeoutMs = HEALTHY_MS_MAX): Promise<void> {
  const isHealthy = () =>
    fetch(`${origin}/api/v1/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until('an answer over HTTP', isHealthy, timeoutMs)
}

const COMPANY = {
  language: 'en',
  company: 'Interop',
  country: 'de',
  admin: { name: 'Ada', email: 'ada@example.com', password: PASSWORD, extension: '100' },
  colleagues: [
    { name: 'Ben', extension: '101' },
    { name: 'Cleo', extension: '102' },
  ],
}
type SetUp = Answered<{ colleagueLinks: { url: string }[] }>

async function setUp(
  origin: string,
  token: string,
  place: Place,
): Promise<{ admin: Person; colleagues: Person[] }> {
  const set =
    place.prefix.length === 0
      ? ((await request(origin, 'POST', '/setup', { ...COMPANY, token })) as SetUp)
      : setUpAt(place, origin, token)
  const colleagues: Person[] = []
  for (const { url } of set.json.colleagueLinks) {
    const link = new URL(url).hash.replace('#link=', '')
    const signedIn = await request(origin, 'POST', '/session/link', { token: link })
    colleagues.push(new Person(origin, signedIn.cookie))
  }
  return { admin: new Person(origin, set.cookie), colleagues }
}

/** Only from its own machine can a company be set up: a process there asks. */
function setUpAt(place: Place, origin: string, token: string): SetUp {
  const local = origin.replace(place.reachedAt, 'localhost')
  const [program = '', ...args] = [...place.prefix, process.execPath, import.meta.filename]
  const text = JSON.stringify({ origin: local, body: { ...COMPANY, token } })
  const asked = spawnSync(program, [...args, text], { encoding: 'utf8' })
  if (asked.status !== 0) throw new Error(`not set up: ${asked.stderr}`)
  return JSON.parse(asked.stdout) as SetUp
}

interface Answered<T> {
  readonly json: T
  readonly cookie: string
}

async function request<T>(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  cookie?: string,
): Promise<Answered<T>> {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie === undefined ? {} : { cookie }),
      origin,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  const [setCookie = ''] = response.headers.getSetCookie()
  return { json: (text === '' ? {} : JSON.parse(text)) as T, cookie: setCookie.split(';')[0] ?? '' }
}

if (process.argv[1] === import.meta.filename) {
  const { origin, body } = JSON.parse(process.argv[2] ?? '{}')
  process.stdout.write(JSON.stringify(await request(origin, 'POST', '/setup', body)))
}
