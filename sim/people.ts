// What people do with their phones: answer sooner or later or not at all, call, change their mind, hang up.
import { ms } from '@rufwerk/core'
import type { CallOptions, SeededRandom, SimulatedCall } from '@rufwerk/testing'
import type { Member, World } from './world.ts'

const REGISTER_S = 120
const REFRESH_MS = 50_000
/** Answers and changes of mind like to fall on the same moment: then messages cross. */
const MOMENT_MS = 2000
const RING_MS = 25_000
const CROSSING_SHARE = 0.25
const REFUSALS = [486, 603, 480, 500, 302, 404] as const

export class People {
  readonly #world: World
  readonly #random: SeededRandom
  #isOver = false

  constructor(world: World, random: SeededRandom) {
    this.#world = world
    this.#random = random
    world.onUnderWay = (method, status, callId, to) => this.#crossed(method, status, callId, to)
    for (const phone of world.carriers.phones) phone.onCall = (call) => this.#called(call)
    for (const member of world.members) {
      member.phone.onCall = (call) => this.#called(call)
      member.phone.onDisconnected = () => this.#disconnected(member)
      this.#later(random.between(0, 200), () => this.#stayRegistered(member, 0))
    }
  }

  /** Calls somebody, and decides when that will have been enough. */
  dial({ phone }: Pick<Member, 'phone'>, target: string, options: CallOptions = {}): SimulatedCall {
    const call = phone.dial(target, options)
    const isLong = phone.habits.session !== undefined // Its timer shall run off, too.
    const longest = isLong ? 150_000 : 45_000
    const patience = this.#random.next() < 0.3 ? this.#untilMoment() : this.#random.between(1, longest)
    this.#later(patience, () => this.leave(call))
    return call
  }

  /** Ends a call whatever its state. */
  leave(call: SimulatedCall): void {
    if (call.state === 'calling') call.cancel()
    else if (call.state === 'talking') call.hangUp()
    else if (call.state === 'ringing') call.reject(480)
  }

  /** Everybody ends every call, now and whenever another one comes. */
  goHome(): void {
    for (const phone of this.#world.phones()) phone.onCall = (call) => call.reject(480)
    for (const call of this.#world.calls()) {
      this.leave(call)
      call.cancelReInvites() // A 100 stops its timer B, and whoever would answer may have crashed.
      if (call.state === 'ended') call.cancel() // Its answer went to where its NAT had been, then came a BYE.
    }
  }

  /** Nobody registers again. */
  stop(): void {
    this.#isOver = true
  }

  #called(call: SimulatedCall): void {
    const random = this.#random
    const ring = random.between(20, 300)
    const kind = call.phone.habits.reliable === undefined ? 180 : 183
    const ringing = (): void => (call.state === 'ringing' ? call.ring(kind) : undefined)
    const after = (delay: number, what: () => void): void => this.#later(delay, what)
    const choice = random.between(1, 100)
    const late = random.between(1, 20_000)
    if (choice <= 30) {
      after(ring, ringing)
      after(ring + random.between(100, 8000), () => call.answer())
    } else if (choice <= 55) {
      after(ring, ringing)
      after(this.#untilMoment(), () => call.answer())
    } else if (choice <= 62) call.answer()
    else if (choice <= 69) {
      after(ring, () => (call.state === 'ringing' ? call.ring(183) : undefined))
      after(ring + random.between(100, 6000), () => call.answer())
    } else if (choice <= 83) {
      after(ring, ringing)
      after(ring + late / 4, () => call.reject(REFUSALS[late % REFUSALS.length] ?? 486))
    } else if (choice <= 90) {
      after(ring, ringing)
      after(RING_MS - 60 + random.between(0, 120), () => call.answer())
    } else if (choice <= 96) after(ring, ringing)
  }

  /** Now and then people do the opposite of a message just while it is on its way to them. */
  #crossed(method: string, status: number, callId: string, to: Member | undefined): void {
    const isCancel = method === 'CANCEL' && status === 0
    const isAnswer = method === 'INVITE' && status === 200
    if (to === undefined || !(isCancel || isAnswer) || this.#random.next() > CROSSING_SHARE) return
    const call = to.phone.calls.find(({ lastInvite }) => lastInvite?.headers.callId === callId)
    if (isCancel) this.#later(0, () => call?.answer())
    else if (call?.state === 'calling') this.#later(0, () => this.leave(call))
  }

  /** Milliseconds to about the next moment that everybody likes. */
  #untilMoment(): number {
    const now = this.#world.clock.now()
    const rest = MOMENT_MS - (now % MOMENT_MS)
    return rest + (this.#random.next() < 0.3 ? MOMENT_MS : 0) + this.#random.between(0, 40)
  }

  #disconnected(member: Member): void {
    this.#world.excuseMember(member, 'cut')
    member.phone.registered = 0 // Until it is connected again.
    const again = (): void => {
      if (this.#isOver) return
      if (!this.#world.isUp || member.isAway) {
        this.#later(this.#random.between(200, 1500), again)
        return
      }
      member.phone.reconnect()
      member.phone.register(REGISTER_S)
    }
    this.#later(this.#random.between(100, 2000), again)
  }

  #stayRegistered(member: Member, refreshAt: number): void {
    if (this.#isOver) return
    const { phone, isAway } = member
    const now = this.#world.clock.now()
    let next = refreshAt
    if (!isAway && phone.registered !== 0 && (phone.registered !== 200 || now >= refreshAt)) {
      phone.register(REGISTER_S)
      next = now + REFRESH_MS
    }
    if (refreshAt === 0) {
      phone.register(REGISTER_S)
      next = now + REFRESH_MS
    }
    this.#later(this.#random.between(2000, 4000), () => this.#stayRegistered(member, next))
  }

  #later(delay: number, what: () => void): void {
    this.#world.clock.arm(ms(Math.round(delay)), what)
  }
}
