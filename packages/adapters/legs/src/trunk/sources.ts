// Addresses that a trunk's calls may come from besides the servers that the DNS names: single ones, with or
// without port, and networks.
import { BlockList, isIP } from 'node:net'
import { fail, ok, type Result, type SocketAddress } from '@rufwerk/core'
import { plainHost } from '@rufwerk/core/ip-address'

const SOURCES_MAX = 100

export interface Sources {
  has(remote: SocketAddress): boolean
  /** Whatever the port. */
  hasAddress(address: string): boolean
}

/** The error is the entry that is none. */
export function readSources(texts: readonly string[]): Result<Sources, string> {
  const networks = new BlockList()
  const pairs = new Set<string>()
  const addresses = new Set<string>()
  if (texts.length > SOURCES_MAX) return fail(texts[SOURCES_MAX] ?? '')
  for (const text of texts) {
    const withPort = /^(?:\[(?<six>[^\]]+)\]|(?<four>[0-9.]+)):(?<port>[0-9]{1,5})$/.exec(text)?.groups
    if (withPort !== undefined) {
      const { six, four, port } = withPort
      const host = six ?? four ?? ''
      if (isIP(host) === 0) return fail(text)
      pairs.add(keyOf({ address: host, port: Number(port) }))
      addresses.add(plainHost(host))
    } else if (!addNetwork(networks, text)) return fail(text)
  }
  const inNetwork = (address: string): boolean => {
    const version = isIP(address)
    return version !== 0 && networks.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
  return ok({
    has: (remote) => pairs.has(keyOf(remote)) || inNetwork(plainHost(remote.address)),
    hasAddress: (address) => addresses.has(plainHost(address)) || inNetwork(plainHost(address)),
  })
}

/** A network of everybody is none: whoever wants that wants no check at all. */
function addNetwork(list: BlockList, text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const bitsMax = version === 6 ? 128 : 32
  const length = bits === undefined ? bitsMax : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : 0
  if (version === 0 || rest.length > 0 || length < 8 || length > bitsMax) return false
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4')
  return true
}

/** One text for an address and port, however the address is written. */
export function keyOf({ address, port }: SocketAddress): string {
  return `${plainHost(address)} ${port}`
}
