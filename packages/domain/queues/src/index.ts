export {
  type AgentId,
  type CallerId,
  checkQueue,
  QUEUE_DEFAULTS,
  type QueueConfig,
  type QueueId,
  type Strategy,
  type SupervisionMode,
  type Target,
} from './config.ts'
export { PAUSED_FOR_MISSES } from './conversations.ts'
export type { QueuesError, QueuesErrorCode } from './errors.ts'
export {
  abandonRate,
  averageWait,
  bucketStart,
  type QueueCounts,
  serviceLevel,
} from './figures/counts.ts'
export { type AgentView, agentView, type QueueView, queueView } from './figures/views.ts'
export { QUEUES_MAX } from './limits.ts'
export { fullness } from './settings.ts'
export type { QueueEnv, QueueEvent, QueueInput, QueueOutput, QueueStep } from './signals.ts'
export { readSnapshot } from './snapshot/read.ts'
export { SNAPSHOT_VERSION, writeSnapshot } from './snapshot/write.ts'
export { newQueueSet, type QueueSet, size } from './state.ts'
export { step } from './step.ts'
export type { QueueDay, QueueStore, StoredEvent, StoredState } from './store.ts'
