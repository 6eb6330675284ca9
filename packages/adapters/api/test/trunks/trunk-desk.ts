// The trunks of a company in memory: what the API needs of them, and no carriers.
import type { TrunkDesk, TrunkRefusal } from '@rufwerk/api/trunks'
import type { Trunk, TrunkSettings } from '@rufwerk/contract/trunks'
import { fail, ok, type Result, type TenantId } from '@rufwerk/core'

/** One for each company, made when it is asked for. */
export function trunkDesks(): (tenant: TenantId) => FakeTrunkDesk {
  const desks = new Map<TenantId, FakeTrunkDesk>()
  return (tenant) => {
    const desk = desks.get(tenant) ?? new FakeTrunkDesk()
    desks.set(tenant, desk)
    return desk
  }
}

export class FakeTrunkDesk implements TrunkDesk {
  readonly #trunks = new Map<string, Trunk>()
  /** What is answered instead of doing anything. */
  refusal: TrunkRefusal | undefined

  async list(): Promise<Result<readonly Trunk[], TrunkRefusal>> {
    return this.refusal ? fail(this.refusal) : ok([...this.#trunks.values()])
  }

  async save({ password, ...entry }: TrunkSettings, isNew: boolean): Promise<Result<Trunk, TrunkRefusal>> {
    if (this.refusal) return fail(this.refusal)
    if (isNew === this.#trunks.has(entry.id)) return fail({ code: isNew ? 'taken' : 'not-there' })
    const trunk = { ...entry, hasPassword: password !== undefined, isUp: false, calls: 0 }
    this.#trunks.set(entry.id, trunk)
    return ok(trunk)
  }

  async remove(id: string): Promise<Result<undefined, TrunkRefusal>> {
    if (this.refusal) return fail(this.refusal)
    return this.#trunks.delete(id) ? ok(undefined) : fail({ code: 'not-there' })
  }

  /** A trunk is there before the first request. */
  put(id: string): string {
    const entry = { id, profile: 'sipgate', account: '1234567t0' } as const
    this.#trunks.set(id, { ...entry, hasPassword: true, isUp: true, calls: 0 })
    return id
  }
}
