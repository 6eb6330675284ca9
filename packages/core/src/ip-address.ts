// IP addresses: their bytes (RFC 4291 §2.2), how they are compared as text, and where they lie. Written out,
// because the browser has no module for it.

/** This machine (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export const LOOPBACK_NETWORKS = ['127.0.0.0/8', '::1/128'] as const
/** RFC 1918, 3927, 6598 (shared by the customers of a provider), 4193 and 4291 §2.5.6. */
export const PRIVATE_NETWORKS = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
  ...['fc00::/7', 'fe80::/10'],
] as const

/** `private`: the Internet does not lead to it. */
export type Neighbourhood = 'loopback' | 'private' | 'public'

interface Network {
  readonly bytes: Uint8Array
  readonly length: number
}

const GROUPS = 8
const LOOPBACK = LOOPBACK_NETWORKS.map(networkOf)
const PRIVATE = PRIVATE_NETWORKS.map(networkOf)

/** Where an address lies, in any spelling `plainHost` knows; undefined for what is no IP address. */
export function neighbourhood(host: string): Neighbourhood | undefined {
  const address = addressBytes(host)
  if (address === undefined) return undefined
  if (LOOPBACK.some((network) => isWithin(address, network))) return 'loopback'
  return PRIVATE.some((network) => isWithin(address, network)) ? 'private' : 'public'
}

/** The bytes of an address in any spelling `plainHost` knows; 4 of IPv4, also where it is mapped. */
export function addressBytes(host: string): Uint8Array | undefined {
  const bytes = ipBytes(plainHost(host))
  return bytes !== undefined && isMapped(bytes) ? bytes.subarray(12) : bytes
}

/** Lower case, without brackets and zone, and an IPv4 address that is written as IPv6 as what it is. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$|%.*$/g, '')
    .replace(/^::ffff:(?=\d+\.)/, '')
}

/** 4 or 16 bytes in network order, or undefined when the text is no IP address. A zone is left out. */
export function ipBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!text.includes(':')) return bytesOfV4(text)
  const address = text.replace(/%[0-9a-z.:-]+$/i, '')
  // The last 32 bits may be written as IPv4.
  const lastColon = address.lastIndexOf(':') + 1
  const tail = address.slice(lastColon)
  if (!tail.includes('.')) return bytesOfV6(address)
  const [a, b, c, d] = bytesOfV4(tail) ?? []
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined
  const groups = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  return bytesOfV6(address.slice(0, lastColon) + groups)
}

function bytesOfV4(text: string): Uint8Array<ArrayBuffer> | undefined {
  const parts = text.split('.')
  // A leading zero means octal to some and nothing to others.
  const isEach = parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 0xff)
  return parts.length === 4 && isEach ? Uint8Array.from(parts, Number) : undefined
}

function bytesOfV6(text: string): Uint8Array<ArrayBuffer> | undefined {
  const [left = '', right, ...rest] = text.split('::')
  const before = left === '' ? [] : left.split(':')
  const behind = right === undefined || right === '' ? [] : right.split(':')
  const zeros = GROUPS - before.length - behind.length
  if (rest.length > 0 || (right === undefined ? zeros !== 0 : zeros < 1)) return undefined
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...behind]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  const values = groups.map((group) => Number.parseInt(group, 16))
  return Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]))
}

function networkOf(text: string): Network {
  const [address = '', length] = text.split('/')
  return { bytes: ipBytes(address) ?? new Uint8Array(), length: Number(length) }
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.length === 16 && bytes.subarray(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 0xff))
}

function isWithin(address: Uint8Array, { bytes, length }: Network): boolean {
  if (address.length !== bytes.length) return false
  return bytes.every((byte, at) => {
    const mask = (0xff00 >> Math.min(Math.max(length - at * 8, 0), 8)) & 0xff
    return ((byte ^ (address[at] ?? 0)) & mask) === 0
  })
}
