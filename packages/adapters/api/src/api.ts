// The door of the HTTP side: one function for requests and one for upgrades, over the routes, the live
// channel, the tickets and the web app. Opens no socket itself; serve.ts does.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { PATHS } from '@rufwerk/contract'
import { ms } from '@rufwerk/core'
import { refusalPage, refusalResponse } from './error.ts'
import { buildHttpApp, type HttpApp } from './http-app.ts'
import { LIMITS } from './limits.ts'
import { LiveHub } from './live/live-hub.ts'
import type { Peer } from './peer.ts'
import type { ApiPorts } from './ports.ts'
import { publicResponse } from './public/answer.ts'
import { recordingsRoutes } from './recordings/routes.ts'
import type { Route } from './route.ts'
import { attackRoutes } from './routes/attacks.ts'
import { auditRoutes } from './routes/audit.ts'
import { backupsRoutes } from './routes/backups.ts'
import { callsRoutes } from './routes/calls.ts'
import { caseRoutes } from './routes/cases.ts'
import { certificateRoutes } from './routes/certificate.ts'
import { configurationRoutes } from './routes/configuration.ts'
import { searchRoutes } from './routes/defence/searches.ts'
import { fleetWorkRoutes } from './routes/defence/work.ts'
import { dialPlanRoutes } from './routes/dial-plan.ts'
import { egressRoutes } from './routes/egress.ts'
import { fleetRoutes } from './routes/fleet.ts'
import { healthRoutes } from './routes/health.ts'
import { operationsRoutes } from './routes/operations.ts'
import { peopleRoutes } from './routes/people.ts'
import { personalRoutes } from './routes/personal.ts'
import { devicesRoutes } from './routes/phones/devices.ts'
import { phoneRoutes } from './routes/phones/phone.ts'
import { phonesRoutes } from './routes/phones/setups.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { recordsRoutes } from './routes/records.ts'
import { promptRoutes } from './routes/services/prompts.ts'
import { queuesRoutes } from './routes/services/queues.ts'
import { roomsRoutes } from './routes/services/rooms.ts'
import { trunksRoutes } from './routes/services/trunks.ts'
import { sessionRoutes } from './routes/session.ts'
import { mailRoutes } from './routes/settings/mail.ts'
import { meRoutes } from './routes/settings/me.ts'
import { setupRoutes } from './routes/setup.ts'
import { simulateRoutes } from './routes/simulate.ts'
import { voicemailBoxRoutes } from './routes/voicemail/boxes.ts'
import { voicemailRoutes } from './routes/voicemail/messages.ts'
import { watchingResponse } from './routes/watching.ts'
import { Attempts } from './security/attempts.ts'
import { refusalOfVisitor } from './security/door.ts'
import { setSecurityHeaders } from './security/headers.ts'
import { Tickets } from './security/tickets.ts'
import { Upgrades } from './upgrades.ts'
import { acmeProof, authorityFile } from './web/certificate-files.ts'
import { provisionResponse } from './web/provision.ts'
import { serveFile } from './web/serve-file.ts'

export interface Api {
  /** Answers one request. Never throws and never rejects. */
  fetch(request: Request, peer: Peer): Promise<Response>
  /** Takes over a connection that wants to become a WebSocket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): void
  /** Entries in bounded maps: sockets, tickets, calls being watched, limited addresses. */
  size(): number
  /** Closes the live sockets and forgets the tickets. */
  close(): void
}

export function createApi(ports: ApiPorts): Api {
  const { accounts, clock, randomBytes, phones } = ports
  const attempts = new Attempts(clock)
  const tickets = new Tickets(
    { randomBytes, arm: (delay, callback) => clock.arm(delay, callback) },
    {
      life: ms(LIMITS.ticketLifeMs),
      ticketsMax: LIMITS.ticketsMax,
      perSessionMax: LIMITS.ticketsPerSessionMax,
    },
  )
  const hub = new LiveHub(ports)
  const upgrades = new Upgrades(ports, { attempts, tickets, hub })
  const routes = [...companyRoutes(ports), ...(phones ? telephoneRoutes(ports, tickets) : [])]
  const app = buildHttpApp(routes, ports, attempts)
  const subscriptions = [
    accounts.events.on('sessionEnded', ({ session, device }) => {
      tickets.revoke(session)
      hub.closeSession(session)
      if (device !== undefined) phones?.close(device)
    }),
    accounts.events.on('deviceRemoved', ({ device }) => phones?.close(device)),
    accounts.events.on('directoryChanged', (directory) => hub.peopleChanged(directory)),
  ]
  return {
    fetch: (request, peer) => answer(request, peer, { app, ports, attempts }),
    handleUpgrade: (request, socket, head, peer) => upgrades.accept(request, socket, head, peer),
    size: () => hub.size() + tickets.size() + attempts.size(),
    close: () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]()
      attempts.close()
      tickets.clear()
      hub.close()
    },
  }
}

