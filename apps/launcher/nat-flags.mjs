// The flags about addresses: what is public, what is local, who may come from outside, the relay for browsers
// that reach nothing but TCP. Plain JavaScript for Node 20.
import { isIP } from 'node:net'

/**
 * @typedef {object} NatFlags
 * @property {string[]} publicAddresses Told to peers outside the local networks; one of each IP version.
 * @property {{host: string, port: number} | undefined} stun Server that says what our public address is.
 * @property {string[]} localNetworks Empty: all private addresses.
 * @property {string[]} trustedProxies Reverse proxies whose X-Forwarded-For is believed, also networks.
 * @property {('tls' | 'tcp' | 'udp')[]} allowPublic SIP listeners that take public addresses.
 * @property {{port: number | undefined, tlsPort: number | undefined, relayFirst: number, relayLast: number} |
 *   undefined} turn Undefined: no relay.
 */

const TRANSPORTS = ['tls', 'tcp', 'udp']
const PORT_MAX = 65_535

/** @type {{name: string, value?: string, fallback?: string, text: string}[]} */
export const NAT_TABLE = [
  {
    name: 'public-address',
    value: 'ADDRESS[,…]',
    text: 'what devices outside the local networks are told (IPv4, IPv6)',
  },
  { name: 'stun', value: 'HOST:PORT', text: 'asks this STUN server for the public address' },
  {
    name: 'local-network',
    value: 'NETWORK[,…]',
    fallback: 'private addresses',
    text: 'networks that reach us without address translation',
  },
  {
    name: 'trusted-proxy',
    value: 'ADDRESS[,…]',
    text: 'reverse proxies in front of the web app, also networks; they say who asks',
  },
  {
    name: 'allow-public',
    value: 'tls,tcp,udp|none',
    fallback: 'tls',
    text: 'how phones may register from public addresses',
  },
  { name: 'turn', value: 'PORT', text: 'relay (coturn) for browsers without UDP, over TCP' },
  { name: 'turn-tls', value: 'PORT', text: 'the same over TLS' },
  {
    name: 'turn-ports',
    value: 'FIRST-LAST',
    fallback: '18200-18399',
    text: 'UDP range between relay and media, inside this machine',
  },
]

/**
 * @param {ReadonlyMap<string, string>} given
 * @returns {{ok: true, value: {nat: NatFlags}} | {ok: false, message: string}} `message`: one line.
 */
export function readNatFlags(given) {
  const publicAddresses = list(given.get('public-address'))
  for (const address of publicAddresses)
    if (isIP(address) === 0) return wrong('public-address', 'IP addresses', address)
  if (new Set(publicAddresses.map((address) => isIP(address))).size < publicAddresses.length)
    return { ok: false, message: '--public-address takes one IPv4 and one IPv6 address' }
  const localNetworks = list(given.get('local-network'))
  for (const network of localNetworks)
    if (!isNetwork(network)) return wrong('local-network', 'networks like 10.0.0.0/8', network)
  const trustedProxies = list(given.get('trusted-proxy'))
  for (const proxy of trustedProxies)
    if (!isNetwork(proxy) || proxy.endsWith('/0'))
      return wrong('trusted-proxy', 'addresses or networks like 10.0.0.0/8', proxy)
  const stunText = given.get('stun')
  const stun = stunText === undefined ? undefined : readHostPort(stunText)
  if (stunText !== undefined && stun === undefined) return wrong('stun', 'HOST:PORT', stunText)
  const allowed = given.get('allow-public') ?? 'tls'
  const allowPublic = allowed === 'none' ? [] : list(allowed)
  for (const name of allowPublic)
    if (!TRANSPORTS.includes(name)) return wrong('allow-public', 'tls, tcp, udp or none', name)
  const turn = readTurn(given)
  if (!turn.ok) return turn
  const value = { publicAddresses, stun, localNetworks, trustedProxies, allowPublic, turn: turn.value }
  return { ok: true, value: { nat: /** @type {NatFlags} */ (value) } }
}

/** @param {ReadonlyMap<string, string>} given */
function readTurn(given) {
  const range = /^([0-9]{1,5})-([0-9]{1,5})$/.exec(given.get('turn-ports') ?? '18200-18399')
  const relayFirst = readPort(range?.[1])
  const relayLast = readPort(range?.[2])
  if (relayFirst === undefined || relayLast === undefined || relayLast <= relayFirst)
    return wrong('turn-ports', 'FIRST-LAST', given.get('turn-ports') ?? '')
  for (const name of ['turn', 'turn-tls']) {
    const text = given.get(name)
    if (text !== undefined && readPort(text) === undefined)
      return wrong(name, `a port from 1 to ${PORT_MAX}`, text)
  }
  const port = readPort(given.get('turn'))
  const tlsPort = readPort(given.get('turn-tls'))
  if (port === undefined && tlsPort === undefined)
    return { ok: /** @type {const} */ (true), value: undefined }
  return { ok: /** @type {const} */ (true), value: { port, tlsPort, relayFirst, relayLast } }
}

/** @param {string} name @param {string} what @param {string} text */
function wrong(name, what, text) {
  return { ok: /** @type {const} */ (false), message: `--${name} takes ${what}, not "${text}"` }
}

/** @param {string | undefined} text */
function list(text) {
  return (text ?? '').split(',').filter((one) => one !== '')
}

/** @param {string} text */
function isNetwork(text) {
  const match = /^([^/]+)(?:\/([0-9]{1,3}))?$/.exec(text)
  const version = isIP(match?.[1] ?? '')
  return version !== 0 && Number(match?.[2] ?? 0) <= (version === 6 ? 128 : 32)
}

/** @param {string} text */
function readHostPort(text) {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):([0-9]{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = readPort(match?.[3])
  return host === undefined || port === undefined ? undefined : { host, port }
}

/** @param {string | undefined} text */
function readPort(text) {
  const value = text !== undefined && /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  return value >= 1 && value <= PORT_MAX ? value : undefined
}
