export {
  type BoxSettings,
  openVoicemail,
  type Pin,
  type VoicemailBook,
  type VoicemailPorts,
  type VoicemailRefusal,
} from './book.ts'
export {
  type Box,
  type BoxId,
  type BoxMail,
  type BoxProblem,
  checkBox,
  GREETING_KINDS,
  type GreetingKind,
  isWorthKeeping,
  type Message,
  type MessageId,
  type Retention,
  roomIn,
} from './box.ts'
export { BOXES_PER_TENANT_MAX } from './limits.ts'
export { checkPin, PinGuard, type PinHashes, type PinOutcome, type PinProblem } from './pin.ts'
export type {
  DueMessage,
  Filling,
  FoundMessage,
  PinHasher,
  Stored,
  Take,
  TenantBox,
  VoicemailStore,
} from './ports.ts'
export { VOICEMAIL_PROMPTS, type VoicemailPrompt } from './prompts.ts'
export { type Counts, countsOf, expiredMessages } from './summary.ts'
