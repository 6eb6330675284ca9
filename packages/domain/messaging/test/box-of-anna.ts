// A box with one owner, and messages for it.
import { ms, type PersonId, type RecordingId, seconds, wallTime } from '@rufwerk/core'
import type { Box, BoxId, Message, MessageId } from '@rufwerk/messaging'

export const ANNA = 'anna' as PersonId
export const NOW = wallTime(Date.UTC(2026, 5, 15, 12))
export const DAY_MS = 86_400_000

export const BOX: Box = {
  id: 'box' as BoxId,
  name: 'Anna',
  kind: 'personal',
  owners: [ANNA],
  hasPin: true,
  asksPinInside: false,
  callsBackFromOutside: false,
  greetings: {},
  takesMessages: true,
  longestMessage: seconds(180),
  messagesMax: 100,
  retention: {},
}

export function recording(name: string): RecordingId {
  return name as RecordingId
}

export function message(id: string, change: Partial<Message> = {}): Message {
  return {
    id: id as MessageId,
    recording: recording(`sound of ${id}`),
    receivedAt: wallTime(NOW - 3_600_000),
    length: ms(20_000),
    from: '+4930123456',
    isUrgent: false,
    ...change,
  }
}

/** How much is in a box with these. */
export function filled(messages: readonly Message[]) {
  return { messages: messages.length, length: ms(messages.reduce((sum, { length }) => sum + length, 0)) }
}
