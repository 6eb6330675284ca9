// What goes into the machine of the rooms and what comes out: inputs are facts and wishes, outputs are
// commands in the order in which to perform them, and events to show.
import type { Instant, PersonId, WallTime } from '@rufwerk/core'
import type { RoomId, RoomSettings } from './room.ts'
import type { RoomSet } from './state.ts'

/** One call that has come to a room. */
export type MemberId = string & { readonly id: 'member' }

/** Who is at the other end. */
export interface Guest {
  /** Of the house; absent: a caller from outside. */
  readonly person?: PersonId
  /** Number or name, for those who see the list; absent: hidden. */
  readonly name?: string
}

/** Recordings, named without their language. */
export type RoomPrompt =
  | 'conference-pin'
  | 'conference-pin-wrong'
  | 'conference-blocked'
  | 'conference-closed'
  | 'conference-locked'
  | 'conference-full'
  | 'conference-waiting'
  | 'conference-ended'
  | 'conference-removed'
  | 'conference-muted'
  | 'conference-unmuted'

/** Who wishes something of a room: a moderator, or an admin who need not be in it. */
export interface Asker {
  readonly person: PersonId
  readonly isAdmin: boolean
}

export type RoomAct =
  | { readonly type: 'mute' | 'unmute' | 'kick'; readonly member: MemberId }
  /** Everybody but the moderators. */
  | { readonly type: 'muteAll' | 'unmuteAll' }
  /** Nobody comes in any more but moderators. */
  | { readonly type: 'lock' | 'unlock' }
  /** Everybody leaves. */
  | { readonly type: 'end' }

export type RoomInput =
  /** A new room, or other settings for one; who is there stays. */
  | { readonly type: 'configure'; readonly settings: RoomSettings }
  /** Who is there leaves. */
  | { readonly type: 'remove'; readonly room: RoomId }
  | {
      readonly type: 'enter'
      readonly member: MemberId
      readonly room: RoomId
      readonly guest: Guest
      /** Was in it before a restart: nothing is asked again. */
      readonly isBack?: { readonly isMuted: boolean }
    }
  | { readonly type: 'key'; readonly member: MemberId; readonly key: string }
  /** The prompt is over, or could not be played. */
  | { readonly type: 'heard'; readonly member: MemberId }
  /** Hung up, or was led elsewhere. */
  | { readonly type: 'left'; readonly member: MemberId }
  | { readonly type: 'act'; readonly room: RoomId; readonly by: Asker; readonly act: RoomAct }
  | { readonly type: 'timer' }

/** Why somebody was not let in. */
export type Refusal = 'pin' | 'blocked' | 'closed' | 'outside' | 'locked' | 'full' | 'no-moderator'
/** Why somebody left who was in. */
export type Departure = 'hung-up' | 'kicked' | 'ended' | 'moderator-left' | 'time' | 'removed' | 'alone'

export type RoomOutput =
  /** It hears these alone; `isEarly`: without being answered, as it is sent away at once. `heard` follows. */
  | {
      readonly type: 'play'
      readonly member: MemberId
      readonly prompts: readonly RoomPrompt[]
      readonly isEarly: boolean
    }
  /** It hears the tone of one who waits, alone. */
  | { readonly type: 'wait'; readonly member: MemberId }
  /** It is in the mix of the room from now on, like this; also said when only that changes. */
  | { readonly type: 'join'; readonly member: MemberId; readonly room: RoomId; readonly isMuted: boolean }
  /** Everybody in the mix hears this once. */
  | { readonly type: 'tone'; readonly room: RoomId; readonly tone: 'entry' | 'exit' | 'beep' }
  /** This one alone hears it, in the mix: a tone that goes on, words, or nothing more of both. */
  | {
      readonly type: 'tell'
      readonly room: RoomId
      readonly member: MemberId
      readonly what: 'hold' | 'silence' | RoomPrompt
    }
  /** The call is over; nothing more is said of it. */
  | { readonly type: 'end'; readonly member: MemberId; readonly isRefused: boolean }
  | { readonly type: 'event'; readonly at: WallTime; readonly event: RoomEvent }
  /** The input asked for something that is not possible; nothing changed. */
  | { readonly type: 'refused'; readonly code: 'unknown-room' | 'unknown-member' | 'not-allowed' | 'limit' }
  /** Give `timer` at this instant; it replaces the one before. */
  | { readonly type: 'arm'; readonly at: Instant }
  | { readonly type: 'disarm' }

type OfMember = { readonly room: RoomId; readonly member: MemberId }

export type RoomEvent =
  | (OfMember & { readonly type: 'entered'; readonly isModerator: boolean })
  | (OfMember & { readonly type: 'refused'; readonly why: Refusal })
  /** Exactly one for each `entered`. */
  | (OfMember & { readonly type: 'left'; readonly why: Departure })
  | (OfMember & { readonly type: 'muted' | 'unmuted'; readonly by: 'self' | 'moderator' })
  | { readonly type: 'locked' | 'unlocked'; readonly room: RoomId }

export interface RoomEnv {
  /** Never earlier than in the step before. */
  readonly now: Instant
  readonly at: WallTime
}

/** One step under way. */
export interface Turn {
  readonly set: RoomSet
  readonly env: RoomEnv
  readonly out: RoomOutput[]
}

export function tell(turn: Turn, event: RoomEvent): void {
  turn.out.push({ type: 'event', at: turn.env.at, event })
}
