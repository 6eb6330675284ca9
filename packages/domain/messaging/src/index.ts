export type { Activity, CallInput, CallOutput, Digit } from './activity.ts'
export {
  type Box,
  type BoxId,
  type BoxProblem,
  checkBox,
  GREETING_KINDS,
  type GreetingKind,
  type Message,
  type MessageId,
  type RecordingId,
  type Retention,
} from './box.ts'
export { type LeaveOutput, type LeaveState, type LeaveStep, openLeave, stepLeave } from './leave.ts'
export type { MenuAccess, MenuInput, MenuOutput, MenuState, MenuStep } from './menu/state.ts'
export { type MenuOpening, openMenu, stepMenu } from './menu/step.ts'
export { checkPin, PinGuard, type PinHashes, type PinOutcome, type PinProblem } from './pin.ts'
export { type Arrival, greetingFor, type Prompt, VOICEMAIL_PROMPTS, type VoicemailPrompt } from './prompts.ts'
export { type Counts, countsOf, expiredMessages } from './summary.ts'
