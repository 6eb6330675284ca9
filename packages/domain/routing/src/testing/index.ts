export { MemoryOwnSettings } from './memory-own-settings.ts'
export { MemoryPlanStore } from './memory-plan-store.ts'
