export {
  CALLS_MAX,
  CALLS_PER_DEVICE_MAX,
  CALLS_PER_TRUNK_MAX,
  Exchange,
} from './exchange/exchange.ts'
export type { ExchangePorts, IncomingLeg } from './exchange/exchange-ports.ts'
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
  ForwardedCall,
  Forwarding,
  InsideCaller,
  LegEvent,
  LegPort,
  LegQuality,
  LegSource,
  MixId,
  OutsideCaller,
  RecorderPort,
  RecordingWish,
  ServicePort,
  SettingAnswer,
  SettingsPort,
  StoredLeg,
  Visit,
  VisitEvent,
  VisitWish,
} from './ports.ts'
export { cdrAfterRestart, type UnfinishedCall } from './restored.ts'
