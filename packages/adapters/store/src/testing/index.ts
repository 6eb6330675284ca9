export { createMemoryStore } from './memory-store.ts'
export { callRecord, storeContract } from './store-contract.ts'
export { type DiskOptions, SimulatedDisk } from './store-in-process.ts'
