export type { LegCounts } from './counts.ts'
export { LEG_LIMITS, type LegLimits } from './limits.ts'
export type {
  BindingStore,
  DeviceCredentials,
  DevicePort,
  IncomingCall,
  LegListener,
  MediaPort,
  SipTransport,
  StoredBinding,
  Timers,
  TracePort,
  UserAgentOptions,
  UserAgentPorts,
} from './ports.ts'
export { UserAgent } from './user-agent.ts'
