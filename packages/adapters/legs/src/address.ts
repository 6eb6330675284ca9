// Where an IP address lies, and how hosts in URIs, Via and descriptions are compared. What is no IP address
// is neither public nor private.
import { BlockList, isIP } from 'node:net'

/** RFC 1918, 6598 (shared by the customers of a provider), 3927, 4193, 4291 and loopback. */
const INTERNAL = new BlockList()
INTERNAL.addSubnet('10.0.0.0', 8)
INTERNAL.addSubnet('172.16.0.0', 12)
INTERNAL.addSubnet('192.168.0.0', 16)
INTERNAL.addSubnet('100.64.0.0', 10)
INTERNAL.addSubnet('169.254.0.0', 16)
INTERNAL.addSubnet('127.0.0.0', 8)
INTERNAL.addAddress('::1', 'ipv6')
INTERNAL.addSubnet('fc00::', 7, 'ipv6')
INTERNAL.addSubnet('fe80::', 10, 'ipv6')

/** Lower case, without brackets, and an IPv4 address that is written as IPv6 as what it is. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d+\.)/, '')
}

/** This machine, by address or name. */
export function isLoopback(host: string): boolean {
  const plain = plainHost(host)
  return plain === 'localhost' || plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain)
}

/** An address that the Internet does not lead to. */
export function isPrivate(host: string): boolean {
  const plain = plainHost(host)
  const version = isIP(plain)
  return version !== 0 && INTERNAL.check(plain, version === 6 ? 'ipv6' : 'ipv4')
}

/** An address of the Internet. */
export function isPublic(host: string): boolean {
  return isIP(plainHost(host)) !== 0 && !isPrivate(host)
}
