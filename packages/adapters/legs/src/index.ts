export type { LegCounts } from './counts.ts'
export type { WaitingMessages, WatchedCall, WatchPort } from './events/watch-port.ts'
export { LEG_LIMITS, type LegLimits } from './limits.ts'
export type {
  BindingStore,
  DeviceCredentials,
  DevicePort,
  GatePort,
  Heard,
  IncomingCall,
  LegListener,
  MediaPort,
  Party,
  Sighting,
  SipTransport,
  StoredBinding,
  Timers,
  TracePort,
  TrunkParty,
  UserAgentOptions,
  UserAgentPorts,
} from './ports.ts'
export { closeBooks, type RecoveryParts, type RecoveryStore, recoverCalls } from './recovery/recover-calls.ts'
export {
  type CallTrace,
  SipTrace,
  TRACE_LIMITS,
  type TracedMessage,
  type TraceLimits,
} from './trace/sip-trace.ts'
export { UserAgent } from './user-agent.ts'
