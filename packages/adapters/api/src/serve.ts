// The socket of the HTTP side: listens, limits, hands requests and upgrades to an Api, closes gracefully.
import { type IncomingMessage, Server } from 'node:http'
import { createServer as createTlsServer, Server as TlsHttpServer } from 'node:https'
import type { Socket } from 'node:net'
import type { TlsOptions, Server as TlsServer } from 'node:tls'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { fail, ok, type Result } from '@rufwerk/core'
import type { Api } from './api.ts'
import { LIMITS } from './limits.ts'
import { addressGroup, type ProxyTrust, peerOf } from './peer.ts'

export interface ServeOptions {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** HTTPS with this certificate; HTTP unless given. */
  readonly identity?: TlsIdentity
  /** Nobody is trusted unless given. */
  readonly proxies?: ProxyTrust
}

const NO_PROXIES: ProxyTrust = { isTrusted: () => false }

/** Gives the listener its certificate, and each new one later. */
export interface TlsIdentity {
  serverOptions(protocols: readonly string[]): TlsOptions
  attach(server: TlsServer): Disposable
}

export interface ServeError {
  readonly code: 'address-in-use' | 'not-permitted' | 'address-unknown' | 'failed'
  /** One sentence that names the flag which changes it. */
  readonly message: string
}

export interface HttpServer {
  readonly port: number
  /** Open connections, upgraded ones too. */
  size(): number
  /** Refuses new connections, lets requests end for a while, then closes everything. */
  close(): Promise<void>
}

export async function serve(api: Api, options: ServeOptions): Promise<Result<HttpServer, ServeError>> {
  const { identity, proxies = NO_PROXIES } = options
  const server = createAdaptorServer({
    fetch: (request, env) => api.fetch(request, peerOf((env as HttpBindings).incoming, proxies)),
    overrideGlobalObjects: false,
    ...(identity && { createServer: createTlsServer }),
    serverOptions: {
      ...identity?.serverOptions(['http/1.1']),
      maxHeaderSize: LIMITS.requestHeaderBytesMax,
      headersTimeout: LIMITS.headersTimeoutMs,
      requestTimeout: LIMITS.requestTimeoutMs,
      keepAliveTimeout: LIMITS.keepAliveTimeoutMs,
      connectionsCheckingInterval: 5_000,
    },
  })
  if (!(server instanceof Server || server instanceof TlsHttpServer))
    return fail({ code: 'failed', message: 'The HTTP server is of another kind.' })
  server.maxConnections = LIMITS.connectionsMax
  const sockets = limitConnections(server, proxies)
  const attachment = server instanceof TlsHttpServer ? identity?.attach(server) : undefined
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // From here on the handshake's timeouts are over; ws and the SIP side keep their own.
    socket.setTimeout(0)
    api.handleUpgrade(request, socket, head, peerOf(request, proxies))
  })
  const failure = await listen(server, options)
  if (failure) {
    attachment?.[Symbol.dispose]()
    return fail(describe(failure, options))
  }
  const address = server.address()
  return ok({
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    size: () => sockets.size,
    close: async () => {
      attachment?.[Symbol.dispose]()
      await closeGracefully(server, sockets)
    },
  })
}

/** Keeps the set of open connections and refuses those of an address that has too many and is no proxy. */
function limitConnections(server: Server | TlsHttpServer, { isTrusted }: ProxyTrust): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  const byAddress = new Map<string, number>()
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? 'unknown'
    const group = addressGroup(address)
    const count = byAddress.get(group) ?? 0
    if (count >= LIMITS.connectionsPerAddressMax && !isTrusted(address)) {
      socket.destroy()
      return
    }
    byAddress.set(group, count + 1)
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      const left = (byAddress.get(group) ?? 1) - 1
      if (left > 0) byAddress.set(group, left)
      else byAddress.delete(group)
    })
  })
  return sockets
}

function listen(
  server: Server | TlsHttpServer,
  { host, port }: ServeOptions,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => resolve(error)
    server.once('error', onError)
    server.listen({ host, port }, () => {
      server.off('error', onError)
      resolve(undefined)
    })
  })
}

function describe(error: NodeJS.ErrnoException, { host, port, identity }: ServeOptions): ServeError {
  const flag = identity === undefined ? '--http-port' : '--https-port'
  switch (error.code) {
    case 'EADDRINUSE':
      return {
        code: 'address-in-use',
        message: `Port ${port} on ${host} is taken by another program; choose another one with ${flag}.`,
      }
    case 'EACCES':
      return {
        code: 'not-permitted',
        message: `Port ${port} needs rights this program does not have; choose one above 1023 with ${flag}.`,
      }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'address-unknown',
        message: `This machine has no address ${host}; choose another one with --http-host.`,
      }
    default:
      return {
        code: 'failed',
        message: `The web server cannot listen on ${host}, port ${port} (--http-host, ${flag}): ${error.message}`,
      }
  }
}

async function closeGracefully(server: Server | TlsHttpServer, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const late = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, LIMITS.closeGraceMs)
  await closed
  clearTimeout(late)
}
