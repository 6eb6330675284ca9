// Voicemail boxes as data: whose they are, what callers hear, how much fits in, how long it is kept. Who
// stores them and where the sound lies is not decided here.
import { fail, type Ms, ok, type PersonId, type RecordingId, type Result, type WallTime } from '@rufwerk/core'
import {
  BOX_LENGTH_MAX,
  BOX_NAME_CHARS_MAX,
  MESSAGE_LONGEST_MAX,
  MESSAGE_LONGEST_MIN,
  MESSAGE_SHORTEST,
  MESSAGES_PER_BOX_MAX,
  OWNERS_PER_BOX_MAX,
  RETENTION_DAYS_MAX,
} from './limits.ts'
import { isAddress } from './mail/mail.ts'

export type BoxId = string & { readonly kind: 'voicemail-box' }
export type MessageId = string & { readonly kind: 'voicemail-message' }

/** Greetings that can be recorded. Without any of them a standard one is played. */
export const GREETING_KINDS = ['own', 'busy', 'closed', 'temporary'] as const
export type GreetingKind = (typeof GREETING_KINDS)[number]

export interface Box {
  readonly id: BoxId
  readonly name: string
  /** A personal box has one owner; a shared one has several, who see the same new and old messages. */
  readonly kind: 'personal' | 'shared'
  readonly owners: readonly PersonId[]
  /** Without a PIN the box is reached from its owners' phones only. */
  readonly hasPin: boolean
  /** Ask for the PIN also on an owner's phone. */
  readonly asksPinInside: boolean
  /** Call back also for who came in by PIN, from any telephone. It costs the company money. */
  readonly callsBackFromOutside: boolean
  readonly greetings: Readonly<Partial<Record<GreetingKind, RecordingId>>>
  /** Until when the temporary greeting counts; without end when absent. */
  readonly temporaryUntil?: WallTime
  /** False: the box says its greeting and takes no messages. */
  readonly takesMessages: boolean
  readonly longestMessage: Ms
  readonly messagesMax: number
  readonly retention: Retention
  /** Each new message is told by mail; absent: none is. */
  readonly mail?: BoxMail
}

export interface BoxMail {
  /** One address. */
  readonly to: string
  /** With the sound of the message. */
  readonly attachesSound: boolean
  /** When the mail server has taken the mail with the sound, the message goes from the box. */
  readonly deletesAfter: boolean
}

/** Whole days; kept without end when absent. */
export interface Retention {
  /** After a message was heard. */
  readonly oldDays?: number
  /** After a message came, heard or not. */
  readonly allDays?: number
}

export interface Message {
  readonly id: MessageId
  readonly recording: RecordingId
  readonly receivedAt: WallTime
  readonly length: Ms
  /** The caller's number, E.164 or an extension; absent when it was hidden. */
  readonly from?: string
  /** As the caller was called then. */
  readonly name?: string
  readonly isUrgent: boolean
  /** Absent while the message is new. */
  readonly readAt?: WallTime
}

export type BoxProblem =
  | 'name'
  | 'owners'
  | 'personal-box-has-one-owner'
  | 'unreachable-without-pin'
  | 'longest-message'
  | 'messages-max'
  | 'retention'
  | 'mail'

/** The box, or the first thing that is wrong with it. */
export function checkBox(box: Box): Result<Box, BoxProblem> {
  const problem = problemOf(box)
  return problem ? fail(problem) : ok(box)
}

function problemOf(box: Box): BoxProblem | undefined {
  if (!/\S/.test(box.name) || box.name.length > BOX_NAME_CHARS_MAX || /\p{Cc}/u.test(box.name)) return 'name'
  const { owners, longestMessage, messagesMax } = box
  if (owners.length > OWNERS_PER_BOX_MAX || new Set(owners).size !== owners.length) return 'owners'
  if (box.kind === 'personal' && owners.length !== 1) return 'personal-box-has-one-owner'
  if (!box.hasPin && (owners.length === 0 || box.asksPinInside)) return 'unreachable-without-pin'
  if (!(longestMessage >= MESSAGE_LONGEST_MIN && longestMessage <= MESSAGE_LONGEST_MAX))
    return 'longest-message'
  if (!Number.isInteger(messagesMax) || messagesMax < 1 || messagesMax > MESSAGES_PER_BOX_MAX)
    return 'messages-max'
  if (![box.retention.oldDays, box.retention.allDays].every(isRetention)) return 'retention'
  return box.mail === undefined || isBoxMail(box.mail) ? undefined : 'mail'
}

/** What was not sent with a mail is not deleted after it. */
function isBoxMail({ to, attachesSound, deletesAfter }: BoxMail): boolean {
  return isAddress(to) && (attachesSound || !deletesAfter)
}

function isRetention(days: number | undefined): boolean {
  return days === undefined || (Number.isInteger(days) && days >= 1 && days <= RETENTION_DAYS_MAX)
}

export function isOwner(box: Box, person: PersonId): boolean {
  return box.owners.includes(person)
}

/** Whether somebody can have said something in it. */
export function isWorthKeeping(length: Ms): boolean {
  return length >= MESSAGE_SHORTEST
}

/** How long the next message may be; 0 when the box is full. */
export function roomIn(box: Box, filled: { readonly messages: number; readonly length: Ms }): Ms {
  if (filled.messages >= box.messagesMax) return 0 as Ms
  return Math.max(0, Math.min(box.longestMessage, BOX_LENGTH_MAX - filled.length)) as Ms
}
