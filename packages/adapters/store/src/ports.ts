// What the store gives beyond the ports of accounts and calls: SIP bindings, call history and its own life.
import type { AccountsStore } from '@rufwerk/accounts'
import type { CallEvent, CallJournal, Cdr, EndedLeg, StoredLeg } from '@rufwerk/calls'
import type { Hold } from '@rufwerk/calls/records'
import type { RoomStore } from '@rufwerk/conferences'
import type { CallId, DeviceId, PersonId, TenantId, WallTime } from '@rufwerk/core'
import type { VoicemailStore } from '@rufwerk/messaging'
import type { QueueStore } from '@rufwerk/queues'
import type { RecordingStore, SoundFileStore } from '@rufwerk/recordings'
import type { OwnSettingsStore } from '@rufwerk/routing/own'
import type { PlanStore } from '@rufwerk/routing/versions'
import type { RecordWriter } from './archive/call-archive.ts'
import type { AuditStore } from './audit/audit-store.ts'

/** A SIP registration; `legs` writes and reads `state`, the store does not look inside. */
export interface StoredBinding {
  readonly tenant: TenantId
  readonly device: DeviceId
  /** Unique within the device. */
  readonly binding: string
  readonly expiresAt: WallTime
  /** Version of the shape of `state`. */
  readonly version: number
  /** At most 4 kB. */
  readonly state: string
}

export interface BindingStore {
  saveBinding(binding: StoredBinding): void
  removeBinding(device: DeviceId, binding: string): void
  /** Those that have not expired at `now`; the others are removed. */
  loadBindings(now: WallTime): Promise<readonly StoredBinding[]>
  /** As in CallJournal: true when everything handed over so far is committed. */
  committed(): Promise<boolean>
}

export interface HistoryPage {
  /** Newest start first. */
  readonly calls: readonly Cdr[]
  /** For the next page; absent at the end. */
  readonly next?: string
}

export interface CallHistory {
  /**
   * Calls that a person made, was meant by, or answered. `limit` 1–100; undefined when the cursor is not
   * ours.
   */
  callsOf(
    tenant: TenantId,
    person: PersonId,
    page: { readonly cursor?: string; readonly limit: number },
  ): Promise<HistoryPage | undefined>
  /** Calls with an outside leg that talked, begun since then: what limits are judged by. Oldest first. */
  spentSince(tenant: TenantId, since: WallTime): Promise<readonly Cdr[]>
  /** One call with its events, oldest first. */
  call(
    tenant: TenantId,
    call: CallId,
  ): Promise<{ readonly cdr: Cdr; readonly events: readonly CallEvent[] } | undefined>
}

/** Records that must stay. */
export interface HoldStore {
  add(hold: Hold): Promise<boolean>
  remove(tenant: TenantId, id: string): Promise<'removed' | 'unknown' | 'not-stored'>
  list(tenant: TenantId): Promise<readonly Hold[]>
}

export interface UnfinishedCall {
  readonly tenant: TenantId
  readonly call: CallId
  /** Oldest first. */
  readonly events: readonly CallEvent[]
}

/** Figures for health and metrics. */
export interface StoreFigures {
  readonly rowsWaiting: number
  readonly waitingMs: number
  readonly commits: number
  readonly rowsCommitted: number
  /** Rows given up because the queue was full or a row was wrong. */
  readonly rowsLost: number
  /** Set while the store cannot write. */
  readonly fault?: 'disk-full' | 'failed'
}

export interface Store {
  readonly accounts: AccountsStore
  readonly audit: AuditStore
  readonly journal: CallJournal
  readonly bindings: BindingStore
  readonly history: CallHistory
  readonly dialPlans: PlanStore
  readonly queues: QueueStore
  readonly holds: HoldStore
  readonly records: RecordWriter
  readonly soundFiles: SoundFileStore
  readonly recordings: RecordingStore
  readonly voicemail: VoicemailStore
  readonly rooms: RoomStore
  readonly ownSettings: OwnSettingsStore
  /** Grows by one with every opening of this data folder: media refuses an older call control. */
  readonly generation: number
  /** The legs that were stored when the last run ended, for recovery. */
  loadLegs(): Promise<readonly StoredLeg[]>
  /** Legs of calls that had ended by then, as far as they are still stored: for a while, and not too many. */
  endedLegs(): Promise<readonly EndedLeg[]>
  /** Forgets what is stored of legs that could not be recovered. */
  removeLegs(legs: readonly StoredLeg[]): void
  /** The calls without a CDR when the last run ended: each still needs its `end` ("restart"). */
  unfinishedCalls(): Promise<readonly UnfinishedCall[]>
  /** Drops one of them of which no record can be made, because its beginning is not stored. */
  forgetCall(call: CallId): void
  setting(name: string): Promise<string | undefined>
  saveSetting(name: string, value: string): Promise<boolean>
  figures(): StoreFigures
  /** Calls that have begun and not ended. */
  size(): number
  /** Writes what is waiting, then closes. */
  close(): Promise<void>
}
