// Searches of cases, for admins: the thread of the defence reads and compares; here are names for ids.
import type { Accounts, Actor } from '@rufwerk/accounts'
import type { SearchPort, SearchProblem } from '@rufwerk/api/search'
import type { CaseSearches, IndicatorsRead, SearchResult } from '@rufwerk/contract/searches'
import { fail, ok, type PersonId, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { Defence, Search, SearchRefused } from '@rufwerk/defence'

export interface SearchDeskParts {
  readonly defence: Pick<Defence, 'ask'>
  readonly accounts: Pick<Accounts, 'directoryOf'>
  readonly wallTime: () => WallTime
}

type Answer<Value> = Promise<Result<Value, SearchProblem>>

/** How the search over what is known of devices is called. */
const OWN = 'devices'

export class SearchDesk implements SearchPort {
  readonly #parts: SearchDeskParts

  constructor(parts: SearchDeskParts) {
    this.#parts = parts
  }

  async addIndicators(actor: Actor, id: string, name: string, bytes: Uint8Array): Answer<IndicatorsRead> {
    const read = await this.#parts.defence.ask('addIndicators', { ...this.#wish(actor, id, name), bytes })
    if (!read.ok) return read
    if ('refused' in read.value) return fail(read.value.refused)
    return ok({ ...read.value, remarks: [...read.value.remarks] })
  }

  async searchLog(actor: Actor, id: string, name: string, bytes: Uint8Array): Answer<SearchResult> {
    const wish = { ...this.#wish(actor, id, name), bytes }
    return this.#told(actor.tenant, await this.#parts.defence.ask('searchLog', wish))
  }

  async searchOwn(actor: Actor, id: string): Answer<SearchResult> {
    return this.#told(actor.tenant, await this.#parts.defence.ask('searchOwn', this.#wish(actor, id, OWN)))
  }

  async searches(tenant: TenantId, id: string): Answer<CaseSearches> {
    const page = await this.#parts.defence.ask('searches', { tenant, case: id })
    if (!page.ok) return page
    if (page.value === undefined) return fail('unknown-case')
    const { indicators, searches } = page.value
    return ok({
      indicators: indicators.map(({ by, ...file }) => ({ ...file, by: this.#named(tenant, by) })),
      searches: searches.map((search) => this.#view(tenant, search)),
    })
  }

  #wish({ tenant, person: by }: Actor, id: string, name: string) {
    return { tenant, case: id, name, by, at: this.#parts.wallTime() }
  }

  #told(
    tenant: TenantId,
    answer: Result<Search | SearchRefused, 'busy' | 'failed'>,
  ): Result<SearchResult, SearchProblem> {
    if (!answer.ok) return answer
    return 'refused' in answer.value ? fail(answer.value.refused) : ok(this.#view(tenant, answer.value))
  }

  #view(tenant: TenantId, { hits, by, notRead, ...figures }: Search): SearchResult {
    return {
      ...figures,
      notRead: [...notRead],
      by: this.#named(tenant, by),
      hits: hits.map(({ line, time, who, found, origin: { document, place }, seen }) => ({
        ...{ line, who, found, origin: { document, place }, seen },
        ...(time && { time: time.text }),
        ...(time?.at !== undefined && { at: time.at }),
      })),
    }
  }

  /** Who is gone is named by the id. */
  #named(tenant: TenantId, id: string): string {
    return this.#parts.accounts.directoryOf(tenant)?.byPerson.get(id as PersonId)?.name ?? id
  }
}
