export { MemoryRecordings } from './memory-recordings.ts'
export { MemorySoundFiles } from './memory-sound-files.ts'
