// Asks the DNS what `select.ts` needs, by node:dns, within a time; and tries targets one after the other.
import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { fail, type Ms, ok, type Result, seconds } from '@rufwerk/core'
import { errorCode } from '../listen-error.ts'
import type { Timers } from '../timer-wheel.ts'
import { DnsCache, type Kept, type LookupError } from './cache.ts'
import {
  type DnsAnswers,
  fixedTransport,
  hostsOf,
  type NaptrRecord,
  type SrvRecord,
  selectTargets,
  servicesOf,
  type Target,
  type TargetPolicy,
  type Wanted,
} from './select.ts'

export interface SipResolverOptions extends TargetPolicy {
  readonly timers: Timers
  /** From 0 to 1, below 1: shares load by the weights of SRV records. */
  readonly random: () => number
  /** `address` or `address:port`; those of the system unless given. */
  readonly servers?: readonly string[]
  /** How long one `resolve` may take in all; 5 seconds unless given. */
  readonly within?: Ms
}

export interface ResolveError {
  readonly code: 'bad-name' | 'no-such-name' | 'server-failed' | 'timeout' | 'limit'
  readonly message: string
}

const WITHIN: Ms = seconds(5)
/** One question to one server. */
const TRY_MS = 1_500
const TRIES = 2
const ENTRIES_MAX = 2_000
const RESOLVING_MAX = 200
const NO_ANSWER_TTL: Ms = seconds(30)
/** node:dns does not tell the time to live of SRV and NAPTR records. */
const UNKNOWN_TTL: Ms = seconds(60)
const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i

export class SipResolver {
  readonly #options: SipResolverOptions
  readonly #dns = new Resolver({ timeout: TRY_MS, tries: TRIES })
  readonly #cache: DnsCache
  #resolving = 0

  constructor(options: SipResolverOptions) {
    this.#options = options
    this.#cache = new DnsCache(ENTRIES_MAX, () => options.timers.now())
    if (options.servers !== undefined) this.#dns.setServers(options.servers)
  }

  /** What to try to reach `wanted`, in order; at least one. Addresses and `localhost` ask nobody. */
  async resolve(wanted: Wanted): Promise<Result<readonly Target[], ResolveError>> {
    const host = wanted.host.toLowerCase().replace(/\.$/, '')
    if (isIP(host) === 0 && !HOST_NAME.test(host))
      return fail({ code: 'bad-name', message: `${host.slice(0, 100)} is no host name.` })
    if (this.#resolving >= RESOLVING_MAX)
      return fail({ code: 'limit', message: 'Too many names are being looked up.' })
    this.#resolving += 1
    const late = Promise.withResolvers<Result<DnsAnswers, LookupError>>()
    const timer = this.#options.timers.arm(this.#options.within ?? WITHIN, () =>
      late.resolve(fail('timeout')),
    )
    try {
      const answers = await Promise.race([this.#ask({ ...wanted, host }), late.promise])
      if (!answers.ok) return fail(failure(answers.error, host))
      const targets = selectTargets({ ...wanted, host }, answers.value, this.#options, this.#options.random)
      if (targets.length > 0) return ok(targets)
      return fail({ code: 'no-such-name', message: `${host} leads to no address that we can reach.` })
    } finally {
      timer[Symbol.dispose]()
      this.#resolving -= 1
    }
  }

  /** Kept answers and questions under way. */
  size(): number {
    return this.#cache.size() + this.#resolving
  }

  /** Gives up what is being asked. */
  close(): void {
    this.#dns.cancel()
  }

  /** RFC 3263 §4.1 and 4.2: NAPTR unless the URI decides, then SRV, then addresses. */
  async #ask(wanted: Wanted): Promise<Result<DnsAnswers, LookupError>> {
    const naptr = fixedTransport(wanted) === undefined ? await this.#naptr(wanted.host) : ok([])
    if (!naptr.ok) return naptr
    const services = servicesOf(wanted, naptr.value, this.#options)
    const srv = new Map<string, readonly SrvRecord[]>()
    for (const [name, found] of await this.#all(
      services.map(({ name }) => name),
      (name) => this.#srv(name),
    )) {
      // One kind of service may be unknown to a broken server; the others still work.
      if (found.ok) srv.set(name, found.value)
      else if (services.length === 1) return found
    }
    const partly: DnsAnswers = { naptr: naptr.value, srv, addresses: new Map() }
    const hosts = hostsOf(wanted, services, partly)
    const addresses = new Map<string, readonly string[]>()
    let failed: Result<never, LookupError> | undefined
    for (const [host, found] of await this.#all(hosts, (host) => this.#addresses(host))) {
      if (found.ok) addresses.set(host, found.value)
      else failed = found
    }
    const isEmpty = ![...addresses.values()].some((list) => list.length > 0)
    return isEmpty && failed !== undefined ? failed : ok({ ...partly, addresses })
  }

  #all<T>(names: readonly string[], ask: (name: string) => Promise<T>): Promise<[string, T][]> {
    return Promise.all(names.map(async (name): Promise<[string, T]> => [name, await ask(name)]))
  }

  #naptr(host: string): Promise<Result<readonly NaptrRecord[], LookupError>> {
    return this.#cache.get(`NAPTR ${host}`, () =>
      settle(this.#dns.resolveNaptr(host), (values) => ({ values, ttl: UNKNOWN_TTL })),
    )
  }

