export { assert, unreachable } from './assert.ts'
export { BoundedQueue } from './bounded-queue.ts'
export { Emitter } from './emitter.ts'
export { type Flow, isReliable, type SocketAddress, type TransportName, toldAddress } from './flow.ts'
export {
  type CallId,
  type DeviceId,
  type EndpointId,
  type LegId,
  type PersonId,
  type RecordingId,
  randomId,
  type SessionId,
  type SiteId,
  type TenantId,
} from './ids.ts'
export { createLog, type Log, type LogFields, SILENT_LOG } from './log.ts'
export { createRandomPool } from './random-pool.ts'
export { type Failed, fail, ok, type Result } from './result.ts'
export {
  after,
  between,
  type Env,
  type Instant,
  instant,
  type Ms,
  minutes,
  ms,
  seconds,
  type WallTime,
  wallTime,
} from './time.ts'
