// The door for trunks: registering at a carrier and watching it, the digest of requests to it, and the
// numbers of calls to and from it. Pure functions and values; nothing here touches a socket, clock, timer or
// source of randomness.
export {
  type DigestClient,
  type DigestLogin,
  digestAttempt,
  digestHeaders,
  NO_CHALLENGES,
  receiveChallenge,
  receiveNextNonce,
} from '../auth/digest-client.ts'
export {
  type Forwarder,
  readForwarders,
  readPrivacy,
} from './forwarded.ts'
export {
  type CalledSource,
  type CallerSource,
  type CallLines,
  callLines,
  type ReadCaller,
  readCalled,
  readCaller,
  type TrunkCall,
  type TrunkIdentity,
} from './identity.ts'
export {
  isPhoneNumber,
  type NumberForm,
  type PhoneNumber,
  phoneNumberUri,
  readPhoneNumber,
} from './phone-number.ts'
export { newRegistration, stepRegistration } from './register-steps.ts'
export {
  type CarrierBinding,
  carrierRoute,
  planRegistration,
  type RegistrarTarget,
  type Registration,
  type RegistrationOutput,
  type RegistrationPlan,
  type RegistrationSettings,
  registrationStatus,
} from './registration.ts'
export { NO_WATCH, stepWatch, type Watch, type WatchOutput, type WatchSettings } from './watch.ts'
