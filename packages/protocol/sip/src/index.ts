// The doors of @rufwerk/sip. Nothing here touches a socket, clock, timer or source of randomness.
export {
  answerChallenge,
  DigestAuthenticator,
  type DigestSecret,
  digestHa1,
} from './auth/digest.ts'
export {
  type Dialog,
  dialogAfterResponse,
  dialogFromRequest,
  dialogFromResponse,
  dialogKey,
  nextRequest,
  receiveInDialog,
} from './dialog/dialog.ts'
export { mayInvite, stepInvite } from './dialog/invite-usage.ts'
export { type InviteOutput, type InviteUsage, newInviteUsage } from './dialog/usage.ts'
export { SipError } from './errors.ts'
export { writeBriefly } from './message/brief.ts'
export { Headers } from './message/headers.ts'
export { answerMalformed } from './message/malformed.ts'
export {
  newRequest,
  newResponse,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message/message.ts'
export { parseNameAddr, writeNameAddr } from './message/name-addr.ts'
export { parseMessage } from './message/parse.ts'
export type { ParseError } from './message/parse-error.ts'
export { StreamFramer } from './message/stream.ts'
export { parseUri, type SipUri, writeUri } from './message/uri.ts'
export { writeMessage } from './message/write.ts'
export type { Binding } from './registrar/binding.ts'
export { Registrar, type RegistrarOutput } from './registrar/registrar.ts'
export { TransactionLayer } from './transaction/layer.ts'
export type { TransactionId } from './transaction/match.ts'
export type { TransactionOutput } from './transaction/output.ts'
