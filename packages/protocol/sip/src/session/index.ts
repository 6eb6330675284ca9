// The second door of @rufwerk/sip: what extensions put on a call and its requests. Pure functions and values;
// nothing here touches a socket, clock, timer or source of randomness.
export { mayUpdate } from '../dialog/offer-exchange.ts'
export { contactTarget, flowsByInstance } from '../registrar/outbound.ts'
export { bestResponse } from './best-response.ts'
export { type Forwarding, forwardingOf } from './forwarding.ts'
export {
  CALL_OPTION_TAGS,
  hasOptionTag,
  REGISTER_OPTION_TAGS,
  type Refusal,
  refuseExtensions,
} from './option-tags.ts'
export { type Reason, readReasons, writeReason } from './reason.ts'
export { type Receipt, receiveProvisional, reliability } from './reliable-receipt.ts'
export {
  newReliableSender,
  type ReliableInput,
  type ReliableOutput,
  type ReliableSender,
  stepReliable,
} from './reliable-sender.ts'
export {
  answerSession,
  raiseSession,
  SESSION_MIN_S,
  type SessionAgreement,
  type SessionWish,
  sessionAgreed,
  sessionOffer,
} from './session-expires.ts'
export {
  NO_SESSION_TIMER,
  type SessionTimer,
  type SessionTimerOutput,
  stepSessionTimer,
} from './session-timer.ts'
export {
  type DialogState,
  restoreDialog,
  type StoredDialog,
  serialiseDialog,
} from './stored-dialog.ts'
