// What the launcher passes on: the checked flags as JSON in RUFWERK_FLAGS, and where the media process
// listens.

export interface Flags {
  /** Absolute path. */
  readonly data: string
  readonly httpHost: string
  readonly httpPort: number
  /** Empty: loopback and all private addresses. */
  readonly sipHosts: readonly string[]
  readonly sipPort: number
  readonly sipTlsPort: number
  /** UDP, for sound of phones. */
  readonly mediaPortFirst: number
  readonly mediaPortLast: number
  /** UDP, for sound of browsers; absent without telephony. */
  readonly webrtcPort?: number
  /** Absent: no HTTPS. */
  readonly httpsPort?: number
  /** Names by which devices reach this machine. */
  readonly hostNames: readonly string[]
  /** Absolute paths of PEM files. */
  readonly certificateFiles?: { readonly certificateFile: string; readonly keyFile: string }
  readonly acme?: {
    readonly directoryUrl: string
    readonly email?: string
    readonly challenge: 'http-01' | 'tls-alpn-01'
  }
  readonly nat: NatFlags
  readonly isDemo: boolean
  /** The defence alone, without telephony. */
  readonly isGuard: boolean
  readonly country: 'de' | 'us'
  /** Absent: what the browser asks for. */
  readonly language?: 'de' | 'en'
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** How long a person's contacts ring, in seconds. */
  readonly ringSeconds: number
  /** How long calls may go on when the server is stopped, in seconds. */
  readonly drainSeconds: number
  /** Absolute path; `backups` in the data folder when absent. */
  readonly backupFolder?: string
  /** IP addresses besides loopback that may read /metrics. */
  readonly metricsFrom: readonly string[]
  /** Whether the SIP messages of calls are kept, without secrets, until they are many. */
  readonly isTraced: boolean
}

export interface NatFlags {
  readonly publicAddresses: readonly string[]
  readonly stun?: { readonly host: string; readonly port: number }
  /** Empty: all private addresses. */
  readonly localNetworks: readonly string[]
  /** Reverse proxies that say for whom they speak: addresses and networks. */
  readonly trustedProxies: readonly string[]
  /** SIP listeners that take public addresses. */
  readonly allowPublic: readonly ('tls' | 'tcp' | 'udp')[]
  /** Absent: no relay. */
  readonly turn?: {
    readonly port?: number
    readonly tlsPort?: number
    /** UDP ports of the relay towards media, both ends included. */
    readonly relayFirst: number
    readonly relayLast: number
  }
}

export interface Environment {
  readonly flags: Flags
  /** Path of a Unix socket. */
  readonly mediaSocket: string
}

/** Undefined when this process was not started by the launcher. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment | undefined {
  const { RUFWERK_FLAGS: flags, RUFWERK_MEDIA_SOCKET: mediaSocket } = env
  if (flags === undefined || mediaSocket === undefined) return undefined
  return { flags: JSON.parse(flags) as Flags, mediaSocket }
}
