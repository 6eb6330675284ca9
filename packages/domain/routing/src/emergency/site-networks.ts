// Networks of sites, as CIDR writes them (RFC 4632 §3.1, RFC 4291 §2.3), and the site that an address is of.
import { fail, ok, type Result, type SiteId } from '@rufwerk/core'
import { addressBytes, ipBytes } from '@rufwerk/core/ip-address'
import type { SiteRules } from '../dial-plan.ts'

/** The longest text: eight groups, the last two as IPv4, and three digits. */
export const NETWORK_CHARS_MAX = 49

export type NetworkProblem = 'not-a-network' | 'not-whole-network' | 'every-address'

/** A network, whatever it was written like: two texts of the same one have the same key. */
export interface Network {
  /** Bits of its addresses. */
  readonly size: 32 | 128
  /** Bits that all its addresses have in common, at least 1. */
  readonly length: number
  readonly key: string
}

/** Where an address belongs. */
export interface KnownPlace {
  readonly site: SiteId
  /** As the plan writes it. */
  readonly network: string
}

/** Never throws. A zone, a mapped IPv4 address and what is no CIDR are not read. */
export function readNetwork(text: string): Result<Network, NetworkProblem> {
  const [, host = '', bits = ''] = /^([0-9a-fA-F:.]{2,45})\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? []
  const bytes = ipBytes(host)
  const length = Number(bits)
  // An IPv4 address that is written as IPv6 is compared as IPv4, so its network would never fit.
  if (bits === '' || bytes === undefined || addressBytes(host)?.length !== bytes.length)
    return fail('not-a-network')
  const size = sizeOf(bytes)
  if (length > size) return fail('not-a-network')
  if (length === 0) return fail('every-address')
  const value = numberOf(bytes)
  const behind = BigInt(size - length)
  if ((value >> behind) << behind !== value) return fail('not-whole-network')
  return ok({ size, length, key: keyOf(size, length, value) })
}

/** Finds sites by address: for each length of a network that somebody has, one look. */
export class SiteNetworks {
  readonly #byKey = new Map<string, KnownPlace>()
  readonly #lengths: { readonly 32: number[]; readonly 128: number[] } = { 32: [], 128: [] }

  /** What cannot be read is left out; of two sites with the same network the first has it. */
  constructor(sites: readonly SiteRules[]) {
    for (const { site, networks = [] } of sites)
      for (const network of networks) {
        const read = readNetwork(network)
        if (!read.ok || this.#byKey.has(read.value.key)) continue
        const { size, length, key } = read.value
        this.#byKey.set(key, { site, network })
        if (!this.#lengths[size].includes(length)) this.#lengths[size].push(length)
      }
    for (const size of [32, 128] as const) this.#lengths[size].sort((a, b) => b - a)
  }

  /** Nobody has said where anything is. */
  get isEmpty(): boolean {
    return this.#byKey.size === 0
  }

  /** The longest network that the address lies in; undefined outside all, and for what is no address. */
  find(address: string): KnownPlace | undefined {
    const bytes = addressBytes(address)
    if (bytes === undefined || this.isEmpty) return undefined
    const size = sizeOf(bytes)
    const value = numberOf(bytes)
    for (const length of this.#lengths[size]) {
      const found = this.#byKey.get(keyOf(size, length, value))
      if (found !== undefined) return found
    }
    return undefined
  }
}

function sizeOf(bytes: Uint8Array): 32 | 128 {
  return bytes.length === 4 ? 32 : 128
}

function keyOf(size: number, length: number, value: bigint): string {
  return `${size}/${length}/${(value >> BigInt(size - length)).toString(16)}`
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
