// The server as these tests need it: the built pages with the real headers, the HTTP interface from memory,
// the live channel, and a SIP switch behind tickets.
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { CONTENT_SECURITY_POLICY } from '@rufwerk/api'
import type {
  CallRecord,
  Certificate,
  Device,
  DeviceChange,
  LiveMessage,
  NewDevice,
  Person,
  PhoneServer,
  Session,
} from '@rufwerk/contract'
import type { NewCodesAnswer } from '@rufwerk/contract/dial-plan'
import type { OwnPlace } from '@rufwerk/contract/me'
import type { Alarm } from '@rufwerk/contract/operations'
import type { NewPhone } from '@rufwerk/contract/phones'
import { CERTIFICATE, callsOf, detailOf, devicesOf, PEOPLE, PHONE_SERVER, sessionOf } from './company.ts'
import { FleetAnswers } from './fleet-answers.ts'
import { SipSwitch } from './sip-switch.ts'
import { acceptWebSocket, type TestSocket } from './websocket.ts'

const DIST = join(import.meta.dirname, '../dist')
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
export const PASSWORD = 'correct horse battery'
export const SETUP_TOKEN = 'setup-token-0123456789'

type Answer = readonly [status: number, body?: unknown, cookie?: string]

export class FakeServer {
  readonly sip = new SipSwitch()
  isSetUp = true
  isDemo = false
  people: Person[] = [...PEOPLE]
  /** Who came by link and has set no password yet, by id. */
  readonly withoutPassword = new Set<string>()
  devices: Device[] = devicesOf(Date.now())
  /** Whether phones can fetch their settings. */
  phones = { isOffered: false, isPubliclyTrusted: false }
  phoneServer: PhoneServer = PHONE_SERVER
  calls: CallRecord[] | undefined
  alarms: Alarm[] = []
  /** Where the network of every browser is. */
  place: OwnPlace = {}
  /** What pages asked for about recordings, as `call act`. */
  readonly recordingActs: string[] = []
  /** The version of the dial plan, and the codes that came after it. */
  dialPlan: { version: number; newCodes: { code: string; does: string }[] } = { version: 1, newCodes: [] }
  readonly fleet = new FleetAnswers()
  /** What was asked to be added, each time. */
  readonly codesAdded: string[][] = []
  certificate: Certificate | undefined = CERTIFICATE
  /** While true nothing is answered, as when the server is down. */
  isDown = false
  readonly #server: Server
  readonly #live = new Map<TestSocket, string>()
  readonly #sipSockets = new Set<TestSocket>()
  readonly #tickets = new Map<string, Person>()
  readonly #links = new Map<string, Person>()
  #port = 0

