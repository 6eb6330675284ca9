// Recordings as they go out: names are looked up now.
import type { Directory } from '@rufwerk/accounts'
import type { Recording, RecordingAccesses, RecordingEvidence } from '@rufwerk/contract/recordings'
import type { PersonId } from '@rufwerk/core'
import { type CallRecording, keptUntil, type RecordingAccess } from '@rufwerk/recordings'

export function recordingView(recording: CallRecording, directory: Directory): Recording {
  const { startedAt, lengthMs, direction, queue, trunk, by, hold, purpose, continues } = recording
  const until = keptUntil(recording)
  return {
    id: recording.recording,
    call: recording.call,
    startedAt,
    ...(lengthMs !== undefined && { lengthMs }),
    direction,
    people: recording.people.map((person) => somebody(person, directory)),
    numbers: [...recording.numbers],
    ...(queue !== undefined && { queue }),
    ...(trunk !== undefined && { trunk }),
    purpose: { ...purpose },
    ...(by !== undefined && { by: somebody(by, directory) }),
    ...(continues && { continues: { ...continues } }),
    ...(until !== undefined && { keptUntil: until }),
    ...(hold && { hold: { by: somebody(hold.by, directory), at: hold.at, reason: hold.reason } }),
  }
}

export function evidenceView({ evidence }: CallRecording, directory: Directory): RecordingEvidence {
  return {
    evidence: evidence.map(({ who, at, key, version, language, wording }) => ({
      ...('person' in who ? { person: somebody(who.person, directory) } : who),
      ...{ at, key, version, language, wording },
    })),
  }
}

export function accessView(accesses: readonly RecordingAccess[], directory: Directory): RecordingAccesses {
  return {
    accesses: accesses.map(({ recording, at, by, act, reason }) => ({
      ...{ recording, at, act },
      ...(by !== undefined && { by: somebody(by, directory) }),
      ...(reason !== undefined && { reason }),
    })),
  }
}

function somebody(person: PersonId, { byPerson }: Directory): { person: string; name: string } {
  return { person, name: byPerson.get(person)?.name ?? '' }
}
