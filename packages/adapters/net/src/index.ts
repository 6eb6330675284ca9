export { localAddresses, type Neighbourhood, neighbourhood, writeSocketAddress } from './address.ts'
export { type AddressRules, advertisedAddress, localNetworks } from './advertise.ts'
export type { AcmeOptions } from './certificates/acme-client.ts'
export type { CertificateAlarm, CertificateError, CertificateSource } from './certificates/errors.ts'
export type { AuthorityCertificate } from './certificates/local-authority.ts'
export {
  type CertificateState,
  CertificateStore,
  type CertificateStoreOptions,
} from './certificates/store.ts'
export type { CertificateFiles } from './certificates/supply.ts'
export type { NetCounts } from './counts.ts'
export { type ResolveError, SipResolver, type SipResolverOptions, tryTargets } from './dns/resolver.ts'
export type { SipTransport, Target, Wanted } from './dns/select.ts'
export { NET_LIMITS, type NetLimits } from './limits.ts'
export type { ConnectError, ListenError } from './listen-error.ts'
export type { Destination } from './outgoing.ts'
export type { FramedItem, Framer, Receiver } from './receiver.ts'
export { SipSockets, type SipSocketsOptions, type WebSocketPeer } from './sip-sockets.ts'
export { type Timers, TimerWheel, type TimerWheelOptions } from './timer-wheel.ts'
export type { TlsIdentity, TlsListenOptions, TlsPeer } from './tls.ts'
export type { ListenOptions } from './udp.ts'
