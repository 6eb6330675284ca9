// Signs the end of each company's log of administration, once a minute when it has grown and whenever
// somebody asks, and gives the log to the API. Each new head is also a line in our own log, so that a copy of
// it leaves this machine where logs are sent on.
import { Readable } from 'node:stream'
import type { ApiPorts } from '@rufwerk/api'
import {
  type Entry,
  genesis,
  publicPem,
  type SignedHead,
  signHead,
  signingKey,
  writeLine,
} from '@rufwerk/audit'
import { isNumber, type PersonalDataSource, type PersonalSearch } from '@rufwerk/calls/records'
import { type Log, minutes, type TenantId, type WallTime } from '@rufwerk/core'
import type { Timers } from '@rufwerk/net'
import type { Store } from '@rufwerk/store'

const SIGN_EVERY = minutes(1)
/** Entries that are erased in one transaction. */
const ERASED_AT_ONCE = 100

type AuditPort = NonNullable<ApiPorts['audit']>

export interface AuditLogParts {
  readonly store: { readonly audit: Store['audit'] }
  /** 32 bytes, for this purpose only. */
  readonly key: Uint8Array
  readonly timers: Pick<Timers, 'arm'>
  readonly wallTime: () => WallTime
  readonly log: Log
}

export class AuditLog implements AuditPort {
  readonly #parts: AuditLogParts
  readonly #key: ReturnType<typeof signingKey>
  readonly #publicPem: string
  /** What the last head of a company covers. */
  readonly #signed = new Map<TenantId, SignedHead>()
  #timer: Disposable | undefined
  #isClosed = false

  constructor(parts: AuditLogParts) {
    this.#parts = parts
    this.#key = signingKey(parts.key)
    this.#publicPem = publicPem(this.#key)
    this.#arm()
  }

  async page(tenant: TenantId, { before, limit }: Parameters<AuditPort['page']>[1]) {
    const end = (await this.#endOf(tenant)).seq
    const last = Math.min(before === undefined ? end : before - 1, end)
    const first = Math.max(0, last - limit)
    const entries = (await this.#parts.store.audit.entries(tenant, first)).filter(({ seq }) => seq <= last)
    return { entries: entries.toReversed().map(asShown) }
  }

  async head(tenant: TenantId) {
    const head = await this.#sign(tenant, await this.#endOf(tenant))
    return head && { ...head, key: this.#publicPem }
  }

  async file(tenant: TenantId): Promise<AsyncIterable<string> | undefined> {
    // What is written from now on is not in it: it ends with what the head covers.
    const head = await this.head(tenant)
    return head && this.#lines(tenant, head.seq)
  }

  /** What names people in the log, by their number. */
  personal(): PersonalDataSource {
    const all = (search: PersonalSearch) => this.#concerning(search)
    return {
      name: 'administration',
      find: async (search) => {
        let count = 0
        let oldest: WallTime | undefined
        let newest: WallTime | undefined
        for await (const { at } of all(search)) {
          count += 1
          oldest ??= at as WallTime
          newest = at as WallTime
        }
        return { count, held: 0, ...(oldest && { oldest }), ...(newest && { newest }) }
      },
      async *export(search) {
        for await (const entry of all(search)) {
          const text = `${JSON.stringify(asShown(entry), undefined, 2)}\n`
          yield { path: `${entry.seq}.json`, content: Readable.from([Buffer.from(text)]) }
        }
      },
      erase: async (search) => {
        const seqs = (await Array.fromAsync(all(search))).map(({ seq }) => seq)
        for (let at = 0; at < seqs.length; at += ERASED_AT_ONCE) {
          const some = seqs.slice(at, at + ERASED_AT_ONCE)
          const isErased = await this.#parts.store.audit.erase(search.tenant, some)
          if (!isErased) throw new Error('entries could not be erased')
        }
        return { erased: seqs.length, held: 0, unfinished: 0 }
      },
    }
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
  }

  #arm(): void {
    if (this.#isClosed) return
    this.#timer = this.#parts.timers.arm(SIGN_EVERY, () => void this.#signAll())
  }

  async #signAll(): Promise<void> {
    const { store, log } = this.#parts
    try {
      for (const end of await store.audit.ends()) await this.#sign(end.tenant, end)
    } catch (error) {
      log.error('audit.not-signed', { why: String(error).slice(0, 200) })
    }
    this.#arm()
  }

  async #sign(
    tenant: TenantId,
    { seq, hash }: { readonly seq: number; readonly hash: string },
  ): Promise<SignedHead | undefined> {
    const known = this.#signed.get(tenant)
    if (known?.seq === seq && known.hash === hash) return known
    const { store, wallTime, log } = this.#parts
    const head = signHead({ tenant, seq, hash, at: wallTime() }, this.#key)
    if (!(await store.audit.putHead(head))) return undefined
    this.#signed.set(tenant, head)
    log.info('audit.head', { tenant, seq, hash, signature: head.signature })
    return head
  }

  async #endOf(tenant: TenantId): Promise<{ readonly seq: number; readonly hash: string }> {
    const ends = await this.#parts.store.audit.ends()
    return ends.find((end) => end.tenant === tenant) ?? { seq: 0, hash: genesis(tenant) }
  }

  async *#lines(tenant: TenantId, last: number): AsyncGenerator<string> {
    yield writeLine({ type: 'audit', format: 1, tenant, key: this.#publicPem })
    for (const head of await this.#parts.store.audit.heads(tenant)) {
      if (head.seq <= last) yield writeLine({ type: 'head', ...head })
    }
    let entries = 0
    for await (const entry of this.#entries(tenant)) {
      if (entry.seq > last) break
      entries += 1
      yield writeLine({ type: 'entry', ...entry })
    }
    yield writeLine({ type: 'end', entries })
  }

  async *#entries(tenant: TenantId): AsyncGenerator<Entry> {
    for (let after = 0; ; ) {
      const entries = await this.#parts.store.audit.entries(tenant, after)
      yield* entries
      const last = entries.at(-1)
      if (last === undefined) return
      after = last.seq
    }
  }

  async *#concerning({ tenant, number }: PersonalSearch): AsyncGenerator<Entry> {
    for await (const entry of this.#entries(tenant)) {
      const { told } = entry
      if (told === undefined) continue
      const texts = [told.subject, ...Object.values(told.detail)]
      if (texts.some((text) => isNumber(text, number))) yield entry
    }
  }
}

function asShown({ seq, at, act, told }: Entry) {
  const shown = { seq, at, act, isErased: told === undefined }
  const { actor = '', subject = '', detail = {} } = told ?? {}
  return { ...shown, actor, subject, detail }
}
