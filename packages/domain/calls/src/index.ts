export { ENDING_TIME } from './ending.ts'
export {
  CALLS_MAX,
  CALLS_PER_DEVICE_MAX,
  CALLS_PER_TRUNK_MAX,
  Exchange,
  type ExchangePorts,
  type IncomingLeg,
} from './exchange.ts'
export type {
  CallEvent,
  Caller,
  CallJournal,
  CallView,
  Cdr,
  Clock,
  Destination,
  EndCause,
  EndedLeg,
  InsideCaller,
  LegEvent,
  LegPort,
  LegQuality,
  LegSource,
  OutsideCaller,
  StoredLeg,
} from './ports.ts'
export { cdrAfterRestart, type UnfinishedCall } from './restored.ts'
export type { CallEnv, CallInput, CallOutput, CallStep } from './signals.ts'
export type { CallRecord, CallState } from './state.ts'
export { ANNOUNCEMENT_TIME, CALL_TIME_MAX, FORKS_MAX, newCall, step } from './step.ts'
