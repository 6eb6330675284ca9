// RecordingStore in memory with the rules of the real one.
import type { RecordingId, TenantId, WallTime } from '@rufwerk/core'
import type { CallRecording, RecordingAccess, RecordingFilter, RecordingStore } from '../recording.ts'
import { isExpired } from '../retention.ts'

export class MemoryRecordings implements RecordingStore {
  readonly recordings = new Map<RecordingId, CallRecording>()
  readonly logged: RecordingAccess[] = []
  readonly #rules = new Map<TenantId, string>()

  async add(recording: CallRecording): Promise<boolean> {
    if (this.recordings.has(recording.recording)) return false
    this.recordings.set(recording.recording, recording)
    return true
  }

  async end(recording: RecordingId, lengthMs: number): Promise<boolean> {
    return this.#change(recording, (known) => ({ ...known, lengthMs }))
  }

  async setHold(recording: RecordingId, hold: CallRecording['hold']): Promise<boolean> {
    return this.#change(recording, ({ hold: _, ...known }) => ({ ...known, ...(hold && { hold }) }))
  }

  async read(tenant: TenantId, recording: RecordingId): Promise<CallRecording | undefined> {
    const known = this.recordings.get(recording)
    return known?.tenant === tenant ? known : undefined
  }

  async list(tenant: TenantId, filter: RecordingFilter): Promise<readonly CallRecording[]> {
    const { people, queues, number, before, limit } = filter
    const isTheirs = (one: CallRecording): boolean =>
      (people === undefined && queues === undefined) ||
      one.people.some((person) => people?.includes(person)) ||
      (one.queue !== undefined && queues?.includes(one.queue) === true)
    return [...this.recordings.values()]
      .filter((one) => one.tenant === tenant && isTheirs(one))
      .filter((one) => number === undefined || one.numbers.includes(number))
      .toSorted(newestFirst)
      .filter((one) => before === undefined || newestFirst(before, one) < 0)
      .slice(0, limit)
  }

  async expired(now: WallTime, limit: number): Promise<readonly CallRecording[]> {
    return [...this.recordings.values()].filter((one) => isExpired(one, now)).slice(0, limit)
  }

  async remove(recording: RecordingId): Promise<boolean> {
    this.recordings.delete(recording)
    return true
  }

  async log(access: RecordingAccess): Promise<boolean> {
    this.logged.push(access)
    return true
  }

  async accesses(tenant: TenantId, recording?: RecordingId): Promise<readonly RecordingAccess[]> {
    const isMeant = (one: RecordingAccess) => recording === undefined || one.recording === recording
    return this.logged.filter((one) => one.tenant === tenant && isMeant(one)).toReversed()
  }

  async rules(tenant: TenantId): Promise<string | undefined> {
    return this.#rules.get(tenant)
  }

  async saveRules(tenant: TenantId, rules: string): Promise<boolean> {
    this.#rules.set(tenant, rules)
    return true
  }

  #change(recording: RecordingId, change: (known: CallRecording) => CallRecording): boolean {
    const known = this.recordings.get(recording)
    if (known === undefined) return false
    this.recordings.set(recording, change(known))
    return true
  }
}

type Placed = Pick<CallRecording, 'startedAt' | 'recording'>

function newestFirst(one: Placed, other: Placed): number {
  return other.startedAt - one.startedAt || (other.recording < one.recording ? -1 : 1)
}
