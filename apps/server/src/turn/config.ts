// The configuration of coturn: a relay that reaches our media address and nothing else. Everything is denied,
// then the media addresses are allowed; the ranges are listed as well, so that a reader sees what is meant.
// Clients come over TCP and TLS only: whoever has UDP needs no relay, and nobody can use us to amplify.
import { neighbourhood } from '@rufwerk/core/ip-address'

export interface RelaySettings {
  /** Where browsers connect, and where media listens: our own addresses, no wildcards. */
  readonly addresses: readonly string[]
  readonly port?: number
  readonly tlsPort?: number
  /** The first one is media's own: its door for the relay. */
  readonly relayFirst: number
  readonly relayLast: number
  readonly secret: string
  /** Path of certificate chain and key in one PEM file; needed with `tlsPort`. */
  readonly certificateFile?: string
  /** Where coturn may write; nothing of it is kept. */
  readonly folder: string
}

/** Relays of one person at the same time: two calls, each also while it moves to another network. */
export const RELAYS_PER_USER_MAX = 4
export const RELAYS_MAX = 200
/** Bytes per second of one relay: Opus needs a tenth of it. */
const RELAY_BYTES_PER_SECOND_MAX = 64_000
const NONCE_SECONDS = 600

/** No relay ever reaches these (RFC 6890), nor anything else that is not allowed by name. */
export const DENIED = [
  '0.0.0.0-0.255.255.255',
  '10.0.0.0-10.255.255.255',
  '100.64.0.0-100.127.255.255',
  '127.0.0.0-127.255.255.255',
  '169.254.0.0-169.254.255.255',
  '172.16.0.0-172.31.255.255',
  '192.0.0.0-192.0.0.255',
  '192.168.0.0-192.168.255.255',
  '198.18.0.0-198.19.255.255',
  '224.0.0.0-255.255.255.255',
  '::-::1',
  '::ffff:0.0.0.0-::ffff:255.255.255.255',
  '64:ff9b::-64:ff9b::ffff:ffff',
  '2001::-2001::ffff:ffff:ffff:ffff:ffff:ffff',
  '2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '0.0.0.0-255.255.255.255',
  '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
] as const

/** The text of turnserver.conf. It holds the secret: only its owner may read the file. */
export function relayConfig(settings: RelaySettings): string {
  const { addresses, port, tlsPort, relayFirst, relayLast, secret, certificateFile, folder } = settings
  const tls = [
    `tls-listening-port=${tlsPort}`,
    `cert=${certificateFile}`,
    `pkey=${certificateFile}`,
    'no-tlsv1',
    'no-tlsv1_1',
  ]
  const lines = [
    ...addresses.map((address) => `listening-ip=${address}`),
    ...addresses.map((address) => `relay-ip=${address}`),
    // coturn opens its plain port with TLS, too; it gets the same number where only TLS is wanted.
    ...(port === undefined ? ['no-tcp'] : [`listening-port=${port}`]),
    ...(tlsPort === undefined ? ['no-tls'] : tls),
    ...['no-udp', 'no-dtls', `min-port=${relayFirst + 1}`, `max-port=${relayLast}`],
    ...['fingerprint', 'use-auth-secret', `static-auth-secret=${secret}`, 'realm=rufwerk.invalid'],
    ...[`stale-nonce=${NONCE_SECONDS}`, `user-quota=${RELAYS_PER_USER_MAX}`, `total-quota=${RELAYS_MAX}`],
    `max-bps=${RELAY_BYTES_PER_SECOND_MAX}`,
    ...['no-tcp-relay', 'no-multicast-peers', 'no-cli', 'no-software-attribute', 'no-dynamic-ip-list'],
    ...['no-rfc5780', 'no-stun-backward-compatibility', 'secure-stun'],
    // coturn refuses loopback whatever is allowed, unless told: only where media is on loopback itself.
    ...(addresses.every((address) => neighbourhood(address) === 'loopback') ? ['allow-loopback-peers'] : []),
    ...DENIED.map((range) => `denied-peer-ip=${range}`),
    ...addresses.map((address) => `allowed-peer-ip=${address}`),
    ...[`userdb=${folder}/turn.db`, `pidfile=${folder}/turn.pid`, 'log-file=stdout', 'simple-log'],
  ]
  return `${lines.join('\n')}\n`
}
