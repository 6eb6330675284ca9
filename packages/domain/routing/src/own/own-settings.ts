// What a person has set by code or page: kept over restarts, and the same for every call from then on.
import type { PersonId, TenantId } from '@rufwerk/core'
import type { PersonState } from '../dial-plan.ts'
import type { Target } from '../flow-types.ts'
import type { ForwardProblem } from './own-forward.ts'

export interface OwnSettings {
  readonly state: PersonState
  /** Where every call goes; absent: as the dial plan says for the state. */
  readonly forward?: Target
}

/** Why a setting was not changed. `nobody`: there is no such person. */
export type SettingProblem = ForwardProblem | 'not-stored' | 'nobody'

export const NOTHING_SET: OwnSettings = { state: 'available' }

export interface OwnSettingsStore {
  /** Everybody's who has set something. What cannot be read any more is left out. */
  all(): Promise<readonly (OwnSettings & { readonly tenant: TenantId; readonly person: PersonId })[]>
  /** False: the store cannot write, and nothing has changed. */
  save(tenant: TenantId, person: PersonId, settings: OwnSettings): Promise<boolean>
}
