// At the door of a room: who may come in, the PIN, the wait for a moderator.
import { after, ms } from '@rufwerk/core'
import {
  FAREWELL_MAX,
  KEY_WAIT,
  PIN_TRIES,
  ROOM_MEMBERS_MAX,
  ROOM_PIN_DIGITS_MAX,
  WAIT_MAX,
} from './limits.ts'
import { comeBack, comeIn, remember } from './members.ts'
import { isBlocked, noteWrongPin } from './pin-guard.ts'
import { type Refusal, type RoomInput, type RoomPrompt, type Turn, tell } from './signals.ts'
import { insiders, isModerator, type Member, type Room } from './state.ts'

const WORDS: Readonly<Record<Refusal, RoomPrompt>> = {
  pin: 'conference-pin-wrong',
  blocked: 'conference-blocked',
  closed: 'conference-closed',
  outside: 'conference-closed',
  locked: 'conference-locked',
  full: 'conference-full',
  'no-moderator': 'conference-ended',
}

export function enter(turn: Turn, input: RoomInput & { readonly type: 'enter' }): void {
  const { set, env, out } = turn
  const room = set.rooms.get(input.room)
  if (room === undefined || set.members.has(input.member)) {
    out.push({ type: 'refused', code: room === undefined ? 'unknown-room' : 'not-allowed' })
    return
  }
  const { guest, isBack } = input
  const state = { name: 'waiting' } as const
  const member: Member = {
    ...{ id: input.member, room, guest, state },
    ...{ isAnswered: isBack !== undefined, hasModeratorPin: false, deadline: undefined },
  }
  const { settings } = room
  remember(turn, member)
  if (room.members.size > ROOM_MEMBERS_MAX) refuse(turn, member, 'full')
  else if (isBack !== undefined) comeBack(turn, member, isBack.isMuted)
  else if (env.at < (settings.opensAt ?? 0) || env.at >= (settings.closesAt ?? Number.POSITIVE_INFINITY))
    refuse(turn, member, 'closed')
  else if (guest.person === undefined && !settings.isOpenToOutside) refuse(turn, member, 'outside')
  else if (isModerator(member) || !isAsked(room, member)) admit(turn, member)
  else if (isBlocked(room, env.now)) refuse(turn, member, 'blocked')
  else ask(turn, member, PIN_TRIES, ['conference-pin'])
}

function isAsked({ settings }: Room, { guest }: Member): boolean {
  return settings.pin !== undefined && (guest.person === undefined || settings.asksInside)
}

function ask(turn: Turn, member: Member, triesLeft: number, prompts: readonly RoomPrompt[]): void {
  member.state = { name: 'asking', digits: '', triesLeft }
  member.deadline = after(turn.env.now, ms(FAREWELL_MAX + KEY_WAIT))
  member.isAnswered = true
  turn.out.push({ type: 'play', member: member.id, prompts, isEarly: false })
}

/** The prompt is over. */
export function heardAtDoor(turn: Turn, member: Member): void {
  const { state, id } = member
  if (state.name === 'waiting') turn.out.push({ type: 'wait', member: id })
  else if (state.name === 'asking' && state.digits === '') member.deadline = after(turn.env.now, KEY_WAIT)
}

/** The hash key, silence, or as many digits as a PIN can have end it. */
export function keyAtDoor(turn: Turn, member: Member, key: string): void {
  const { state } = member
  if (state.name !== 'asking') return
  if (/^[0-9]$/.test(key)) state.digits += key
  // The star is for who has mistyped.
  if (key === '*') state.digits = ''
  member.deadline = after(turn.env.now, KEY_WAIT)
  if (key === '#' || state.digits.length >= ROOM_PIN_DIGITS_MAX) judge(turn, member)
}

/** What was waited for has not come: a key, or a moderator. */
export function expireAtDoor(turn: Turn, member: Member): void {
  if (member.state.name === 'asking') judge(turn, member)
  else refuse(turn, member, 'no-moderator')
}

function judge(turn: Turn, member: Member): void {
  const { state, room } = member
  if (state.name !== 'asking') return
  const { pin, moderatorPin } = room.settings
  const { digits } = state
  // Others may have guessed meanwhile.
  if (isBlocked(room, turn.env.now)) {
    refuse(turn, member, 'blocked')
    return
  }
  if (digits !== '' && (digits === pin || digits === moderatorPin)) {
    member.hasModeratorPin = digits === moderatorPin
    admit(turn, member)
    return
  }
  if (digits !== '') noteWrongPin(room, turn.env.now)
  const triesLeft = state.triesLeft - 1
  if (triesLeft <= 0) refuse(turn, member, 'pin')
  else
    ask(
      turn,
      member,
      triesLeft,
      digits === '' ? ['conference-pin'] : ['conference-pin-wrong', 'conference-pin'],
    )
}

/** Whoever it is has shown that it may: what remains is whether there is room, and a moderator. */
function admit(turn: Turn, member: Member): void {
  const { room } = member
  const { membersMax, waitsForModerator } = room.settings
  const isLeading = isModerator(member)
  const others = [...room.members.values()].filter(
    (other) => other !== member && (other.state.name === 'inside' || other.state.name === 'waiting'),
  )
  if (room.isLocked && !isLeading) refuse(turn, member, 'locked')
  else if (others.length >= membersMax) refuse(turn, member, 'full')
  else if (waitsForModerator && !isLeading && !insiders(room).some(isModerator)) wait(turn, member)
  else comeIn(turn, member)
}

function wait(turn: Turn, member: Member): void {
  member.state = { name: 'waiting' }
  member.deadline = after(turn.env.now, WAIT_MAX)
  member.isAnswered = true
  turn.out.push({ type: 'play', member: member.id, prompts: ['conference-waiting'], isEarly: false })
}

function refuse(turn: Turn, member: Member, why: Refusal): void {
  const { id, room } = member
  tell(turn, { type: 'refused', room: room.settings.room, member: id, why })
  member.state = { name: 'leaving', isRefused: true }
  member.deadline = after(turn.env.now, FAREWELL_MAX)
  turn.out.push({ type: 'play', member: id, prompts: [WORDS[why]], isEarly: !member.isAnswered })
}
