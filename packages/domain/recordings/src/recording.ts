// A recorded call as the store keeps it, with who agreed to it and who has heard it.
import {
  type CallId,
  type LegId,
  type PersonId,
  type RecordingId,
  type TenantId,
  type WallTime,
  wallTime,
} from '@rufwerk/core'
import type { Talk, TalkParty } from './decide.ts'

/** What proves that a party agreed. */
export interface Evidence {
  readonly leg: LegId
  readonly who: { readonly person: PersonId } | { readonly number?: string; readonly trunk: string }
  readonly at: WallTime
  readonly key: string
  /** Version of the question, its language and its words as they were. */
  readonly version: string
  readonly language: 'de' | 'en'
  readonly wording: string
}

export interface CallRecording {
  readonly recording: RecordingId
  readonly tenant: TenantId
  readonly call: CallId
  readonly startedAt: WallTime
  readonly direction: 'in' | 'out' | 'inside'
  /** Of the house. */
  readonly people: readonly PersonId[]
  /** E.164, of the outside. */
  readonly numbers: readonly string[]
  readonly queue?: string
  readonly trunk?: string
  /** Id, name and days of the purpose as they were then. */
  readonly purpose: { readonly id: string; readonly name: string; readonly keepDays: number }
  /** Who wanted it; absent: a rule. */
  readonly by?: PersonId
  readonly evidence: readonly Evidence[]
  /** The connection of who is recorded broke then; this one goes on with the same consent from its start. */
  readonly continues?: { readonly recording: RecordingId; readonly brokeAt: WallTime }
  /** Absent while it goes on. */
  readonly lengthMs?: number
  /** It is not deleted until that is lifted. */
  readonly hold?: { readonly by: PersonId; readonly at: WallTime; readonly reason: string }
}

export type AccessAct = 'play' | 'download' | 'evidence' | 'delete' | 'hold' | 'release' | 'expire' | 'list'

/** Kept also when the recording is gone. */
export interface RecordingAccess {
  readonly tenant: TenantId
  readonly recording: RecordingId
  readonly at: WallTime
  /** Absent: the system, when its time was over. */
  readonly by?: PersonId
  readonly act: AccessAct
  readonly reason?: string
}

export interface RecordingFilter {
  /** Whose; absent: all of the company. */
  readonly people?: readonly PersonId[]
  /** Also those of these queues. */
  readonly queues?: readonly string[]
  readonly number?: string
  readonly before?: { readonly startedAt: WallTime; readonly recording: RecordingId }
  /** 1 to 100. */
  readonly limit: number
}

export interface RecordingStore {
  add(recording: CallRecording): Promise<boolean>
  end(recording: RecordingId, lengthMs: number): Promise<boolean>
  setHold(recording: RecordingId, hold: CallRecording['hold']): Promise<boolean>
  read(tenant: TenantId, recording: RecordingId): Promise<CallRecording | undefined>
  /** Newest first. */
  list(tenant: TenantId, filter: RecordingFilter): Promise<readonly CallRecording[]>
  /** Those that are not held and whose time is over, at most so many. */
  expired(now: WallTime, limit: number): Promise<readonly CallRecording[]>
  remove(recording: RecordingId): Promise<boolean>
  log(access: RecordingAccess): Promise<boolean>
  /** Newest first, at most 1000. */
  accesses(tenant: TenantId, recording?: RecordingId): Promise<readonly RecordingAccess[]>
  rules(tenant: TenantId): Promise<string | undefined>
  saveRules(tenant: TenantId, rules: string): Promise<boolean>
}

/** What is known of who talks, for a recording of it. */
export function describeTalk(
  talk: Talk,
): Pick<CallRecording, 'direction' | 'people' | 'numbers' | 'queue' | 'trunk'> {
  const parties = [talk.caller, talk.callee]
  const outside = parties.filter((party) => party.kind === 'outside')
  const [first] = outside
  const direction = talk.caller.kind === 'outside' ? 'in' : first ? 'out' : 'inside'
  return {
    direction,
    people: parties.flatMap((party) => (party.kind === 'inside' ? [party.person] : [])),
    numbers: outside.flatMap(({ number }) => number ?? []),
    ...(talk.queue !== undefined && { queue: talk.queue }),
    ...(first && { trunk: first.trunk }),
  }
}

/** A recording that goes on after the connection broke. One in which nothing can be heard is not named. */
export function continued(
  { hold: _, lengthMs = 0, ...broke }: CallRecording,
  recording: RecordingId,
  startedAt: WallTime,
): CallRecording {
  const brokeAt = wallTime(broke.startedAt + lengthMs)
  const continues = lengthMs > 0 ? { recording: broke.recording, brokeAt } : broke.continues
  return { ...broke, recording, startedAt, ...(continues && { continues }) }
}

/** The party that pressed the key, as evidence names it. */
export function whoAgreed(party: TalkParty): Evidence['who'] {
  if (party.kind === 'inside') return { person: party.person }
  const { number, trunk } = party
  return { trunk, ...(number !== undefined && { number }) }
}
