export { RECORDING_KEY_BYTES, type RecordedTrack } from './format.ts'
export type { PauseSound, Span } from './pauses.ts'
export type { RecordingError, RecordingFault } from './reader.ts'
export {
  factsOf,
  type RecordingFacts,
  type SoundForm,
  type SoundWish,
  soundHeader,
  soundOf,
} from './sound-stream.ts'
