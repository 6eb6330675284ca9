export {
  type ArchivePage,
  type CallArchive,
  openCallArchive,
  type RecordWriter,
  type Swept,
} from './archive/call-archive.ts'
export { AUDIT_PAGE, type AuditStore } from './audit/audit-store.ts'
export { createDemo, type DemoLink, demoLinks } from './demo/create-demo.ts'
export type { StoreError, StoreErrorCode } from './errors.ts'
export { loadMasterKey, type MasterKey } from './master-key.ts'
export { openStore, prepareStore, type StoreOptions, type StoreReady } from './open-store.ts'
export type {
  BindingStore,
  CallHistory,
  HistoryPage,
  HoldStore,
  Store,
  StoredBinding,
  StoreFigures,
  UnfinishedCall,
} from './ports.ts'
export { sealedRooms } from './rooms/sealed-rooms.ts'
export { type Seal, sealWith } from './secrets/sealed.ts'
