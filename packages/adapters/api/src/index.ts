export { type Api, createApi } from './api.ts'
export { LIMITS } from './limits.ts'
export type { Peer } from './peer.ts'
export type {
  ApiClock,
  ApiPorts,
  ApiSettings,
  BackupsPort,
  CallHistory,
  CertificatePort,
  ConfigurationPort,
  DialPlanPort,
  LiveFact,
  LivePort,
  MailPort,
  NotReady,
  OperationsPort,
  PhonePort,
  PresenceState,
  PromptDoor,
  PromptRefusal,
  PromptState,
  ProvisioningPort,
  QueueDesk,
  QueueRefusal,
  RecordingsPort,
  RecordsPort,
  RoomDesk,
  RoomRefusal,
  VoicemailPort,
} from './ports.ts'
export { CONTENT_SECURITY_POLICY } from './security/headers.ts'
export { type HttpServer, type ServeError, type ServeOptions, serve, type TlsIdentity } from './serve.ts'
export { type LocalServer, serveLocal } from './serve-local.ts'
export { loadWebApp, type WebApp } from './web/web-app.ts'
