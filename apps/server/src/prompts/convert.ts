// A file of somebody becomes a prompt: told what it is, decoded, levelled, written as a wave file.
import { fail, ok, type Result } from '@rufwerk/core'
import { PROMPT_RATE, preparePrompt, writeWav } from '@rufwerk/engine/prepare'
import { decodeSound } from './decode.ts'
import type { ConvertRefusal } from './refusals.ts'
import { kindOf } from './sound-file.ts'

export async function convert(
  bytes: Uint8Array,
  use: 'speech' | 'music',
): Promise<Result<Uint8Array, ConvertRefusal>> {
  const kind = kindOf(bytes)
  if (kind.is === 'unreadable')
    return fail({ why: kind.isSound ? 'unreadable-sound' : 'no-sound', what: kind.what })
  const decoded = await decodeSound(kind.is, bytes)
  if (!decoded.ok) return fail({ why: decoded.error })
  const prepared = preparePrompt(decoded.value, use)
  if (!prepared.ok) return fail({ why: prepared.error })
  return ok(writeWav({ rate: PROMPT_RATE, samples: prepared.value }))
}
