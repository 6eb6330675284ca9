// SIP over TLS: accepted sockets wait behind limits until their handshake is over, then they are connections
// like those of TCP. And the opening of our own, whose certificate must name whom we want to reach.
import { isIP, type Server, type Socket } from 'node:net'
import {
  type ConnectionOptions,
  connect,
  createServer,
  type TLSSocket,
  type TlsOptions,
  type Server as TlsServer,
} from 'node:tls'
import { ok, type Result, type SocketAddress } from '@rufwerk/core'
import { plainHost } from '@rufwerk/core/ip-address'
import { writeSocketAddress } from './address.ts'
import { TLS_RULES } from './certificates/tls-rules.ts'
import type { Connections, Reservation } from './connections.ts'
import type { ListenError } from './listen-error.ts'
import { checkPeer } from './peer-certificate.ts'
import { endsOf, TcpListener } from './tcp.ts'
import type { ListenOptions, Shared } from './udp.ts'

/** Gives listeners their certificate, and new ones later; `CertificateStore` is one. */
export interface TlsIdentity {
  serverOptions(protocols: readonly string[]): TlsOptions
  attach(server: TlsServer, clientAuthorities?: readonly string[]): Disposable
}

export interface TlsListenOptions extends ListenOptions {
  readonly identity: TlsIdentity
  /**
   * Authorities (PEM) of peers that show a certificate of their own, such as trunks: only their connections
   * can be used in the other direction (`alias`). Peers without one are accepted all the same.
   */
  readonly clientAuthorities?: readonly string[]
}

/** Whom we want to reach, and who may vouch for it. */
export interface TlsPeer {
  /**
   * Host name or IP address that the certificate must be for: the domain that was asked for (RFC 5922 §7.3).
   */
  readonly name: string
  /** Authorities in PEM; those of Node unless given. */
  readonly authorities?: readonly string[]
  /** Our own certificate for a peer that asks for it, in PEM. */
  readonly key?: string
  readonly certificate?: string
}

/** RFC 7301 names SIP may be asked for by; most peers ask for none. */
const PROTOCOLS = ['sip/2', 'sip']

interface TlsListenerParts {
  readonly shared: Shared
  readonly connections: Connections
  /** Says whether a socket may begin a handshake; closes it itself if not. */
  readonly admit: (socket: Socket) => boolean
  readonly onSocket: (socket: TLSSocket) => void
}

export class TlsListener {
  readonly local: SocketAddress
  readonly #tcp: TcpListener
  readonly #server: TlsServer
  readonly #attachment: Disposable
  readonly #sockets: Set<Socket>

  private constructor(tcp: TcpListener, server: TlsServer, attachment: Disposable, sockets: Set<Socket>) {
    this.local = tcp.local
    this.#tcp = tcp
    this.#server = server
    this.#attachment = attachment
    this.#sockets = sockets
  }

  static async open(
    options: TlsListenOptions,
    parts: TlsListenerParts,
  ): Promise<Result<TlsListener, ListenError>> {
    const { shared, onSocket } = parts
    const { clientAuthorities: ca } = options
    const server = createServer({
      ...options.identity.serverOptions(PROTOCOLS),
      ...(ca === undefined ? {} : { requestCert: true, rejectUnauthorized: false }),
    })
    const handshakes = new Handshakes(server, parts)
    server.on('secureConnection', (socket) => {
      handshakes.over(socket)
      shared.counts.handshakes += 1
      onSocket(socket)
    })
    server.on('tlsClientError', (_error, socket) => {
      shared.counts.failedHandshakes += 1
      socket.destroy()
    })
    const tcp = await TcpListener.open(
      options,
      (socket) => handshakes.begin(socket),
      () => {
        shared.counts.socketErrors += 1
      },
      'tls',
    )
    if (!tcp.ok) return tcp
    const attachment = options.identity.attach(server, ca)
    return ok(new TlsListener(tcp.value, server, attachment, handshakes.sockets))
  }

  /** Also ends the handshakes that are under way. */
  async close(): Promise<void> {
    this.#attachment[Symbol.dispose]()
    this.#server.removeAllListeners('tlsClientError')
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy())
    for (const socket of this.#sockets) socket.destroy()
    await this.#tcp.close()
  }
}

/** Sockets between their first byte and the end of their handshake. */
class Handshakes {
  readonly sockets = new Set<Socket>()
  readonly #server: TlsServer
  readonly #parts: TlsListenerParts
  readonly #byRemote = new Map<string, () => void>()

  constructor(server: TlsServer, parts: TlsListenerParts) {
    this.#server = server
    this.#parts = parts
  }

  begin(socket: Socket): void {
    const { shared, connections, admit } = this.#parts
    const ends = endsOf(socket)
    if (ends === undefined || !admit(socket)) {
      socket.destroy()
      return
    }
    const { timers, handshakeRates } = shared
    const isSlowEnough = handshakeRates.admit(ends.remote.address, timers.now(), true) === 'admitted'
    const reservation = isSlowEnough ? connections.reserve(ends.remote.address) : undefined
    if (reservation === undefined) {
      shared.counts.refusedConnections += 1
      socket.destroy()
      return
    }
    const key = writeSocketAddress(ends.remote)
    // The whole handshake has this long: a byte now and then does not help a slow loris.
    const timer = shared.timers.arm(shared.limits.handshakeWithin, () => {
      shared.counts.failedHandshakes += 1
      socket.destroy()
    })
    const release = (): void => this.#release(socket, key, reservation, timer)
    this.sockets.add(socket)
    this.#byRemote.set(key, release)
    socket.once('close', release)
    const tcp: Server = this.#server // Its handshake begins as if it had accepted the socket itself.
    tcp.emit('connection', socket)
  }

  over(socket: TLSSocket): void {
    const ends = endsOf(socket)
    if (ends !== undefined) this.#byRemote.get(writeSocketAddress(ends.remote))?.()
  }

  #release(socket: Socket, key: string, reservation: Reservation, timer: Disposable): void {
    if (!this.sockets.delete(socket)) return
    this.#byRemote.delete(key)
    timer[Symbol.dispose]()
    reservation[Symbol.dispose]()
  }
}

/** Begins a TLS connection; the caller waits for `secureConnect` or `error`. */
export function connectTls(remote: SocketAddress, localAddress: string, peer: TlsPeer): TLSSocket {
  const { name, authorities, key, certificate } = peer
  const options: ConnectionOptions & { localAddress: string } = {
    ...TLS_RULES,
    host: plainHost(remote.address),
    port: remote.port,
    localAddress,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
    ...(key === undefined || certificate === undefined ? {} : { key, cert: certificate }),
    checkServerIdentity: (_host, { raw }) => checkPeer(name, raw),
  }
  return connect(options)
}
