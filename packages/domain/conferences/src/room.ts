// What a room is set to, and what is wrong with that.
import { fail, type Ms, minutes, ok, type PersonId, type Result, type WallTime } from '@rufwerk/core'
import {
  ROOM_LENGTH_MAX,
  ROOM_LENGTH_MIN,
  ROOM_MEMBERS_MAX,
  ROOM_MODERATORS_MAX,
  ROOM_NAME_CHARS_MAX,
  ROOM_PIN_DIGITS_MAX,
  ROOM_PIN_DIGITS_MIN,
} from './limits.ts'

/** As the dial plan names it. */
export type RoomId = string & { readonly id: 'room' }

export interface RoomSettings {
  readonly room: RoomId
  readonly name: string
  /** Absent: nobody is asked. */
  readonly pin?: string
  /** Makes a moderator of who keys it. Only beside `pin`: else nobody is asked for one. */
  readonly moderatorPin?: string
  /** Moderators by themselves, without a PIN. */
  readonly moderators: readonly PersonId[]
  /** People of the house are asked for the PIN, too. */
  readonly asksInside: boolean
  /** Callers from outside may come in. */
  readonly isOpenToOutside: boolean
  /** 2 to ROOM_MEMBERS_MAX. */
  readonly membersMax: number
  /** The others hear a tone until a moderator is there. */
  readonly waitsForModerator: boolean
  /** With the last moderator everybody leaves. */
  readonly endsWithModerator: boolean
  /** Who comes is muted, moderators excepted. */
  readonly entersMuted: boolean
  /** A tone tells who is there that somebody comes or goes. */
  readonly hasTones: boolean
  /** Not before; absent: always. */
  readonly opensAt?: WallTime
  /** Ends then, for everybody; absent: never. */
  readonly closesAt?: WallTime
  /** From the first member on. */
  readonly lengthMax: Ms
  /** For a while, as a three-way conference: it ends when one is left, or only callers from outside. */
  readonly isPassing?: boolean
}

export const ROOM_DEFAULTS: Omit<RoomSettings, 'room' | 'name'> = {
  moderators: [],
  asksInside: true,
  isOpenToOutside: false,
  membersMax: 30,
  waitsForModerator: false,
  endsWithModerator: false,
  entersMuted: false,
  hasTones: true,
  lengthMax: minutes(12 * 60),
}

export type RoomProblem =
  | 'name-invalid'
  | 'pin-invalid'
  | 'pin-too-simple'
  | 'pin-missing'
  | 'pins-equal'
  | 'outside-without-pin'
  | 'moderator-missing'
  | 'too-many-moderators'
  | 'members-out-of-range'
  | 'length-out-of-range'
  | 'closes-before-it-opens'

/** The field that is meant, with the problem. */
export interface RoomFault {
  readonly field: keyof RoomSettings
  readonly problem: RoomProblem
}

/** The first thing that is wrong. */
export function checkRoom(settings: RoomSettings): Result<RoomSettings, RoomFault> {
  const { name, membersMax, moderators, lengthMax, opensAt, closesAt } = settings
  const fault = (field: keyof RoomSettings, problem: RoomProblem) => fail({ field, problem })
  if (!isName(name)) return fault('name', 'name-invalid')
  const pins = checkPins(settings)
  if (!pins.ok) return pins
  if (moderators.length > ROOM_MODERATORS_MAX) return fault('moderators', 'too-many-moderators')
  const needsModerator = settings.waitsForModerator || settings.endsWithModerator
  if (needsModerator && moderators.length === 0 && settings.moderatorPin === undefined)
    return fault('moderators', 'moderator-missing')
  if (!isWithin(membersMax, 2, ROOM_MEMBERS_MAX)) return fault('membersMax', 'members-out-of-range')
  if (!isWithin(lengthMax, ROOM_LENGTH_MIN, ROOM_LENGTH_MAX)) return fault('lengthMax', 'length-out-of-range')
  if (opensAt !== undefined && closesAt !== undefined && closesAt <= opensAt)
    return fault('closesAt', 'closes-before-it-opens')
  return ok(settings)
}

/** A room that strangers may come into has a PIN: its number can be guessed. */
function checkPins({ pin, moderatorPin, isOpenToOutside }: RoomSettings): Result<undefined, RoomFault> {
  if (pin === undefined && moderatorPin !== undefined) return fail({ field: 'pin', problem: 'pin-missing' })
  if (pin === undefined && isOpenToOutside) return fail({ field: 'pin', problem: 'outside-without-pin' })
  for (const [field, value] of [['pin', pin] as const, ['moderatorPin', moderatorPin] as const]) {
    const problem = value === undefined ? undefined : pinProblem(value)
    if (problem !== undefined) return fail({ field, problem })
  }
  if (pin !== undefined && pin === moderatorPin) return fail({ field: 'moderatorPin', problem: 'pins-equal' })
  return ok(undefined)
}

/** What is guessed first: one digit only, a row up or down, a pair again and again. */
function pinProblem(pin: string): 'pin-invalid' | 'pin-too-simple' | undefined {
  const isLong = pin.length >= ROOM_PIN_DIGITS_MIN && pin.length <= ROOM_PIN_DIGITS_MAX
  if (!/^[0-9]+$/.test(pin) || !isLong) return 'pin-invalid'
  const rows = ['01234567890123456789', '98765432109876543210']
  return /^(\d{1,2})\1+$/.test(pin) || rows.some((row) => row.includes(pin)) ? 'pin-too-simple' : undefined
}

function isName(name: string): boolean {
  return name.trim() === name && name.length > 0 && name.length <= ROOM_NAME_CHARS_MAX
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}
