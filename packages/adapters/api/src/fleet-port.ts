// What the interface needs of whoever knows the devices of a company and the advisories about them.
import type { Actor } from '@rufwerk/accounts'
import type {
  EvidenceKey,
  EvidenceWish,
  FleetAdvisories,
  FleetExposure,
  FleetExposureQuery,
  FleetHistory,
  FleetHistoryQuery,
  FleetImported,
  FleetImportQuery,
  FleetIssuer,
  FleetPolicy,
  FleetPolled,
  FleetReceived,
  FleetStop,
  FleetStopped,
} from '@rufwerk/contract/fleet'
import type { Result, TenantId } from '@rufwerk/core'
import type { QuarantineProblem } from './quarantine-port.ts'

/** `busy`: ask again later. `failed`: not done, nothing has changed. */
export type FleetProblem = 'busy' | 'failed'

type Answer<Value> = Promise<Result<Value, FleetProblem>>

export interface FleetPort {
  exposure(tenant: TenantId, query: FleetExposureQuery): Answer<FleetExposure>
  /** The exposure for spreadsheets (RFC 4180). */
  table(tenant: TenantId, language: 'de' | 'en'): Answer<string>
  history(tenant: TenantId, query: FleetHistoryQuery): Answer<FleetHistory>
  import(actor: Actor, format: FleetImportQuery['format'], text: string): Answer<FleetImported>
  advisories(tenant: TenantId): Answer<FleetAdvisories>
  pin(actor: Actor, issuer: FleetIssuer): Answer<FleetReceived>
  unpin(actor: Actor, namespace: string): Answer<FleetReceived>
  /** `address`: where it was published. */
  receive(
    actor: Actor,
    text: string,
    published: { readonly address: string; readonly signature?: string },
  ): Answer<FleetReceived>
  fetch(actor: Actor, address: string): Answer<FleetReceived>
  /** Asks every issuer that names a list what is new. */
  poll(tenant: TenantId): Answer<FleetPolled>
  /** Everybody whom this document, as it stands now, calls affected, and who has an account here. */
  stop(
    actor: Actor,
    stop: FleetStop,
  ): Promise<Result<FleetStopped, QuarantineProblem | FleetProblem | 'unknown-advisory'>>
  /** A signed bundle; `administration`: the log of administration as a file. */
  evidence(actor: Actor, wish: EvidenceWish, administration: Uint8Array): Answer<Uint8Array>
  evidenceKey(): EvidenceKey
  policy(tenant: TenantId): Promise<FleetPolicy>
  setPolicy(tenant: TenantId, policy: FleetPolicy): Answer<void>
}
