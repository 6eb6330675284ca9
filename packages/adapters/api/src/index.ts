export { type Api, createApi } from './api.ts'
export { LIMITS } from './limits.ts'
export type { Peer } from './peer.ts'
export type {
  ApiClock,
  ApiPorts,
  ApiSettings,
  CallHistory,
  CertificatePort,
  DialPlanPort,
  LiveFact,
  LivePort,
  NotReady,
  OperationsPort,
  PhonePort,
  PresenceState,
  QueueDesk,
  QueueRefusal,
} from './ports.ts'
export { CONTENT_SECURITY_POLICY } from './security/headers.ts'
export { type HttpServer, type ServeError, type ServeOptions, serve, type TlsIdentity } from './serve.ts'
export { loadWebApp, type WebApp } from './web/web-app.ts'
