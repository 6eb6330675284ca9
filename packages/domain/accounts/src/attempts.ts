// Counts failed sign-ins per account and per address, so that guessing is slow and a stranger cannot lock a
// person out: an address that signed in to an account before is counted apart.
import { type Ms, ms, type WallTime } from '@rufwerk/core'
import {
  ATTEMPT_KEYS_MAX,
  ATTEMPT_WINDOW,
  ATTEMPTS_PER_ACCOUNT_MAX,
  ATTEMPTS_PER_ADDRESS_MAX,
} from './limits.ts'

interface Count {
  failed: number
  readonly since: WallTime
}

/** What one attempt is counted under. */
export interface AttemptKeys {
  /** Absent for links, which have no account yet. */
  readonly account?: string
  readonly address: string
}

export class Attempts {
  readonly #counts = new Map<string, Count>()
  readonly #trusted = new Set<string>()

  /** Counts the attempt as failed until `succeeded`. Returns how long to wait when there were too many. */
  begin(keys: AttemptKeys, now: WallTime): Ms | undefined {
    const [account, address] = this.#names(keys)
    const wait = Math.max(
      this.#wait(address, ATTEMPTS_PER_ADDRESS_MAX, now),
      account === undefined ? 0 : this.#wait(account, ATTEMPTS_PER_ACCOUNT_MAX, now),
    )
    if (wait > 0) return ms(wait)
    this.#count(address, now)
    if (account !== undefined) this.#count(account, now)
    return undefined
  }

  /** Takes the attempt back and forgets the account's failures from there; the address keeps its others. */
  succeeded(keys: AttemptKeys): void {
    const [account, address] = this.#names(keys)
    const count = this.#counts.get(address)
    if (count) count.failed -= 1
    if (account === undefined) return
    this.#counts.delete(account)
    this.#trust(`${keys.account}|${network(keys.address)}`)
  }

  size(): number {
    return this.#counts.size + this.#trusted.size
  }

  #names(keys: AttemptKeys): [account: string | undefined, address: string] {
    const from = network(keys.address)
    const address = `from ${from}`
    if (keys.account === undefined) return [undefined, address]
    const pair = `${keys.account}|${from}`
    return [this.#trusted.has(pair) ? `known ${pair}` : `account ${keys.account}`, address]
  }

  #wait(name: string, max: number, now: WallTime): number {
    const count = this.#counts.get(name)
    if (!count || count.failed < max) return 0
    return Math.max(0, count.since + ATTEMPT_WINDOW - now)
  }

  #count(name: string, now: WallTime): void {
    const count = this.#counts.get(name)
    if (count && count.since + ATTEMPT_WINDOW > now) {
      count.failed += 1
      return
    }
    this.#counts.delete(name)
    this.#makeRoom(now)
    this.#counts.set(name, { failed: 1, since: now })
  }

  /** The map is in the order of `since`, so the expired and the oldest are in front. */
  #makeRoom(now: WallTime): void {
    for (const [name, count] of this.#counts) {
      if (count.since + ATTEMPT_WINDOW > now && this.#counts.size < ATTEMPT_KEYS_MAX) break
      this.#counts.delete(name)
    }
  }

  #trust(pair: string): void {
    this.#trusted.delete(pair)
    if (this.#trusted.size >= ATTEMPT_KEYS_MAX) {
      const oldest = this.#trusted.values().next()
      if (!oldest.done) this.#trusted.delete(oldest.value)
    }
    this.#trusted.add(pair)
  }
}

/** One customer's network: an IPv4 address, or the /64 of an IPv6 address. */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::') ? Math.max(0, 8 - left.length - right.length) : 0
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
