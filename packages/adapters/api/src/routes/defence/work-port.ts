// What the interface needs of whoever knows which versions are allowed, and what is done about advisories.
import type { Actor } from '@rufwerk/accounts'
import type {
  FleetVersions,
  FleetVersionsState,
  Playbook,
  PlaybookAct,
  PlaybookQuery,
} from '@rufwerk/contract/fleet-work'
import type { Result, TenantId } from '@rufwerk/core'
import type { FleetProblem } from '../../fleet-port.ts'

/** A range that cannot be read, as its place in the request; twice the same id. */
export type VersionsProblem = FleetProblem | { readonly place: string }

export type PlaybookProblem =
  | FleetProblem
  | 'unknown-advisory'
  | 'unknown-step'
  | 'unknown-person'
  | 'no-evidence'
  | 'no-owner'
  | 'full'
  | 'too-long'

export interface FleetWorkPort {
  versions(tenant: TenantId): Promise<Result<FleetVersionsState, FleetProblem>>
  setVersions(actor: Actor, wanted: FleetVersions): Promise<Result<FleetVersionsState, VersionsProblem>>
  playbook(tenant: TenantId, of: PlaybookQuery): Promise<Result<Playbook, PlaybookProblem>>
  act(actor: Actor, act: PlaybookAct): Promise<Result<Playbook, PlaybookProblem>>
}
