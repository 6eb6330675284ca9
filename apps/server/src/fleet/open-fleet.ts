// The defence of the company, put together: its thread, what phones say when they register, and the desk.
import { join } from 'node:path'
import type { Accounts } from '@rufwerk/accounts'
import { type Log, minutes, ms, type TenantId, type WallTime } from '@rufwerk/core'
import { Defence, POLL_EVERY_MS, Sightings } from '@rufwerk/defence'
import type { Mailer } from '@rufwerk/messaging/mail'
import type { TimerWheel } from '@rufwerk/net'
import type { Store } from '@rufwerk/store'
import { CasesDesk } from './cases-desk.ts'
import { FleetDesk } from './fleet-desk.ts'
import type { QuarantineDesk } from './quarantine-desk.ts'
import { SearchDesk } from './search-desk.ts'
import { tellAnswer } from './tell-answer.ts'
import { WorkDesk } from './work-desk.ts'

/** How often it is looked whether a case is late; deadlines are hours. */
const LATE_EVERY = minutes(30)

export interface FleetParts {
  /** The data folder. */
  readonly folder: string
  readonly accounts: Accounts
  readonly evidenceSeed: Uint8Array
  readonly store: Store
  readonly quarantine: QuarantineDesk
  readonly timers: TimerWheel
  readonly randomBytes: (size: number) => Uint8Array
  readonly mailerOf: (tenant: TenantId) => Pick<Mailer, 'send'>
  readonly wallTime: () => WallTime
  /** Where somebody publishes who is pinned. */
  readonly onPublishers: (tenant: TenantId, urls: readonly string[]) => void
  readonly log: Log
}

export interface Fleet {
  readonly desk: FleetDesk
  readonly cases: CasesDesk
  readonly work: WorkDesk
  readonly search: SearchDesk
  close(): Promise<void>
}

export function openFleet({ folder, timers, log, ...parts }: FleetParts): Fleet {
  const defence = new Defence(join(folder), log)
  const tell = async (tenant: string, reports: Parameters<Sightings['see']>[0][]): Promise<void> => {
    const taken = await defence.ask('report', { tenant, reports })
    if (taken.ok && taken.value.changes > 0) await desk.changed(tenant as TenantId)
  }
  const sightings = new Sightings({
    arm: (after, callback) => timers.arm(ms(after), callback),
    tell: (tenant, reports) => void tell(tenant, [...reports]),
  })
  const work = new WorkDesk({ ...parts, defence, log })
  const enforceVersions = (tenant: TenantId) => work.enforce(tenant)
  const desk = new FleetDesk({ ...parts, defence, sightings, enforceVersions, log })
  const cases = new CasesDesk({
    ...{ ...parts, defence, log },
    tell: (answered) => tellAnswer({ ...parts, log }, answered),
  })
  const tick = (): void => {
    timers.arm(LATE_EVERY, tick)
    void cases.tick()
  }
  timers.arm(LATE_EVERY, tick)
  const poll = (): void => {
    timers.arm(ms(POLL_EVERY_MS), poll)
    const tenants = parts.accounts.directories().map(({ tenant }) => tenant.id)
    desk.pollAll(tenants).catch((error: unknown) => log.error('fleet.poll', { why: String(error) }))
  }
  timers.arm(ms(POLL_EVERY_MS), poll)
  const search = new SearchDesk({ ...parts, defence })
  return { desk, cases, work, search, close: () => defence.close() }
}
