// What the lamp of a telephone shows of a box: the counts of a message summary (RFC 3842 §5.2), and which
// messages have been kept for long enough. The text of the summary is written where SIP is spoken.
import type { WallTime } from '@rufwerk/core'
import type { Message, MessageId, Retention } from './box.ts'
import { DAY } from './limits.ts'

/** As `Voice-Message: unheard/heard (urgent/urgent)`; urgent ones are counted among the others, too. */
export interface Counts {
  readonly unheard: number
  readonly heard: number
  readonly urgent: { readonly unheard: number; readonly heard: number }
}

export function countMessages(messages: readonly { isRead: boolean; isUrgent: boolean }[]): Counts {
  const urgent = messages.filter(({ isUrgent }) => isUrgent)
  return { ...countHeard(messages), urgent: countHeard(urgent) }
}

function countHeard(messages: readonly { isRead: boolean }[]): { unheard: number; heard: number } {
  const heard = messages.filter(({ isRead }) => isRead).length
  return { unheard: messages.length - heard, heard }
}

/** The counts of stored messages. */
export function countsOf(messages: readonly Message[]): Counts {
  return countMessages(messages.map(({ readAt, isUrgent }) => ({ isRead: readAt !== undefined, isUrgent })))
}

/** The messages whose time is over, by the moment they came and were heard. */
export function expiredMessages(
  messages: readonly Message[],
  { oldDays, allDays }: Retention,
  now: WallTime,
): MessageId[] {
  const isOver = (since: WallTime | undefined, days: number | undefined) =>
    since !== undefined && days !== undefined && now - since >= days * DAY
  const over = messages.filter(
    ({ receivedAt, readAt }) => isOver(readAt, oldDays) || isOver(receivedAt, allDays),
  )
  return over.map(({ id }) => id)
}