/** What a company has without telephony, too. */
function companyRoutes(ports: ApiPorts): readonly Route[] {
  return [
    ...healthRoutes(ports),
    ...certificateRoutes(ports),
    ...setupRoutes(ports),
    ...sessionRoutes(ports),
    ...peopleRoutes(ports),
    ...operationsRoutes(ports),
    ...mailRoutes(ports),
    ...meRoutes(ports),
    ...backupsRoutes(ports),
    ...auditRoutes(ports),
    ...quarantineRoutes(ports),
    ...attackRoutes(ports),
    ...fleetRoutes(ports),
    ...fleetWorkRoutes(ports),
    ...searchRoutes(ports),
    ...caseRoutes(ports),
    ...egressRoutes(ports),
  ]
}

function telephoneRoutes(ports: ApiPorts, tickets: Tickets): readonly Route[] {
  return [
    ...devicesRoutes(ports),
    ...callsRoutes(ports),
    ...phoneRoutes(ports, tickets),
    ...phonesRoutes(ports),
    ...dialPlanRoutes(ports),
    ...promptRoutes(ports),
    ...recordingsRoutes(ports),
    ...simulateRoutes(ports),
    ...queuesRoutes(ports),
    ...recordsRoutes(ports),
    ...personalRoutes(ports),
    ...voicemailRoutes(ports),
    ...voicemailBoxRoutes(ports),
    ...configurationRoutes(ports),
    ...roomsRoutes(ports),
    ...trunksRoutes(ports),
  ]
}

interface Parts {
  readonly app: HttpApp
  readonly ports: ApiPorts
  readonly attempts: Attempts
}

async function answer(request: Request, peer: Peer, parts: Parts): Promise<Response> {
  const { ports } = parts
  let response: Response
  try {
    const host = request.headers.get('host') ?? new URL(request.url).host
    const proof = acmeProof(request.url, ports.certificates)
    const refusal = refusalOfVisitor(peer, host, ports)
    if (proof) response = proof
    else if (refusal) response = isApiPath(request) ? refusalResponse(refusal) : refusalPage(refusal)
    else response = await route(request, peer, parts)
  } catch (error) {
    ports.log.error('api.failed', { message: String(error).slice(0, 300) })
    response = refusalResponse({ code: 'internal' })
  }
  ports.onAnswered?.(response.status)
  // What fetch made may be immutable; what follows must stand on everything.
  const headers = new Headers(response.headers)
  setSecurityHeaders(headers, peer.isSecure)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  return new Response(response.body, { status: response.status, headers })
}

async function route(request: Request, peer: Peer, { app, ports, attempts }: Parts): Promise<Response> {
  const open = await publicResponse(request, peer, { cases: ports.cases, attempts })
  if (open !== undefined) return open
  if (isApiPath(request)) return app.fetch(request, { peer })
  const { pathname } = new URL(request.url)
  if (pathname === PATHS.sip && ports.phones !== undefined)
    return new Response(null, { status: 426, headers: { upgrade: 'websocket' } })
  const settings = await provisionResponse(request, peer, ports, attempts)
  if (settings !== undefined) return settings
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refusalPage({ code: 'method-not-allowed' })
  const watching = watchingResponse(pathname, peer, ports.operations)
  if (watching !== undefined) return watching
  const certificate = authorityFile(pathname, ports.certificates)
  if (certificate !== undefined) return certificate
  if (ports.web === undefined) {
    return new Response('The web app is not built yet.\n', { status: 503, headers: { 'retry-after': '5' } })
  }
  return serveFile(ports.web, pathname, request) ?? refusalPage({ code: 'not-found' })
}

function isApiPath(request: Request): boolean {
  const { pathname } = new URL(request.url)
  return pathname === PATHS.api || pathname.startsWith(`${PATHS.api}/`)
}
