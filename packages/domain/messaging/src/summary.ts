// What the lamp of a telephone shows of a box: the counts of a message summary (RFC 3842 §5.2), and which
// messages have been kept for long enough. The text of the summary is written where SIP is spoken.
import type { WallTime } from '@rufwerk/core'
import type { Message, MessageId, Retention } from './box.ts'
import { DAY } from './limits.ts'

/** As `Voice-Message: new/old (urgentNew/urgentOld)`; urgent ones are also counted as new or old. */
export interface Counts {
  readonly new: number
  readonly old: number
  readonly urgentNew: number
  readonly urgentOld: number
}

export function countMessages(messages: readonly { isRead: boolean; isUrgent: boolean }[]): Counts {
  const counts = { new: 0, old: 0, urgentNew: 0, urgentOld: 0 }
  for (const { isRead, isUrgent } of messages) {
    if (isRead) counts.old += 1
    else counts.new += 1
    if (isUrgent && isRead) counts.urgentOld += 1
    if (isUrgent && !isRead) counts.urgentNew += 1
  }
  return counts
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
