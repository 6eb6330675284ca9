// The conference rooms of a tenant as calls meet them: whoever comes to a room of the dial plan is told to
// the machine of the rooms, and what that says is done to the call: words, the mix, tones, the end. Holds no
// rule of its own; those are in @rufwerk/conferences.
import { createHash } from 'node:crypto'
import type {
  Caller,
  LegPort,
  LegSource,
  MixId,
  ServicePort,
  Visit,
  VisitEvent,
  VisitWish,
} from '@rufwerk/calls'
import {
  type Asker,
  type Guest,
  type MemberId,
  mayModerate,
  newRoomSet,
  type RoomAct,
  type RoomEvent,
  type RoomId,
  type RoomInput,
  type RoomOutput,
  type RoomSettings,
  type RoomView,
  roomView,
  size,
  step,
} from '@rufwerk/conferences'
import {
  between,
  type CallId,
  type Instant,
  type LegId,
  type Log,
  type Ms,
  ms,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'

export interface RoomsParts {
  readonly tenant: TenantId
  readonly clock: { now(): Instant; arm(delay: Ms, callback: () => void): Disposable }
  readonly wallTime: () => WallTime
  readonly log: Log
  readonly wish: (call: CallId, wish: VisitWish) => boolean
  readonly announce: (announcement: Parameters<LegPort['announce']>[0]) => void
  /** The mix that the leg is in by now. */
  readonly mixOf: (leg: LegId) => { readonly mix: MixId; readonly isMuted: boolean } | undefined
  readonly language: () => 'de' | 'en'
  readonly onEvent?: (event: RoomEvent, at: WallTime) => void
}

interface Member {
  readonly leg: LegId
  isAnswered: boolean
  isInMix: boolean
}

/** Rooms for a while, which no dial plan names, begin so. */
export const PASSING_PREFIX = '~'
/** Of a hash, in hexadecimal: 128 bits. */
const MIX_NAME_CHARS = 32
/** Nobody was let in: the caller's phone shows that it was not reached. */
const REFUSED = { status: 480, cause: 21 }
const NORMAL = { status: 200, cause: 16 }
/** The mix could not be joined. */
const NO_MIX = { status: 503, cause: 42 }

export class Rooms implements ServicePort {
  readonly #parts: RoomsParts
  readonly #set = newRoomSet()
  /** Removed when the call has left. */
  readonly #members = new Map<CallId, Member>()
  #timer: Disposable | undefined

  constructor(parts: RoomsParts, settings: readonly RoomSettings[]) {
    this.#parts = parts
    for (const room of settings) this.configure(room)
  }

  configure(settings: RoomSettings): void {
    this.#give({ type: 'configure', settings })
  }

  remove(room: RoomId): void {
    this.#give({ type: 'remove', room })
  }

  /** A code of `refused`, or undefined. */
  act(room: RoomId, by: Asker, act: RoomAct): RefusedCode | undefined {
    return this.#give({ type: 'act', room, by, act })
  }

  mayModerate(room: RoomId, by: Asker): boolean {
    return mayModerate(this.#set, room, by)
  }

  view(room: RoomId): RoomView | undefined {
    return roomView(this.#set, room)
  }

  enter({ call, leg, caller, node, isAnswered }: Visit): boolean {
    if (node.do !== 'conference') return false
    return this.admit(call, leg, caller, node.room as RoomId, isAnswered)
  }

  /** False: there is no such room. */
  admit(call: CallId, leg: LegId, caller: Caller, room: RoomId, isAnswered: boolean): boolean {
    const before = isAnswered ? this.#parts.mixOf(leg) : undefined
    const isBack = before?.mix === this.mixIdOf(room) ? { isMuted: before.isMuted } : undefined
    this.#members.set(call, { leg, isAnswered, isInMix: isBack !== undefined })
    const member = memberOf(call)
    const guest = guestOf(caller)
    const refused = this.#give({ type: 'enter', member, room, guest, ...(isBack && { isBack }) })
    if (refused === undefined) return true
    this.#members.delete(call)
    return false
  }

  happened(call: CallId, event: VisitEvent): void {
    const member = memberOf(call)
    switch (event.type) {
      case 'key':
        this.#give({ type: 'key', member, key: event.key })
        return
      case 'soundEnded':
        this.#give({ type: 'heard', member })
        return
      case 'soundFailed':
        if (this.#members.get(call)?.isInMix) this.#parts.wish(call, { type: 'end', cause: NO_MIX })
        else this.#give({ type: 'heard', member })
        return
      case 'left':
        this.#members.delete(call)
        this.#give({ type: 'left', member })
        return
      default:
        return
    }
  }

  /** Who is in or at a door; zero when nobody is. */
  size(): number {
    return size(this.#set) + this.#members.size
  }

  close(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
  }

  /** The same after a restart, so that who was in is found again. */
  mixIdOf(room: RoomId): MixId {
    if (room.startsWith(PASSING_PREFIX)) return room as string as MixId
    const name = createHash('sha256').update(`${this.#parts.tenant} ${room}`).digest('hex')
    return `room-${name.slice(0, MIX_NAME_CHARS)}` as MixId
  }

  #give(input: RoomInput): RefusedCode | undefined {
    const { clock, wallTime } = this.#parts
    const outputs = step(this.#set, input, { now: clock.now(), at: wallTime() })
    for (const output of outputs) this.#perform(output)
    return outputs.find((output) => output.type === 'refused')?.code
  }

  #perform(output: RoomOutput): void {
    switch (output.type) {
      case 'play': {
        const names = output.prompts.map((prompt) => `${this.#parts.language()}-${prompt}`)
        const source = { type: 'prompt', names, isLooped: false } as const
        this.#hear(output.member, source, output.isEarly)
        break
      }
      case 'wait':
        this.#hear(output.member, { type: 'tone', tone: 'hold' }, false)
        break
      case 'join': {
        const mix = this.mixIdOf(output.room)
        this.#hear(output.member, { type: 'mix', mix, isMuted: output.isMuted }, false)
        break
      }
      case 'tone':
        this.#parts.announce({
          mix: this.mixIdOf(output.room),
          sound: { type: 'tone', tone: output.tone },
        })
        break
      case 'tell':
        this.#tell(output)
        break
      case 'end':
        this.#end(output)
        break
      case 'event':
        this.#note(output)
        break
      case 'arm':
        this.#arm(output.at)
        break
      case 'disarm':
        this.close()
        break
      case 'refused':
        break
    }
  }

  /** `isEarly`: not answered for this, unless that has happened. */
  #hear(id: MemberId, source: LegSource, isEarly: boolean): void {
    const call = callOf(id)
    const member = this.#members.get(call)
    if (member === undefined) return
    member.isInMix = source.type === 'mix'
    if (!isEarly) member.isAnswered = true
    this.#parts.wish(call, { type: member.isAnswered ? 'answer' : 'hear', source })
  }

  #tell({ room, member, what }: RoomOutput & { readonly type: 'tell' }): void {
    const to = this.#members.get(callOf(member))?.leg
    if (to === undefined) return
    const mix = this.mixIdOf(room)
    if (what === 'silence') this.#parts.announce({ mix, to, sound: { type: 'silence' } })
    else if (what === 'hold') this.#parts.announce({ mix, to, sound: { type: 'tone', tone: 'hold' } })
    else {
      const names = [`${this.#parts.language()}-${what}`]
      this.#parts.announce({ mix, to, sound: { type: 'prompt', names, isLooped: false } })
    }
  }

  #end({ member: id, isRefused }: RoomOutput & { readonly type: 'end' }): void {
    const call = callOf(id)
    const isAnswered = this.#members.get(call)?.isAnswered ?? true
    this.#parts.wish(call, { type: 'end', cause: isRefused && !isAnswered ? REFUSED : NORMAL })
  }

  #note({ event, at }: RoomOutput & { readonly type: 'event' }): void {
    const { type, room } = event
    const member = 'member' in event ? { call: event.member } : {}
    const why = 'why' in event ? { why: event.why } : {}
    this.#parts.log.info('conference', { event: type, room, ...member, ...why })
    this.#parts.onEvent?.(event, at)
  }

  #arm(at: Instant): void {
    const { clock } = this.#parts
    this.close()
    const delay = ms(Math.max(0, between(clock.now(), at)))
    this.#timer = clock.arm(delay, () => {
      this.#timer = undefined
      this.#give({ type: 'timer' })
    })
  }
}

type RefusedCode = Extract<RoomOutput, { readonly type: 'refused' }>['code']

function memberOf(call: CallId): MemberId {
  return call as string as MemberId
}

function callOf(member: MemberId): CallId {
  return member as string as CallId
}

function guestOf(caller: Caller): Guest {
  if (caller.kind === 'inside') return { person: caller.person, name: caller.name }
  const name = caller.number ?? caller.name
  return name === undefined ? {} : { name }
}
