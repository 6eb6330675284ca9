// How carriers are reached, for admins over HTTP: the file in the data folder is what holds it, written whole
// and with sealed passwords; whoever follows the file sees to the rest.
import { X509Certificate } from 'node:crypto'
import type { TrunkDesk, TrunkRefusal } from '@rufwerk/api/trunks'
import { TRUNKS_MAX, type TrunkEntry } from '@rufwerk/contract/trunk-file'
import type { Trunk, TrunkSettings } from '@rufwerk/contract/trunks'
import { fail, type Log, ok, type Result, type TenantId } from '@rufwerk/core'
import { planTrunk, type TrunkState } from '@rufwerk/legs/trunks'
import type { Seal } from '@rufwerk/store'
import { settingsOf } from '../trunk-file.ts'
import { openPassword, putTrunkFile, sealPasswords, trunkFileText } from './trunk-secrets.ts'
import { hasPassword, isMoved, readEntries, withoutSecrets } from './trunks.ts'

export interface TrunkDeskParts {
  readonly path: string
  readonly tenant: { readonly id: TenantId; readonly country: 'de' | 'us' }
  readonly seal: Seal
  /** Undefined where nothing is known of it yet. */
  readonly stateOf: (trunk: string) => TrunkState | undefined
  /** For User-Agent. */
  readonly product: string
  readonly log: Log
}

type Entries = readonly TrunkEntry[]

export class TrunkFileDesk implements TrunkDesk {
  readonly #parts: TrunkDeskParts
  /** One change after the other: each begins with what the one before has written. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: TrunkDeskParts) {
    this.#parts = parts
  }

  async list(): Promise<Result<readonly Trunk[], TrunkRefusal>> {
    const entries = await readEntries(this.#parts.path)
    return entries === undefined
      ? fail({ code: 'unreadable' })
      : ok(entries.map((entry) => this.#viewOf(entry)))
  }

  save(given: TrunkSettings, isNew: boolean): Promise<Result<Trunk, TrunkRefusal>> {
    return this.#change((known) => {
      const before = known.find(({ id }) => id === given.id)
      if (isNew === (before !== undefined)) return fail({ code: isNew ? 'taken' : 'not-there' })
      if (isNew && known.length >= TRUNKS_MAX) return fail({ code: 'too-many' })
      const kept = given.password === undefined ? before?.passwordSealed : undefined
      if (given.password === undefined && isMoved(given, known))
        return wrong('password', 'The password is for another server or user; please enter it again.')
      const plain = given.password === undefined ? before?.password : given.password
      const entry: TrunkEntry = {
        ...given,
        ...(plain !== undefined && { password: plain }),
        ...(kept !== undefined && { passwordSealed: kept }),
      }
      const trouble = this.#troubleOf(entry)
      if (trouble !== undefined) return trouble
      const next = before ? known.map((one) => (one.id === given.id ? entry : one)) : [...known, entry]
      return ok({ next, answer: () => this.#viewOf(entry) })
    }, given.id)
  }

  remove(id: string): Promise<Result<undefined, TrunkRefusal>> {
    return this.#change((known) => {
      const next = known.filter((one) => one.id !== id)
      return next.length === known.length
        ? fail({ code: 'not-there' })
        : ok({ next, answer: () => undefined })
    }, id)
  }

  #change<T>(
    act: (known: Entries) => Result<{ readonly next: Entries; readonly answer: () => T }, TrunkRefusal>,
    trunk: string,
  ): Promise<Result<T, TrunkRefusal>> {
    const { path, seal, log } = this.#parts
    const change = async (): Promise<Result<T, TrunkRefusal>> => {
      const known = await readEntries(path)
      if (known === undefined) return fail({ code: 'unreadable' })
      const wanted = act(known)
      if (!wanted.ok) return wanted
      const { next, answer } = wanted.value
      if (!(await putTrunkFile(path, trunkFileText(sealPasswords(next, seal) ?? next), log)))
        return fail({ code: 'not-stored' })
      log.info('trunk changed', { trunk })
      return ok(answer())
    }
    const done = this.#last.then(change)
    this.#last = done.catch(() => undefined)
    return done
  }

  /** What no carrier could be reached with. */
  #troubleOf(entry: TrunkEntry): Result<never, TrunkRefusal> | undefined {
    const { tenant, seal, product } = this.#parts
    const planned = planTrunk(settingsOf(openPassword(entry, seal), tenant), product)
    if (!planned.ok)
      return wrong(planned.error, `The trunk cannot be so: ${planned.error} is missing or wrong.`)
    if (entry.authorities?.every(isCertificate) === false)
      return wrong('authorities', 'The authorities are not certificates in PEM.')
    return undefined
  }

  #viewOf(entry: TrunkEntry): Trunk {
    const { isUp = false, calls = 0, problem } = this.#parts.stateOf(entry.id) ?? {}
    return {
      ...withoutSecrets(entry),
      ...{ hasPassword: hasPassword(entry), isUp, calls },
      ...(problem && { problem }),
    }
  }
}

function wrong(field: string, sentence: string): Result<never, TrunkRefusal> {
  return fail({ code: 'wrong', field, sentence })
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}
