// The door for trunks: what is set for them, what they need from outside, what is known of carriers.
export { CARRIER_PROFILES, type CarrierProfile } from './profiles.ts'
export {
  type CarrierManner,
  type CarrierPlace,
  planTrunk,
  type TrunkId,
  type TrunkSetting,
  type TrunkSettings,
} from './settings.ts'
export type {
  CarrierNetwork,
  CarrierTls,
  TrunkBook,
  TrunkPorts,
  TrunkProblem,
  TrunkState,
} from './trunk-ports.ts'