  constructor() {
    this.#server = createServer((request, response) => {
      this.#onRequest(request, response).catch(() => response.destroy())
    })
    this.#server.on('upgrade', (request, stream) => {
      if (this.isDown) return stream.destroy()
      if (request.url === '/api/v1/live') {
        const person = this.#personOf(request)
        const socket = acceptWebSocket(request, stream)
        if (!person) return socket.close(4401)
        this.#live.set(socket, person.id)
        socket.onClose = () => this.#live.delete(socket)
        const presence = Object.fromEntries(this.people.map(({ id, presence: now }) => [id, now]))
        socket.send(JSON.stringify({ type: 'snapshot', presence, calls: [] } satisfies LiveMessage))
        return
      }
      const ticket = /ticket\.([^,\s]+)/.exec(String(request.headers['sec-websocket-protocol']))?.[1] ?? ''
      const person = this.#tickets.get(ticket)
      if (request.url !== '/sip' || !person) return stream.destroy()
      this.#tickets.delete(ticket)
      const socket = acceptWebSocket(request, stream, 'sip')
      this.#sipSockets.add(socket)
      this.sip.connect(socket, {
        sipName: `sip${person.extension}`,
        extension: person.extension,
        name: person.name,
      })
    })
  }

  get origin(): string {
    return `http://localhost:${this.#port}`
  }

  async listen(port: number): Promise<this> {
    this.#port = port
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done))
    return this
  }

  async close(): Promise<void> {
    this.dropSockets()
    this.#server.closeAllConnections()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }

  push(message: LiveMessage): void {
    for (const socket of this.#live.keys()) socket.send(JSON.stringify(message))
  }

  /** A phone of this person came or went. */
  tellDevices(person: string): void {
    for (const [socket, listener] of this.#live)
      if (listener === person) socket.send(JSON.stringify({ type: 'devices-changed' } satisfies LiveMessage))
  }

  dropSockets(): void {
    for (const socket of [...this.#live.keys(), ...this.#sipSockets]) socket.close(1012)
    this.#sipSockets.clear()
  }

  linkFor(person: Person): string {
    const token = `link-${person.id}-0123456789abcdef`
    this.#links.set(token, person)
    return `${this.origin}/#link=${token}`
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isDown) return void response.destroy()
    const { pathname, searchParams } = new URL(request.url ?? '/', this.origin)
    if (!pathname.startsWith('/api/v1')) return this.#onFile(pathname, response)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const isFile = request.headers['content-type'] === 'application/octet-stream'
    const body = text === '' || isFile ? {} : JSON.parse(text)
    const [status, answer, cookie] = this.#answer(request, pathname.slice(7), searchParams, body)
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(cookie === undefined
        ? {}
        : { 'set-cookie': `session=${cookie}; HttpOnly; SameSite=Strict; Path=/` }),
    })
    response.end(answer === undefined ? undefined : JSON.stringify(answer))
  }

  #onFile(pathname: string, response: ServerResponse): void {
    const isPage = extname(pathname) === ''
    try {
      const bytes = readFileSync(join(DIST, isPage ? 'index.html' : pathname))
      response.writeHead(200, {
        'content-type': TYPES[isPage ? '.html' : extname(pathname)] ?? 'application/octet-stream',
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
      })
      response.end(bytes)
    } catch {
      response.writeHead(404).end()
    }
  }

  #personOf(request: IncomingMessage): Person | undefined {
    const id = /session=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
    return this.people.find((person) => person.id === id)
  }

  #answer(
    request: IncomingMessage,
    path: string,
    query: URLSearchParams,
    body: Record<string, never>,
  ): Answer {
    const route = `${request.method} ${path}`
    const open = this.#answerOpen(route, body)
    if (open) return open
    const person = this.#personOf(request)
    if (!person) return refuse(401, 'unauthenticated')
    const ofFleet = person.role === 'admin' ? this.fleet.answer(route, query) : undefined
    if (ofFleet !== undefined) return [200, ofFleet]
    if (route === 'POST /reports') return [201, { receipt: 'Xk7pQ2m9vTz4Rwn', how: 'joined' }]
    const [, area = '', id = '', action = ''] = path.split('/')
    switch (`${request.method} /${area}`) {
      case 'GET /session':
        return [200, this.#session(person)]
      case 'DELETE /session':
        return [204, undefined, 'none']
      case 'PUT /session':
        return this.#changePassword(person, body)
      case 'GET /people':
        return [200, { people: this.people }]
      case 'POST /people':
        return action === 'link' ? this.#makeLink(id) : this.#addPerson(body)
      case 'GET /devices':
        return [200, { devices: this.devices, phoneServer: this.phoneServer }]
      case 'POST /devices':
        return this.#addDevice(body as unknown as NewDevice)
      case 'GET /phones':
        return [200, { ...this.phones, phones: [] }]
      case 'POST /phones':
        return this.#setUpPhone(body as unknown as NewPhone)
      case 'PUT /devices':
        return this.#changeDevice(id, body as unknown as DeviceChange)
      case 'DELETE /devices':
        this.devices = this.devices.filter((device) => device.id !== id)
        return [204]
      case 'GET /calls':
        return id === '' ? this.#page(person, query) : this.#call(person, id)
      case 'POST /calls':
        this.recordingActs.push(`${id} ${String(body.act)}`)
        return [204]
      case 'GET /dial-plan':
        return person.role === 'admin' ? [200, this.dialPlan] : refuse(403, 'forbidden')
      case 'POST /dial-plan':
        return this.#answerCodes(body as unknown as NewCodesAnswer)
      case 'GET /me':
        return [200, this.place]
      case 'GET /alarms':
        return [200, { alarms: this.alarms, clockOffset: 'unknown' }]
      case 'POST /phone':
        return this.#ticket(person)
      default:
        return refuse(404, 'not-found')
    }
  }

  #answerOpen(route: string, body: Record<string, never>): Answer | undefined {
    if (route === 'GET /certificate')
      return this.certificate ? [200, this.certificate] : refuse(404, 'not-found')
    if (route === 'GET /setup')
      return [200, { state: this.isSetUp ? 'done' : 'open', isDemo: this.isDemo, hasTelephony: true }]
    if (route === 'POST /setup') {
      if (body.token !== SETUP_TOKEN) return refuse(400, 'link-invalid')
      this.isSetUp = true
      const { colleagues } = body as unknown as { colleagues: { name: string }[] }
      const colleagueLinks = colleagues.map(({ name }, index) => {
        const person = this.people[index + 1] as Person
        this.withoutPassword.add(person.id)
        return { name, url: this.linkFor(person) }
      })
      return [200, { colleagueLinks }, this.people[0]?.id]
    }
    if (route === 'POST /session') {
      const login = String(body.login)
      const person = this.people.find(({ extension, email }) => login === extension || login === email)
      if (!person || body.password !== PASSWORD) return refuse(401, 'wrong-credentials')
      return [200, this.#session(person), person.id]
    }
    if (route === 'POST /session/link') {
      const person = this.#links.get(String(body.token))
      this.#links.delete(String(body.token))
      return person ? [200, this.#session(person), person.id] : refuse(401, 'link-invalid')
    }
    return undefined
  }

  #session(person: Person): Session {
    return sessionOf(person, this.isDemo, !this.withoutPassword.has(person.id))
  }

  #changePassword(person: Person, body: Record<string, string>): Answer {
    if (!this.withoutPassword.has(person.id) && body.currentPassword !== PASSWORD)
      return refuse(400, 'password-wrong')
    if (String(body.newPassword).length < 10) return refuse(400, 'password-too-short')
    this.withoutPassword.delete(person.id)
    return [204]
  }

  #answerCodes({ expected, add }: NewCodesAnswer): Answer {
    const { version } = this.dialPlan
    if (expected !== version) return refuse(409, 'conflict')
    this.codesAdded.push(add)
    this.dialPlan = { version: version + Number(add.length > 0), newCodes: [] }
    return [200, this.dialPlan]
  }

  #makeLink(id: string): Answer {
    const person = this.people.find((known) => known.id === id)
    return person
      ? [200, { url: this.linkFor(person), expiresAt: Date.now() + 86_400_000 }]
      : refuse(404, 'not-found')
  }

  #addPerson(body: Record<string, never>): Answer {
    const { name, extension } = body as unknown as { name: string; extension: string }
    if (this.people.some((person) => person.extension === extension)) return refuse(409, 'extension-taken')
    const person: Person = {
      id: `p${extension}`,
      name,
      extension,
      kind: 'person',
      presence: 'offline',
      role: 'user',
    }
    this.people.push(person)
    return [201, person]
  }

  #addDevice({ name, srtp = 'off' }: NewDevice): Answer {
    const id = `d${this.devices.length + 1}`
    const sipName = 'w4n8c1pd'
    this.devices.push({ id, kind: 'phone', name, sipName, srtp, createdAt: Date.now(), isRegistered: false })
    return [201, { id, sipName, password: 'Xk7-pQ2m-9vTz-4Rwn', ...this.phoneServer }]
  }

  #setUpPhone({ maker, way, mac, name = maker }: NewPhone): Answer {
    if (mac !== undefined && !/^([0-9a-f]{2}:?){6}$/i.test(mac)) return refuse(400, 'bad-request', 'mac')
    const id = `d${this.devices.length + 1}`
    const sipName = '100-2'
    const device: Device = {
      id,
      kind: 'phone',
      name,
      sipName,
      srtp: 'required',
      createdAt: Date.now(),
      isRegistered: false,
    }
    this.devices = [...this.devices, device]
    const folder = `https://pbx.muster.example:8443/provision/${way === 'pin' ? '' : `${'Xk7pQ2m9vTz4Rwn'.repeat(3).slice(0, 43)}/`}`
    const file = { yealink: '', snom: 'snom-{mac}.xml', linphone: 'linphone.xml' }[maker]
    const access = { id, sipName, url: folder + file, expiresAt: Date.now() + 86_400_000 }
    return [201, way === 'pin' ? { ...access, user: 'phone', pin: '40718265' } : access]
  }

  #changeDevice(id: string, change: DeviceChange): Answer {
    if (!this.devices.some((device) => device.id === id && device.kind === 'phone'))
      return refuse(404, 'not-found')
    this.devices = this.devices.map((device) => (device.id === id ? { ...device, ...change } : device))
    return [204]
  }

  #page(person: Person, query: URLSearchParams): Answer {
    const calls = this.calls ?? callsOf(person, Date.now())
    const from = Number(query.get('cursor') ?? 0)
    const next = from + Number(query.get('limit') ?? 30)
    return [
      200,
      { calls: calls.slice(from, next), ...(next < calls.length ? { nextCursor: String(next) } : {}) },
    ]
  }

  #call(person: Person, id: string): Answer {
    const call = (this.calls ?? callsOf(person, Date.now())).find((known) => known.id === id)
    return call ? [200, detailOf(call)] : refuse(404, 'not-found')
  }

  #ticket(person: Person): Answer {
    const ticket = `t${this.#tickets.size}${Date.now()}`
    this.#tickets.set(ticket, person)
    return [
      200,
      {
        ticket,
        sipUri: `sip:sip${person.extension}@localhost`,
        displayName: person.name,
        instance: 'urn:uuid:0f4c5e1a-7a55-4f0a-9c43-1f1d3f0e6b7a',
        device: `d${person.id}`,
      },
    ]
  }
}

function refuse(status: number, code: string, field?: string): Answer {
  return [status, { error: { code, message: code, ...(field && { field }) } }]
}
