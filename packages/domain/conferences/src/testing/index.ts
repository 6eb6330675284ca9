export { MemoryRoomStore } from './memory-room-store.ts'
