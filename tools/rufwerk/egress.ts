// `rufwerk egress --nftables [--user NAME]`: what the server may reach as rules for the firewall of this
// machine.
import { promises as dns, getServers } from 'node:dns'
import { isIP } from 'node:net'
import type { Egress } from '@rufwerk/contract/egress'
import { type Reachable, writeNftables } from '@rufwerk/egress'

/** As the package of the system calls its user. */
const USER = 'rufwerk'

export interface FirewallRules {
  readonly user: string
}

/** Undefined: this is another command. */
export function readFirewallRules(args: readonly string[]): FirewallRules | undefined {
  if (args[0] !== 'egress' || !args.includes('--nftables')) return undefined
  const at = args.indexOf('--user')
  return { user: at < 0 ? USER : (args[at + 1] ?? '') }
}

export interface Names {
  /** Addresses of a name; empty where nobody knows. */
  readonly addressesOf: (name: string) => Promise<readonly string[]>
  readonly resolvers: readonly string[]
}

/** Of this machine, as the server asks. */
export const NAMES: Names = {
  addressesOf: async (name) => {
    const found = await dns.lookup(name, { all: true }).catch(() => [])
    return found.map(({ address }) => address)
  },
  // `[::1]:5353` where the port is another one.
  resolvers: getServers().map((server) =>
    server.replace(/^\[([^\]]*)\].*$/, '$1').replace(/^([\d.]+):\d+$/, '$1'),
  ),
}

/** Undefined where the user is none. Names that lead nowhere are a comment, so that somebody sees them. */
export async function firewallRules(
  { user }: FirewallRules,
  { allowed, ownUdpPorts }: Egress,
  { addressesOf, resolvers }: Names = NAMES,
): Promise<string | undefined> {
  const reachable: Reachable[] = []
  const unknown: string[] = []
  for (const { host, protocol, ports, addresses, why } of allowed) {
    const found = isIP(host) === 0 ? await addressesOf(host) : [host]
    const all = [...new Set([...found, ...addresses])]
    if (all.length === 0) unknown.push(`# no address known: ${host} (${why})`)
    reachable.push({ protocol, addresses: all, ports, why: `${why} ${host}` })
  }
  const rules = writeNftables({ user, reachable, ownUdpPorts, resolvers })
  return rules && [...unknown, rules].join('\n')
}
