export { type AccessVerdict, mayAccess, REASON_CHARS_MIN, type Viewer, visibleTo } from './access.ts'
export {
  type Agreement,
  type Asking,
  askConsent,
  CONSENT_KEY,
  type ConsentInput,
  type ConsentStep,
  stepConsent,
} from './consent.ts'
export { type Decision, decide, decideOnDemand, recordedLeg, type Talk, type TalkParty } from './decide.ts'
export { QUESTIONS, type Question } from './question.ts'
export {
  type AccessAct,
  type CallRecording,
  continued,
  describeTalk,
  type Evidence,
  type RecordingAccess,
  type RecordingFilter,
  type RecordingStore,
  whoAgreed,
} from './recording.ts'
export { isExpired, keptUntil } from './retention.ts'
export { NO_RECORDING, type Purpose, type RecordingRules, troublesOf } from './rules.ts'
export type { EndedSound, SoundEnd, SoundFile, SoundFileStore, SoundPurpose } from './sound-file.ts'
