export { MemoryPlanStore } from './memory-plan-store.ts'