  #srv(name: string): Promise<Result<readonly SrvRecord[], LookupError>> {
    return this.#cache.get(`SRV ${name}`, () =>
      settle(this.#dns.resolveSrv(name), (values) => ({ values, ttl: UNKNOWN_TTL })),
    )
  }

  /** Both versions of IP at once; one of them is enough. */
  async #addresses(host: string): Promise<Result<readonly string[], LookupError>> {
    if (host === 'localhost' || host.endsWith('.localhost')) return ok(['127.0.0.1', '::1']) // RFC 6761 §6.3
    const both = await Promise.all(
      this.#options.families.map((family) =>
        this.#cache.get(`${family === 4 ? 'A' : 'AAAA'} ${host}`, () => {
          const asked =
            family === 4 ? this.#dns.resolve4(host, { ttl: true }) : this.#dns.resolve6(host, { ttl: true })
          return settle(asked, (records) => ({
            values: records.map(({ address }) => address),
            ttl: seconds(Math.min(...records.map(({ ttl }) => ttl))),
          }))
        }),
      ),
    )
    const found = both.flatMap((one) => (one.ok ? one.value : []))
    const failed = both.find((one) => !one.ok)
    return found.length === 0 && failed !== undefined ? failed : ok(found)
  }
}

/** A name without records is an answer; a silent server is none. */
async function settle<R, T>(
  asked: Promise<R>,
  keep: (records: R) => Kept<T>,
): Promise<Result<Kept<T>, LookupError>> {
  try {
    return ok(keep(await asked))
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENODATA' || code === 'ENOTFOUND') return ok({ values: [], ttl: NO_ANSWER_TTL })
    return fail(code === 'ETIMEOUT' || code === 'ECANCELLED' ? 'timeout' : 'server-failed')
  }
}

function failure(error: LookupError, host: string): ResolveError {
  if (error === 'timeout') return { code: 'timeout', message: `No DNS server answers about ${host}.` }
  return { code: 'server-failed', message: `The DNS servers cannot say where ${host} is.` }
}

/** What became of each target until one worked. */
export type Attempts<T, E> = Result<
  { readonly target: Target; readonly value: T; readonly failed: readonly E[] },
  readonly E[]
>

/**
 * Tries one target after the other until one works (RFC 3263 §4.3). `attempt` decides how long it waits;
 * `mayTryNext` says whether an error lets another server be asked (a refused call does not).
 */
export async function tryTargets<T, E>(
  targets: readonly Target[],
  attempt: (target: Target) => Promise<Result<T, E>>,
  mayTryNext: (error: E) => boolean = () => true,
): Promise<Attempts<T, E>> {
  const failed: E[] = []
  for (const target of targets) {
    const outcome = await attempt(target)
    if (outcome.ok) return ok({ target, value: outcome.value, failed })
    failed.push(outcome.error)
    if (!mayTryNext(outcome.error)) break
  }
  return fail(failed)
}
