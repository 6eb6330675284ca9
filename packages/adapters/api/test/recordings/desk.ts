// Recorded calls in memory behind their port, and calls that go on.
import type { RecordingsPort } from '@rufwerk/api'
import {
  type CallId,
  ok,
  type PersonId,
  type RecordingId,
  type Result,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import { type CallRecording, NO_RECORDING, type RecordingRules } from '@rufwerk/recordings'
import { MemoryRecordings } from '@rufwerk/recordings/testing'

const T0 = 1_790_000_000_000

export class RecordingDesk implements RecordingsPort {
  readonly store = new MemoryRecordings()
  readonly opened: RecordingId[] = []
  readonly did: string[] = []
  /** Who talks in which call. */
  readonly talks = new Map<string, PersonId>()
  rules: RecordingRules = NO_RECORDING
  /** What acts are answered. */
  isDone = true
  #count = 0

  rulesOf(): RecordingRules {
    return this.rules
  }

  async changeRules(_: TenantId, rules: RecordingRules): Promise<boolean> {
    this.rules = rules
    return true
  }

  async open(recording: RecordingId): Promise<Result<{ sound: AsyncIterable<Uint8Array> }, string>> {
    this.opened.push(recording)
    return ok({ sound: sound() })
  }

  async erase(
    { tenant, recording }: CallRecording,
    who: { readonly by: PersonId; readonly reason?: string },
  ): Promise<boolean> {
    await this.store.log({ tenant, recording, at: this.wallTime(), act: 'delete', ...who })
    return this.store.remove(recording)
  }

  isIn(call: CallId, person: PersonId): boolean {
    return this.talks.get(call) === person
  }

  mayBegin(call: CallId, person: PersonId): boolean {
    return this.rules.onDemand?.people.includes(person) === true && this.isIn(call, person)
  }

  begin = (call: CallId, by: PersonId) => this.#do(`begin ${call} ${by}`)
  pause = async (call: CallId, isPaused: boolean) => this.#do(`${isPaused ? 'pause' : 'resume'} ${call}`)
  stop = (call: CallId) => this.#do(`stop ${call}`)

  wallTime() {
    return wallTime(T0 + 5_000)
  }

  /** A recording of these people, with its id. */
  async add(
    tenant: TenantId,
    people: readonly PersonId[],
    changes: Partial<CallRecording> = {},
  ): Promise<string> {
    this.#count += 1
    const recording: CallRecording = {
      ...{ recording: `rec-${this.#count}` as RecordingId, tenant, call: 'call-1' as CallId },
      startedAt: wallTime(T0 + this.#count),
      ...{ direction: 'in', people, numbers: ['+4940123'], trunk: 'main' },
      purpose: { id: 'quality', name: 'Qualität', keepDays: 30 },
      evidence: [],
      lengthMs: 5_000,
      ...changes,
    }
    await this.store.add(recording)
    return recording.recording
  }

  #do(what: string): boolean {
    this.did.push(what)
    return this.isDone
  }
}

async function* sound(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('RIFF')
  yield Buffer.from('sound')
}
