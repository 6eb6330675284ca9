// Makes the file of a recording in one piece, for tests of what reads it.
import { ChunkCipher, type RecordingHeader, writeHeader } from './format.ts'

/** Sound of each track from the beginning on, in chunks of a second. */
export function recordingFile(
  header: RecordingHeader,
  key: Uint8Array,
  sounds: Partial<Record<RecordingHeader['tracks'][number], Int16Array>>,
): Uint8Array {
  const head = writeHeader(header, Buffer.alloc(32, 9))
  const cipher = new ChunkCipher(key, head)
  const pieces: Uint8Array[] = [head]
  const length = Math.max(...header.tracks.map((track) => sounds[track]?.length ?? 0))
  for (let at = 0; at < length; at += header.rate)
    for (const track of header.tracks) {
      const samples = sounds[track]?.slice(at, at + header.rate) ?? new Int16Array()
      if (samples.length === 0) continue
      pieces.push(cipher.seal({ kind: 'sound', track, positionMs: (at * 1000) / header.rate, samples }))
    }
  const positionMs = (length * 1000) / header.rate
  pieces.push(cipher.seal({ kind: 'end', track: 'received', positionMs, samples: new Int16Array() }))
  return Buffer.concat(pieces)
}
