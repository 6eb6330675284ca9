// The door for trunks: registering at a carrier, and the digest of requests to it. Pure functions and values;
// nothing here touches a socket, clock, timer or source of randomness.
export {
  type DigestClient,
  type DigestLogin,
  digestAttempt,
  digestHeaders,
  NO_CHALLENGES,
  receiveChallenge,
  receiveNextNonce,
} from '../auth/digest-client.ts'
export { newRegistration, stepRegistration } from './register-steps.ts'
export {
  type CarrierBinding,
  carrierRoute,
  planRegistration,
  type RegistrarTarget,
  type Registration,
  type RegistrationInput,
  type RegistrationOutput,
  type RegistrationPlan,
  type RegistrationSetting,
  type RegistrationSettings,
  type RegistrationStatus,
  registrationStatus,
} from './registration.ts'
