// What the interface needs of whoever keeps the cases of a company.
import type { Actor } from '@rufwerk/accounts'
import type {
  CaseAct,
  CaseDetail,
  CaseList,
  SuspicionReceived,
  SuspicionReport,
} from '@rufwerk/contract/cases'
import type { Result, TenantId } from '@rufwerk/core'
import type { FleetProblem } from './fleet-port.ts'
import type { OutsidePort, WarningsPort } from './public/port.ts'

/** Why nothing was done; `busy` and `failed` as with the fleet. */
export type CaseProblem =
  | FleetProblem
  | 'nothing-said'
  | 'unknown-case'
  | 'full'
  /** Who reported it decides nothing about it. */
  | 'reporter'
  | 'same-person'
  | 'no-evidence'
  | 'not-proposed'
  | 'closed'
  | 'answered'

type Answer<Value> = Promise<Result<Value, CaseProblem>>

export interface CasesPort {
  /** Reports of others than people of the company. */
  readonly outside: OutsidePort
  readonly warnings: WarningsPort
  report(actor: Actor, report: SuspicionReport): Answer<SuspicionReceived>
  list(tenant: TenantId): Answer<CaseList>
  detail(tenant: TenantId, id: string): Answer<CaseDetail>
  /** The case afterwards. */
  act(actor: Actor, id: string, act: CaseAct): Answer<CaseDetail>
}
