export { MemoryQueueStore } from './memory-queue-store.ts'
