// People lead others on: transfers by REFER and by code, parking, taking a call that rings or that another
// phone of theirs has.
import { ms } from '@rufwerk/core'
import { replacesOf, writeReplaces } from '@rufwerk/sip/transfer'
import type { SimulatedCall } from '@rufwerk/testing'
import { EXTENSIONS, QUEUES, ROOM, SERVICES, SLOTS, THREE_WAY } from '../company.ts'
import { dial, press } from './calls.ts'
import { type Action, memberOf, pick, type Stage, talkingCalls } from './stage.ts'

/** Between two keys of a code. */
const KEY_MS = 150
const PARKING = ['*70', '700', ...SLOTS] as const

export const LEADING: readonly Action[] = [
  { name: 'transfer', weight: 6, run: transfer },
  { name: 'transfer attended', weight: 6, run: transferAttended },
  { name: 'transfer by keys', weight: 3, run: transferByKeys },
  { name: 'join two calls by keys', weight: 2, run: (stage) => keyIn(stage, '*2') },
  { name: 'join two calls by a call', weight: 1, run: (stage) => dialFrom(stage, '*2') },
  { name: 'park', weight: 6, run: park },
  { name: 'park by keys', weight: 2, run: (stage) => keyIn(stage, '##*70#') },
  { name: 'come for a parked call', weight: 2, run: comeForParked },
  { name: 'pick up', weight: 5, run: pickUp },
  { name: 'call a queue', weight: 10, run: callQueue },
  { name: 'agent comes, goes or pauses', weight: 4, run: changeAgent },
  { name: 'go to the room', weight: 5, run: (stage) => dial(stage, {}, [ROOM.extension]) },
  { name: 'bring all into one conference', weight: 4, run: (stage) => dialFrom(stage, THREE_WAY) },
  { name: 'take over at another phone', weight: 4, run: takeOver },
]

/** REFER to anybody, also to the party itself, a service or nobody (RFC 3515). */
function transfer({ world, random }: Stage): boolean {
  const call = pick(random, talkingCalls(world))
  const target = pick(random, [...EXTENSIONS, ...SERVICES, ...SLOTS, '300', '800'])
  if (call?.dialog === undefined) return false
  call.request('REFER', { headers: [['Refer-To', `<sip:${target}@10.0.0.1>`]] })
  // Some phones hang up at once.
  if (random.next() < 0.3) call.hangUp()
  return true
}

/** To another call of the same phone, or, which must be refused, of any (RFC 5589). */
function transferAttended({ world, random }: Stage): boolean {
  const talking = talkingCalls(world)
  const call = pick(random, talking)
  const own = talking.filter(({ phone }) => phone === call?.phone)
  const other = pick(random, random.next() < 0.8 ? own : talking)
  if (call?.dialog === undefined || other?.dialog === undefined) return false
  const replaces = encodeURIComponent(writeReplaces(replacesOf(other.dialog)))
  call.request('REFER', { headers: [['Refer-To', `<sip:x@10.0.0.1?Replaces=${replaces}>`]] })
  return true
}

/** REFER to the parking; somebody comes for the call, in time or not, or two do. */
function park(stage: Stage): boolean {
  const { world, random } = stage
  const call = pick(random, talkingCalls(world))
  const place = pick(random, PARKING)
  if (call?.dialog === undefined) return false
  call.request('REFER', { headers: [['Refer-To', `<sip:${place}@10.0.0.1>`]] })
  if (random.next() < 0.2) call.hangUp()
  for (const comers of [0.8, 0.3])
    if (random.next() < comers)
      world.clock.arm(ms(random.between(500, 8000)), () => void comeForParked(stage))
  return true
}

function comeForParked({ world, people, random }: Stage): boolean {
  const member = pick(random, world.members)
  const place = pick(random, ['700', ...SLOTS])
  if (member === undefined || place === undefined) return false
  people.dial(member, place)
  return true
}

/** What rings at a colleague, or in the own group; mostly there is nothing. */
function pickUp({ world, people, random }: Stage): boolean {
  const member = pick(random, world.members)
  const ringing = world.calls().filter(({ state }) => state === 'ringing')
  const rung = pick(random, ringing)
  if (member === undefined || rung === undefined) return false
  const code = random.next() < 0.3 ? '*8' : `**${memberOf(world, rung)?.device.extension}`
  people.dial(member, code)
  return true
}

/** INVITE with Replaces: mostly for a call of the same person, else it must be refused (RFC 3891 §3). */
function takeOver({ world, people, random }: Stage): boolean {
  const call = pick(random, talkingCalls(world))
  const holder = call && memberOf(world, call)
  if (call?.dialog === undefined || holder === undefined) return false
  const others = world.members.filter((member) => member !== holder)
  const own = others.filter(({ device }) => device.person === holder.device.person)
  const member = pick(random, own.length > 0 && random.next() < 0.8 ? own : others)
  if (member === undefined) return false
  const headers = [['Replaces', writeReplaces(replacesOf(call.dialog))]] as const
  people.dial(member, holder.device.extension, { headers })
  return true
}

function callQueue(stage: Stage): boolean {
  return dial(
    stage,
    {},
    QUEUES.map(({ extension }) => extension),
  )
}

/** By page, as the server has it done. */
function changeAgent({ world, random }: Stage): boolean {
  const person = pick(random, world.members)?.device.person
  const { queues } = world.services ?? {}
  if (person === undefined || queues?.set.agents.get(person) === undefined) return false
  const acts = [
    { type: 'logIn', agent: person },
    { type: 'logOut', agent: person },
    { type: 'pause', agent: person, reason: 'lunch' },
    { type: 'resume', agent: person },
  ] as const
  const act = pick(random, [...acts, acts[0], acts[3]])
  if (act !== undefined) queues.take(act)
  return act !== undefined
}

function transferByKeys(stage: Stage): boolean {
  const target = pick(stage.random, [...EXTENSIONS, ...SERVICES, ...SLOTS, '300', '800'])
  return keyIn(stage, `##${target}#`)
}

/** Somebody who talks keys this in, one after the other. */
export function keyIn(stage: Stage, keys: string): boolean {
  const call = pick(stage.random, talkingCalls(stage.world))
  for (const [at, key] of [...keys].entries()) later(stage, at * KEY_MS, call, key)
  return call !== undefined
}

function later({ world }: Stage, delay: number, call: SimulatedCall | undefined, key: string): void {
  world.clock.arm(ms(delay), () => {
    if (call?.state === 'talking') press(call, key)
  })
}

/** From a phone that talks. */
export function dialFrom({ world, people, random }: Stage, target: string): boolean {
  const call = pick(random, talkingCalls(world))
  const member = call && memberOf(world, call)
  if (member !== undefined) people.dial(member, target)
  return member !== undefined
}
