// What the API needs of trunks.
import type { Trunk, TrunkSettings } from '@rufwerk/contract/trunks'
import type { Result } from '@rufwerk/core'

/** Why something about a trunk was not done. */
export type TrunkRefusal =
  | { readonly code: 'wrong'; readonly field: string; readonly sentence: string }
  | { readonly code: 'taken' | 'not-there' | 'too-many' | 'unreadable' | 'not-stored' }

/** How the carriers of a company are reached. */
export interface TrunkDesk {
  list(): Promise<Result<readonly Trunk[], TrunkRefusal>>
  save(given: TrunkSettings, isNew: boolean): Promise<Result<Trunk, TrunkRefusal>>
  remove(id: string): Promise<Result<undefined, TrunkRefusal>>
}
