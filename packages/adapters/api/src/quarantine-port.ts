// What the interface needs of whoever stops devices.
import type { Actor } from '@rufwerk/accounts'
import type { Quarantine, QuarantineActed } from '@rufwerk/contract/quarantine'
import type { DeviceId, Result, TenantId } from '@rufwerk/core'

/** Why something about the quarantine was not done. */
export type QuarantineProblem =
  | 'nobody'
  | 'unknown-device'
  | 'not-stopped'
  | 'unknown-request'
  | 'same-person'
  | 'full'
  | 'not-stored'

export type QuarantineAct =
  | {
      readonly type: 'stop' | 'release' | 'removal'
      readonly devices: readonly DeviceId[]
      readonly why: string
    }
  | { readonly type: 'agree' | 'withdraw'; readonly request: string }

/** Devices that are stopped: they call for help only. */
export interface QuarantinePort {
  view(tenant: TenantId): Quarantine
  /** Stored and in force when it resolves. */
  act(actor: Actor, act: QuarantineAct): Promise<Result<QuarantineActed, QuarantineProblem>>
}
