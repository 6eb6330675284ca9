// Who may do what with a recording. Least rights: one's own, a supervisor's by rule, an admin's only with a
// reason that is logged.
import type { PersonId } from '@rufwerk/core'
import type { AccessAct, CallRecording } from './recording.ts'
import type { RecordingRules } from './rules.ts'

export interface Viewer {
  readonly person: PersonId
  readonly isAdmin: boolean
}

type Ground = 'own' | 'supervisor' | 'admin'

export type AccessVerdict =
  | { readonly may: true; readonly ground: Ground }
  /** `unknown`: as if there were no such recording. */
  | { readonly may: false; readonly why: 'unknown' | 'reason-needed' | 'held' | 'goes-on' }

type Act = Exclude<AccessAct, 'expire' | 'list'>

/** What somebody may do by which right; the strongest that needs no reason counts. */
const ACTS: Readonly<Record<Ground, readonly Act[]>> = {
  own: ['play', 'download', 'evidence'],
  supervisor: ['play', 'evidence'],
  admin: ['play', 'download', 'evidence', 'delete', 'hold', 'release'],
}

export function mayAccess(
  viewer: Viewer,
  recording: Pick<CallRecording, 'people' | 'queue' | 'hold' | 'lengthMs'>,
  rules: Pick<RecordingRules, 'supervisors'>,
  act: Act,
  reason = '',
): AccessVerdict {
  const ground = groundsOf(viewer, recording, rules).find((one) => ACTS[one].includes(act))
  if (ground === undefined) return { may: false, why: 'unknown' }
  if (ground === 'admin' && reason.trim().length < REASON_CHARS_MIN)
    return { may: false, why: 'reason-needed' }
  if (recording.lengthMs === undefined && act !== 'evidence') return { may: false, why: 'goes-on' }
  return act === 'delete' && recording.hold !== undefined
    ? { may: false, why: 'held' }
    : { may: true, ground }
}

/** Shorter is no reason. */
export const REASON_CHARS_MIN = 5

/** Whose recordings somebody sees in a list without giving a reason. */
export function visibleTo(
  { person }: Viewer,
  { supervisors }: Pick<RecordingRules, 'supervisors'>,
): { readonly people: readonly PersonId[]; readonly queues: readonly string[] } {
  const own = supervisors.filter((one) => one.person === person)
  return {
    people: [...new Set([person, ...own.flatMap(({ people }) => people)])],
    queues: [...new Set(own.flatMap(({ queues }) => queues))],
  }
}

function groundsOf(
  viewer: Viewer,
  { people, queue }: Pick<CallRecording, 'people' | 'queue'>,
  rules: Pick<RecordingRules, 'supervisors'>,
): Ground[] {
  const grounds: Ground[] = []
  if (people.includes(viewer.person)) grounds.push('own')
  const seen = visibleTo(viewer, rules)
  const isSeen = people.some((person) => seen.people.includes(person))
  if (isSeen || (queue !== undefined && seen.queues.includes(queue))) grounds.push('supervisor')
  if (viewer.isAdmin) grounds.push('admin')
  return grounds
}
