// What the interface needs of whoever searches logs for what an attack leaves behind.
import type { Actor } from '@rufwerk/accounts'
import type { CaseSearches, IndicatorsRead, SearchResult } from '@rufwerk/contract/searches'
import type { Result, TenantId } from '@rufwerk/core'

export type SearchProblem =
  | 'busy'
  | 'failed'
  | 'unknown-case'
  | 'full'
  | 'nothing'
  | 'no-indicators'
  | 'unreadable'

type Answer<Value> = Promise<Result<Value, SearchProblem>>

export interface SearchPort {
  addIndicators(actor: Actor, id: string, name: string, bytes: Uint8Array): Answer<IndicatorsRead>
  searchLog(actor: Actor, id: string, name: string, bytes: Uint8Array): Answer<SearchResult>
  /** Over what is known of the devices. */
  searchOwn(actor: Actor, id: string): Answer<SearchResult>
  searches(tenant: TenantId, id: string): Answer<CaseSearches>
}
