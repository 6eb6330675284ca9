// What the things that happen in a run have to do with: the world, who is in it, chance; and how they choose.
import type { SeededRandom, SimulatedCall } from '@rufwerk/testing'
import type { People } from '../people.ts'
import type { Member, World } from '../world.ts'

export const TROUBLES = [
  'loss',
  'crash',
  'partition',
  'rebind',
  'cut',
  'vanish',
  'rubbish',
  'disk',
  'full',
  'media',
  'ice',
  'trunk',
] as const
export type Trouble = (typeof TROUBLES)[number]

export interface Stage {
  readonly world: World
  readonly people: People
  readonly random: SeededRandom
  readonly without: ReadonlySet<Trouble>
}

export interface Action {
  readonly name: string
  readonly weight: number
  readonly trouble?: Trouble
  /** False when there was nothing to do it with. */
  run(stage: Stage): boolean
}

export function pick<Item>(random: SeededRandom, items: readonly Item[]): Item | undefined {
  return items[random.between(0, Math.max(0, items.length - 1))]
}

/** Those whose 200 was acknowledged, as caller or callee. */
export function talkingCalls(world: World): SimulatedCall[] {
  const isSettled = (call: SimulatedCall): boolean => call.statuses.length > 0 || call.isAcknowledged
  return world.calls().filter((call) => call.state === 'talking' && isSettled(call))
}

export function withTalking(what: (call: SimulatedCall) => void): Action['run'] {
  return ({ world, random }) => {
    const call = pick(random, talkingCalls(world))
    if (call !== undefined) what(call)
    return call !== undefined
  }
}

/** Two phones' calls that talk with each other, as far as their numbers tell. */
export function talkingPair({ world, random }: Stage): [SimulatedCall, SimulatedCall] | undefined {
  const talking = talkingCalls(world)
  const caller = pick(
    random,
    talking.filter((call) => call.statuses.length > 0),
  )
  const dialled = caller?.lastInvite?.uri.user
  const callee = talking.find(
    (call) => call.statuses.length === 0 && memberOf(world, call)?.device.extension === dialled,
  )
  return caller === undefined || callee === undefined ? undefined : [caller, callee]
}

export function memberOf(world: World, call: SimulatedCall): Member | undefined {
  return world.members.find(({ phone }) => phone === call.phone)
}
