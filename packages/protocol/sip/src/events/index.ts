// The door for subscriptions (RFC 6665): what a SUBSCRIBE is answered, when NOTIFY goes, and the bodies of
// the packages. Pure functions and values; nothing here touches a socket, clock, timer or source of
// randomness.
export {
  changedDialogs,
  DIALOG_INFO_TYPE,
  type DialogReport,
  type WatchedDialog,
  type WatchedParty,
  writeDialogInfo,
} from './dialog-info.ts'
export {
  answerSubscribe,
  EVENT_PACKAGES,
  type EventName,
  type EventPackage,
  readEvent,
  SUBSCRIBE_LIMITS,
  type SubscribeGrant,
  type SubscribeLimits,
  type SubscriptionCount,
  writeEvent,
} from './event-package.ts'
export { MESSAGE_SUMMARY_TYPE, type MessageCounts, writeMessageSummary } from './message-summary.ts'
export {
  type EndReason,
  type Notifier,
  type NotifierInput,
  type NotifierOutput,
  newNotifier,
  stepNotifier,
} from './notifier.ts'
