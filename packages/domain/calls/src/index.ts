export {
  CALLS_MAX,
  CALLS_PER_DEVICE_MAX,
  CALLS_PER_TRUNK_MAX,
  Exchange,
} from './exchange.ts'
export type { ExchangePorts, IncomingLeg } from './exchange-ports.ts'
export {
  ANNOUNCEMENT_TIME,
  CALL_TIME_MAX,
  DIALS_MAX,
  END_TONE_TIME,
  ENDING_TIME,
  FORKS_MAX,
  KEYS_MAX,
  PARK_TIME,
  REPLANS_MAX,
  RINGS_MAX,
  SETTING_TIME,
  TRUNK_SILENT_TIME,
} from './limits.ts'
export { PERFORMED_CODES, PERFORMED_SERVICES } from './performed.ts'
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
  SettingAnswer,
  SettingsPort,
  StoredLeg,
} from './ports.ts'
export { cdrAfterRestart, type UnfinishedCall } from './restored.ts'
