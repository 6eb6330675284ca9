// A QueueStore in memory with the rules of the real one; for tests of what is built on it.
import type { TenantId, WallTime } from '@rufwerk/core'
import type { QueueConfig, QueueId } from '../config.ts'
import type { QueueDay, QueueStore, StoredEvent, StoredState } from '../store.ts'

export class MemoryQueueStore implements QueueStore {
  readonly queues = new Map<string, string>()
  readonly states = new Map<TenantId, StoredState>()
  readonly rows: { readonly id: number; readonly tenant: TenantId; readonly row: StoredEvent }[] = []
  readonly ended: { readonly tenant: TenantId; readonly day: QueueDay }[] = []
  /** False: it takes nothing. */
  isWriting = true

  async loadQueues(tenant: TenantId): Promise<readonly unknown[]> {
    const own = [...this.queues].filter(([key]) => key.startsWith(`${tenant} `))
    return own.map(([, text]): unknown => JSON.parse(text))
  }

  async saveQueue(tenant: TenantId, config: QueueConfig): Promise<boolean> {
    if (this.isWriting) this.queues.set(`${tenant} ${config.queue}`, JSON.stringify(config))
    return this.isWriting
  }

  async removeQueue(tenant: TenantId, queue: QueueId): Promise<boolean> {
    if (this.isWriting) this.queues.delete(`${tenant} ${queue}`)
    return this.isWriting
  }

  async loadState(tenant: TenantId): Promise<StoredState | undefined> {
    return this.states.get(tenant)
  }

  async saveState(tenant: TenantId, state: StoredState, events: readonly StoredEvent[]): Promise<boolean> {
    if (!this.isWriting) return false
    this.states.set(tenant, state)
    for (const row of events) this.rows.push({ id: this.rows.length + 1, tenant, row })
    return true
  }

  async events(
    tenant: TenantId,
    of: Parameters<QueueStore['events']>[1],
    { before = Number.POSITIVE_INFINITY, limit }: Parameters<QueueStore['events']>[2],
  ): ReturnType<QueueStore['events']> {
    const own = this.rows.filter(({ id, row, ...at }) => {
      if (at.tenant !== tenant || id >= before) return false
      const { queue, agent } = partsOf(row.event)
      return 'queue' in of ? queue === of.queue : queue === undefined && agent === of.agent
    })
    const page = own.toReversed().slice(0, limit)
    const last = page.at(-1)
    const events = page.map(({ row }) => row)
    return own.length > limit && last ? { events, next: last.id } : { events }
  }

  async endDay(tenant: TenantId, days: readonly QueueDay[], keptSince: WallTime): Promise<boolean> {
    if (!this.isWriting) return false
    for (const day of days) this.ended.push({ tenant, day })
    const kept = this.rows.filter((one) => one.tenant !== tenant || one.row.at >= keptSince)
    this.rows.splice(0, this.rows.length, ...kept)
    return true
  }

  async days(tenant: TenantId, queue: QueueId, limit: number): Promise<readonly QueueDay[]> {
    const own = this.ended.filter((one) => one.tenant === tenant && one.day.queue === queue)
    return own
      .map(({ day }) => day)
      .toSorted((a, b) => b.day - a.day)
      .slice(0, limit)
  }
}

function partsOf(event: StoredEvent['event']): { readonly queue?: string; readonly agent?: string } {
  return event
}
