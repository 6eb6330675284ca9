// For whoever makes prompts: no sockets, no native code.
export { parseWav, writeG722Wav, writeWav } from '../sound/wav.ts'
export { loudnessOf, MUSIC_LUFS, SPEECH_LUFS } from './loudness.ts'
export {
  PROMPT_RATE,
  PROMPT_SECONDS_MAX,
  type PrepareError,
  preparePrompt,
  type RawSound,
  SOUND_RATE_MAX,
  SOUND_RATE_MIN,
} from './prepare.ts'
export { readWave, type WaveError } from './wave-file.ts'
