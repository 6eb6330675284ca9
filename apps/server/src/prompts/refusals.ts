// Why a file does not become a prompt, in sentences for whoever sent it.
import { PROMPT_SECONDS_MAX, type PrepareError } from '@rufwerk/engine/prepare'
import type { DecodeError } from './decode.ts'

export type ConvertRefusal =
  | { readonly why: 'no-sound' | 'unreadable-sound'; readonly what: string }
  | { readonly why: DecodeError | PrepareError | 'empty' | 'too-slow' }

const SENTENCES: Readonly<Record<ConvertRefusal['why'], string>> = {
  'no-sound': 'The file is {what} and no sound; please send WAV, MP3, FLAC or Ogg Opus.',
  'unreadable-sound':
    'The file is {what}, which cannot be read here; please save it as WAV, MP3, FLAC or Ogg Opus.',
  empty: 'The file is empty.',
  broken: 'The file says that it is a sound, but it is broken or was cut off.',
  coding: 'The sound in the file is coded in a way that cannot be read here; please save it as plain WAV.',
  rate: 'The file names a sampling rate that no sound has.',
  silent: 'There is nothing to be heard in the file.',
  'too-short': 'The sound is shorter than a tenth of a second.',
  'too-long': `The sound is longer than ${PROMPT_SECONDS_MAX} seconds.`,
  'too-slow': 'Converting the file took too long; please save it as plain WAV.',
}

export function sentenceOf(refusal: ConvertRefusal): string {
  return SENTENCES[refusal.why].replace('{what}', 'what' in refusal ? refusal.what : '')
}
