// Two sites with a NAT each, made of network namespaces: an office whose gateway forwards all ports of its
// public address to the server, and a home with a phone and a computer behind a gateway that rewrites
// addresses and ports. Needs root. Nothing of it touches the networks of this machine.
import { spawnSync } from 'node:child_process'

/** What the Internet sees of the office; addresses of RFC 5737. */
export const OFFICE_PUBLIC = '203.0.113.1'
export const HOME_PUBLIC = '203.0.113.2'
export const SERVER_ADDRESS = '10.77.0.10'
export const PHONE_ADDRESS = '192.168.77.10'

const SITES = ['office', 'officegw', 'homegw', 'phone', 'computer'] as const
type Site = (typeof SITES)[number]

/** Two ends of a cable: namespace, interface, address. */
type End = readonly [site: Site, name: string, address: string]
const CABLES: readonly (readonly [End, End])[] = [
  [
    ['office', 'lan', `${SERVER_ADDRESS}/24`],
    ['officegw', 'lan', '10.77.0.1/24'],
  ],
  [
    ['officegw', 'wan', `${OFFICE_PUBLIC}/24`],
    ['homegw', 'wan', `${HOME_PUBLIC}/24`],
  ],
  [
    ['phone', 'lan', `${PHONE_ADDRESS}/24`],
    ['homegw', 'lan', '192.168.77.1/24'],
  ],
  [
    ['computer', 'lan', '192.168.78.10/24'],
    ['homegw', 'lan2', '192.168.78.1/24'],
  ],
]
const ROUTES: readonly (readonly [Site, string])[] = [
  ['office', '10.77.0.1'],
  ['phone', '192.168.77.1'],
  ['computer', '192.168.78.1'],
]
const OFFICE_RULES = `table ip nat {
  chain in { type nat hook prerouting priority dstnat; iifname "wan" dnat to ${SERVER_ADDRESS}; }
  chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
}`
/** Ports are chosen anew, as by most home routers; nothing comes in that was not asked for. */
const HOME_RULES = `table ip nat {
  chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade random; }
}
table ip filter {
  chain forward { type filter hook forward priority filter; policy accept;
    iifname "wan" ct state new drop
  }
}`

export class NatNetwork {
  static #opened = 0
  readonly #prefix = `rw${process.pid}n${++NatNetwork.#opened}`

  /** Undefined with a sentence where this machine does not permit it. */
  static open(): NatNetwork | string {
    if (process.getuid?.() !== 0) return 'network namespaces need root'
    const network = new NatNetwork()
    try {
      network.#build()
      return network
    } catch (error) {
      network.close()
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** What to put before a command line so that it runs at this site. */
  at(site: Site): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name(site)]
  }

  /** From now on the gateway of the home lets nothing but TCP out for the computer. */
  blockUdpOfComputer(): void {
    run(
      [...this.at('homegw'), 'nft', '-f', '-'],
      'add rule ip filter forward iifname "lan2" meta l4proto udp drop',
    )
  }

  /** What to run to let no UDP pass between the computer and the rest, and to let it pass again. */
  udpOfComputer(): Record<'breaks' | 'mends', readonly (readonly string[])[]> {
    const drop = (side: string) => `add rule ip filter cut ${side} "lan2" meta l4proto udp drop`
    const chain = 'add chain ip filter cut { type filter hook forward priority -1; }'
    const nft = [...this.at('homegw'), 'nft']
    return {
      breaks: [[...nft, [chain, drop('iifname'), drop('oifname')].join('; ')]],
      mends: [[...nft, 'flush chain ip filter cut; delete chain ip filter cut']],
    }
  }

  /** What to run to give the computer another address, as in another network. */
  moveOfComputer(): readonly (readonly string[])[] {
    const ip = [...this.at('computer'), 'ip']
    return [
      [...ip, 'addr', 'del', '192.168.78.10/24', 'dev', 'lan'],
      [...ip, 'addr', 'add', '192.168.78.11/24', 'dev', 'lan'],
      [...ip, 'route', 'add', 'default', 'via', '192.168.78.1'],
    ]
  }

  close(): void {
    for (const site of SITES) spawnSync('ip', ['netns', 'del', this.#name(site)])
  }

  #name(site: Site): string {
    return `${this.#prefix}${site}`
  }

  #build(): void {
    for (const site of SITES) {
      run(['ip', 'netns', 'add', this.#name(site)])
      run([...this.at(site), 'ip', 'link', 'set', 'lo', 'up'])
    }
    for (const [one, other] of CABLES) {
      const peer = ['peer', 'name', other[1], 'netns', this.#name(other[0])]
      run(['ip', '-n', this.#name(one[0]), 'link', 'add', one[1], 'type', 'veth', ...peer])
      for (const [site, name, address] of [one, other]) {
        run(['ip', '-n', this.#name(site), 'addr', 'add', address, 'dev', name])
        run(['ip', '-n', this.#name(site), 'link', 'set', name, 'up'])
      }
    }
    for (const [site, gateway] of ROUTES)
      run(['ip', '-n', this.#name(site), 'route', 'add', 'default', 'via', gateway])
    for (const site of ['officegw', 'homegw'] as const)
      run([...this.at(site), 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'])
    run([...this.at('officegw'), 'nft', '-f', '-'], OFFICE_RULES)
    run([...this.at('homegw'), 'nft', '-f', '-'], HOME_RULES)
  }
}

function run([program = '', ...args]: readonly string[], input = ''): void {
  const result = spawnSync(program, args, { input, encoding: 'utf8' })
  if (result.status === 0) return
  throw new Error(
    `${program} ${args.join(' ')}: ${result.stderr || result.error?.message || 'failed'}`.trim(),
  )
}
