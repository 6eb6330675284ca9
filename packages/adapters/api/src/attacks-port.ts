// What the interface needs of whoever watches over attacks on telephony.
import type { Actor } from '@rufwerk/accounts'
import type { AttackSettings, Attacks } from '@rufwerk/contract/attacks'
import type { Result, TenantId } from '@rufwerk/core'

/** A setting that cannot be used, or a disk that is full. */
export type AttackSettingsProblem = { readonly field: string; readonly message: string } | 'not-stored'

export interface AttacksPort {
  /** Undefined: the calls of this company are not served here. */
  view(tenant: TenantId): Attacks | undefined
  /** Ends a block. False when there is none under this id. */
  release(actor: Actor, id: string): boolean
  change(actor: Actor, settings: AttackSettings): Promise<Result<void, AttackSettingsProblem>>
}
