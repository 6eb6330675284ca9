export type {
  CallEvent,
  Caller,
  CallJournal,
  CallView,
  Cdr,
  Clock,
  EndCause,
  LegEvent,
  LegPort,
  LegQuality,
  LegSource,
  StoredLeg,
} from './ports.ts'
