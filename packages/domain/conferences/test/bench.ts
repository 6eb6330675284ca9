// Rooms with callers who press keys, and a clock that is moved by hand. What comes out is short words.

import {
  type MemberId,
  newRoomSet,
  ROOM_DEFAULTS,
  type RoomAct,
  type RoomId,
  type RoomInput,
  type RoomOutput,
  type RoomSettings,
  size,
  step,
} from '@rufwerk/conferences'
import { after, type Instant, instant, type Ms, ms, type PersonId, wallTime } from '@rufwerk/core'

export const ROOM = 'room' as RoomId
export const BOSS = 'boss' as PersonId
export const ANNA = 'anna' as PersonId
const START = 1_700_000_000_000

export class Bench {
  readonly set = newRoomSet()
  /** Who is in the mix by the outputs, and whether muted. */
  readonly mix = new Map<MemberId, boolean>()
  /** Who was ended by the machine. */
  readonly ended: string[] = []
  readonly events: string[] = []
  armedAt: Instant | undefined
  now = instant(0)
  #words: string[] = []

  constructor(settings: Partial<RoomSettings> = {}) {
    this.give({ type: 'configure', settings: settingsOf(settings) })
  }

  give(input: RoomInput): this {
    for (const output of step(this.set, input, { now: this.now, at: wallTime(START + this.now) }))
      this.#perform(output)
    return this
  }

  /** `who` of the house, unless it begins with a plus sign. */
  enter(who: string, isBack?: { readonly isMuted: boolean }): this {
    const guest = who.startsWith('+') ? { name: who } : { person: who as PersonId }
    return this.give({ type: 'enter', member: id(who), room: ROOM, guest, ...(isBack && { isBack }) })
  }

  keys(who: string, keys: string): this {
    for (const key of keys) this.give({ type: 'key', member: id(who), key })
    return this
  }

  heard(...who: string[]): this {
    for (const one of who) this.give({ type: 'heard', member: id(one) })
    return this
  }

  left(...who: string[]): this {
    for (const one of who) {
      this.mix.delete(id(one))
      this.give({ type: 'left', member: id(one) })
    }
    return this
  }

  act(act: RoomAct, person = BOSS, isAdmin = false): this {
    return this.give({ type: 'act', room: ROOM, by: { person, isAdmin }, act })
  }

  /** The timer fires as often as it was armed for. */
  pass(time: Ms): this {
    const until = after(this.now, time)
    while (this.armedAt !== undefined && this.armedAt <= until) {
      this.now = instant(Math.max(this.now, this.armedAt))
      this.armedAt = undefined
      this.give({ type: 'timer' })
    }
    this.now = until
    return this
  }

  /** What came out since. */
  take(): string[] {
    return this.#words.splice(0)
  }

  /** Who hears whom. */
  heardBy(who: string): string[] {
    if (!this.mix.has(id(who))) return []
    return [...this.mix].filter(([other, isMuted]) => other !== who && !isMuted).map(([other]) => other)
  }

  inside(): string[] {
    return [...this.mix.keys()]
  }

  size(): number {
    return size(this.set) + (this.armedAt === undefined ? 0 : 1)
  }

  #perform(output: RoomOutput): void {
    switch (output.type) {
      case 'play':
        this.mix.delete(output.member)
        this.#words.push(
          `${output.member} ${output.isEarly ? 'early ' : ''}${short(output.prompts.join(' '))}`,
        )
        break
      case 'wait':
        this.mix.delete(output.member)
        this.#words.push(`${output.member} waits`)
        break
      case 'join':
        this.mix.set(output.member, output.isMuted)
        this.#words.push(`${output.member} ${output.isMuted ? 'muted' : 'in'}`)
        break
      case 'tone':
        this.#words.push(output.tone)
        break
      case 'tell':
        this.#words.push(`${output.member} alone ${short(output.what)}`)
        break
      case 'end':
        this.mix.delete(output.member)
        this.ended.push(output.member)
        this.#words.push(`${output.member} end${output.isRefused ? ' refused' : ''}`)
        break
      case 'event': {
        const { event } = output
        const who = 'member' in event ? `${event.member} ` : ''
        const why = 'why' in event ? ` ${event.why}` : 'by' in event ? ` ${event.by}` : ''
        this.events.push(`${who}${event.type}${why}`)
        break
      }
      case 'refused':
        this.#words.push(`refused ${output.code}`)
        break
      case 'arm':
        this.armedAt = output.at
        break
      case 'disarm':
        this.armedAt = undefined
    }
  }
}

export function settingsOf(settings: Partial<RoomSettings>): RoomSettings {
  return { ...ROOM_DEFAULTS, room: ROOM, name: 'Monday', ...settings }
}

export function id(who: string): MemberId {
  return who as MemberId
}

export function at(time: number) {
  return wallTime(START + time)
}

export const second = (count: number): Ms => ms(count * 1_000)

const short = (prompts: string): string => prompts.replaceAll('conference-', '')
