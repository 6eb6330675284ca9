// What the queues of a tenant need of a store: settings, the state for a restart, events, figures of days.
import type { TenantId, WallTime } from '@rufwerk/core'
import type { AgentId, QueueConfig, QueueId } from './config.ts'
import type { QueueCounts } from './figures/counts.ts'
import type { QueueEvent } from './signals.ts'

/** The state of all queues, as `writeSnapshot` wrote it. */
export interface StoredState {
  /** The day of its figures, in the company's time zone; a number that grows by one each day. */
  readonly day: number
  readonly text: string
}

export interface StoredEvent {
  readonly at: WallTime
  readonly event: QueueEvent
}

/** The figures of a queue on a day that is over. */
export interface QueueDay {
  readonly queue: QueueId
  readonly day: number
  readonly counts: Readonly<QueueCounts>
}

export interface QueueStore {
  /** As they were saved, unread. */
  loadQueues(tenant: TenantId): Promise<readonly unknown[]>
  /** Resolves when it is committed; false when the store cannot take it. */
  saveQueue(tenant: TenantId, config: QueueConfig): Promise<boolean>
  /** Its settings; events and days stay. */
  removeQueue(tenant: TenantId, queue: QueueId): Promise<boolean>
  loadState(tenant: TenantId): Promise<StoredState | undefined>
  /** The state and what has happened before it, in one transaction. */
  saveState(tenant: TenantId, state: StoredState, events: readonly StoredEvent[]): Promise<boolean>
  /**
   * Newest first, at most `limit`; those of a queue, or of an agent and no queue. `before`: of the page
   * before.
   */
  events(
    tenant: TenantId,
    of: { readonly queue: QueueId } | { readonly agent: AgentId },
    page: { readonly before?: number; readonly limit: number },
  ): Promise<{ readonly events: readonly StoredEvent[]; readonly next?: number }>
  /** Days that are over, and events before `keptSince` forgotten, in one transaction. */
  endDay(tenant: TenantId, days: readonly QueueDay[], keptSince: WallTime): Promise<boolean>
  /** The latest first, at most `limit`. */
  days(tenant: TenantId, queue: QueueId, limit: number): Promise<readonly QueueDay[]>
}
