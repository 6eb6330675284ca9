export { createMemoryStore } from './memory-store.ts'
export { callRecord, storeContract } from './store-contract.ts'
