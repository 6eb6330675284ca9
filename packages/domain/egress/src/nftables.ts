// The same list as rules of the operating system, for what no program of ours can enforce: other programs of
// the same user, and code that gets past ours.
import { neighbourhood } from '@rufwerk/core/ip-address'

export interface Reachable {
  readonly protocol: 'tcp' | 'udp'
  /** IP addresses. */
  readonly addresses: readonly string[]
  readonly ports: readonly number[]
  /** For the comment. */
  readonly why: string
}

export interface FirewallWish {
  /** The user of the operating system that Rufwerk runs as. */
  readonly user: string
  readonly reachable: readonly Reachable[]
  /** UDP ports that calls come from, `5060` or `16000-17999`; calls say where they go. */
  readonly ownUdpPorts: readonly string[]
  /** Servers of the DNS that this machine asks. */
  readonly resolvers: readonly string[]
}

const DNS_PORT = 53
const USER = /^[a-z_][a-z0-9_-]{0,31}$/

/** Undefined where the user is none that Unix knows. */
export function writeNftables(wish: FirewallWish): string | undefined {
  if (!USER.test(wish.user)) return undefined
  const resolvers = (['udp', 'tcp'] as const).map(
    (protocol): Reachable => ({ protocol, addresses: wish.resolvers, ports: [DNS_PORT], why: 'dns' }),
  )
  const ports = wish.ownUdpPorts.filter((text) => /^\d{1,5}(-\d{1,5})?$/.test(text))
  const calls = `udp sport { ${ports.join(', ')} } accept comment "calls"`
  const rules = [...(ports.length > 0 ? [calls] : []), ...[...resolvers, ...wish.reachable].flatMap(rulesOf)]
  return `table inet rufwerk_egress
delete table inet rufwerk_egress
table inet rufwerk_egress {
  chain output {
    type filter hook output priority 0; policy accept;
    meta skuid "${wish.user}" jump rufwerk
  }
  chain rufwerk {
    ct state established,related accept
${rules.map((rule) => `    ${rule}\n`).join('')}    limit rate 10/minute log prefix "rufwerk egress: "
    counter reject
  }
}
`
}

function rulesOf({ protocol, addresses, ports, why }: Reachable): string[] {
  if (ports.length === 0) return []
  const isAddress = (address: string) => neighbourhood(address) !== undefined
  const versions = [
    ['ip', addresses.filter((address) => isAddress(address) && !address.includes(':'))],
    ['ip6', addresses.filter((address) => isAddress(address) && address.includes(':'))],
  ] as const
  return versions.flatMap(([version, of]) =>
    of.length === 0
      ? []
      : [
          `${version} daddr { ${[...new Set(of)].join(', ')} } ${protocol} dport { ${ports.join(', ')} } ` +
            `accept comment "${why.replace(/[^a-z0-9 .-]/g, '')}"`,
        ],
  )
}
