// What voicemail says: names of prompts that exist in every language, recordings, and what is read out. The
// one who plays them makes sound of it. And which greeting a caller hears.
import type { RecordingId, WallTime } from '@rufwerk/core'
import type { Box } from './box.ts'

export const VOICEMAIL_PROMPTS = [
  ...(['greeting', 'closed', 'tone', 'too-short', 'box-full', 'saved', 'review-keys'] as const),
  ...(['marked-urgent', 'goodbye', 'enter-pin', 'wrong-pin', 'locked', 'no-access', 'wrong-key'] as const),
  ...(['new-messages', 'old-messages', 'main-keys', 'no-messages', 'no-more-messages'] as const),
  ...(['received-at', 'from-number', 'number-hidden', 'message-keys', 'deleted'] as const),
  ...(['may-not-call-back', 'greeting-keys', 'record-greeting', 'recorded-keys', 'greeting-saved'] as const),
  ...(['greeting-removed', 'new-pin', 'repeat-pin', 'pin-changed', 'pins-differ', 'weak-pin'] as const),
  ...(['record-prompt', 'prompt-saved'] as const),
  /** Something could not be stored, or a recording not be read. */
  ...(['not-saved', 'unreadable'] as const),
] as const
export type VoicemailPrompt = (typeof VOICEMAIL_PROMPTS)[number]

export type Prompt =
  | { readonly say: VoicemailPrompt }
  | { readonly recording: RecordingId }
  | { readonly number: number }
  | { readonly time: WallTime }
  /** Read out digit by digit. */
  | { readonly digits: string }

export const say = (prompt: VoicemailPrompt): Prompt => ({ say: prompt })

/** Why a call came to the box. */
export type Arrival = 'no-answer' | 'busy' | 'away' | 'not-registered' | 'closed' | 'direct'

/**
 * A temporary greeting that counts now comes first, then the one for busy or closed, then the own one;
 * without any of them a standard one is said.
 */
export function greetingFor(box: Box, arrival: Arrival, now: WallTime): Prompt {
  const { temporary, busy, closed, own } = box.greetings
  const isTemporary = box.temporaryUntil === undefined || now < box.temporaryUntil
  const special = arrival === 'busy' ? busy : arrival === 'closed' ? closed : undefined
  const recording = (isTemporary ? temporary : undefined) ?? special ?? own
  if (recording !== undefined) return { recording }
  return say(arrival === 'closed' ? 'closed' : 'greeting')
}
