// What a file is, by its first bytes: a sound that can be read, a sound that cannot, or something else. The
// name and the type that a browser says count for nothing.

export type ReadableSound = 'wave' | 'mp3' | 'flac' | 'ogg-opus' | 'ogg-flac'

export type FileKind =
  | { readonly is: ReadableSound }
  /** Something else, in words that go into a sentence: "a PNG picture". */
  | { readonly is: 'unreadable'; readonly what: string; readonly isSound: boolean }

interface Mark {
  readonly at: number
  readonly text: string
  readonly what: string
  readonly isSound?: true
}

const OTHERS: readonly Mark[] = [
  { at: 4, text: 'ftyp', what: 'an M4A or MP4 file (AAC)', isSound: true },
  { at: 0, text: 'FORM', what: 'an AIFF file', isSound: true },
  { at: 0, text: 'caff', what: 'a CAF file', isSound: true },
  { at: 0, text: '#!AMR', what: 'an AMR file', isSound: true },
  { at: 0, text: '.snd', what: 'an AU file', isSound: true },
  { at: 0, text: 'MThd', what: 'a MIDI file', isSound: true },
  { at: 0, text: 'wvpk', what: 'a WavPack file', isSound: true },
  { at: 0, text: '\x1a\x45\xdf\xa3', what: 'a WebM or Matroska file', isSound: true },
  { at: 0, text: '\x30\x26\xb2\x75', what: 'a WMA file', isSound: true },
  { at: 0, text: '\x89PNG', what: 'a PNG picture' },
  { at: 0, text: '\xff\xd8\xff', what: 'a JPEG picture' },
  { at: 0, text: 'GIF8', what: 'a GIF picture' },
  { at: 8, text: 'WEBP', what: 'a WebP picture' },
  { at: 8, text: 'AVI ', what: 'an AVI film' },
  { at: 0, text: '%PDF', what: 'a PDF document' },
  { at: 0, text: 'PK\x03\x04', what: 'a ZIP archive or an Office document' },
  { at: 0, text: '\x1f\x8b', what: 'a gzip archive' },
  { at: 0, text: '\x7fELF', what: 'a program' },
  { at: 0, text: 'MZ', what: 'a program' },
]
/** Enough for the head of the first page of an Ogg file. */
const HEAD_BYTES = 256

export function kindOf(bytes: Uint8Array): FileKind {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
  if (head.startsWith('RIFF') && head.startsWith('WAVE', 8)) return { is: 'wave' }
  if (head.startsWith('fLaC')) return { is: 'flac' }
  if (head.startsWith('OggS')) {
    const is = oggKind(head)
    return is ? { is } : { is: 'unreadable', what: oggName(head), isSound: true }
  }
  if (head.startsWith('ID3')) return { is: 'mp3' }
  const other = OTHERS.find(({ at, text }) => head.startsWith(text, at))
  if (other) return { is: 'unreadable', what: other.what, isSound: other.isSound === true }
  if (isMpegFrame(bytes)) return { is: 'mp3' }
  return { is: 'unreadable', what: isText(bytes) ? 'a text' : 'of an unknown kind', isSound: false }
}

function oggKind(head: string): ReadableSound | undefined {
  if (head.includes('OpusHead')) return 'ogg-opus'
  return head.includes('\x7fFLAC') ? 'ogg-flac' : undefined
}

function oggName(head: string): string {
  return head.includes('\x01vorbis') ? 'an Ogg file with Vorbis sound' : 'an Ogg file of an unknown kind'
}

/** Frame sync, a layer, a bit rate and a sampling rate (ISO/IEC 11172-3 §2.4.1.3). */
function isMpegFrame([first = 0, second = 0, third = 0]: Uint8Array): boolean {
  const isSync = first === 0xff && (second & 0xe0) === 0xe0
  const isVersion = (second & 0x18) !== 0x08 && (second & 0x06) !== 0
  return isSync && isVersion && third >> 4 !== 15 && (third & 0x0c) !== 0x0c
}

function isText(bytes: Uint8Array): boolean {
  const isCharacter = (byte: number): boolean => byte >= 9 && byte !== 127 && (byte < 14 || byte > 31)
  return bytes.length > 0 && bytes.subarray(0, HEAD_BYTES).every(isCharacter)
}
