export { checkConfig } from './check/check-config.ts'
export { DEFAULT_CODES } from './codes.ts'
export type {
  InsideCall,
  Live,
  RoutedCall,
  RoutingConfig,
  RoutingPerson,
  TrunkCall,
  Usage,
} from './config.ts'
export type {
  CodeAction,
  DialPlan,
  HoursState,
  PersonRules,
  PersonState,
  Trunk,
  TrunkId,
} from './dial-plan.ts'
export { EMPTY_DIAL_PLAN } from './dial-plan-index.ts'
export { findByName } from './flow/names.ts'
export type { Flow, FlowId, Target } from './flow-types.ts'
export { normalizeDialled } from './numbers/number.ts'
export { FORWARD_REASONS } from './outside/forwarders.ts'
export { costOf, usageDay } from './outside/limits.ts'
export { DEFAULT_LIMITS } from './outside/payer.ts'
export type {
  Contact,
  Forwarder,
  OutsideCall,
  Plan,
  PlanNode,
  Q850,
  RingMember,
  TrunkAttempt,
  Why,
} from './plan.ts'
export { DIALLED_CHARS_MAX, dialsEmergency, route } from './route.ts'
