export { MemoryVoicemailStore } from './memory-voicemail-store.ts'
