// People have calls recorded, pause that and go on, leave messages, and hear theirs.

import type { SimulatedCall } from '@rufwerk/testing'
import { HEAR, OWN_BOX, TEAM_BOX, TRUNKS } from '../company.ts'
import { dial, press } from './calls.ts'
import { type Action, memberOf, pick, type Stage, talkingCalls } from './stage.ts'

/** Begins, pauses, goes on. */
const RECORD = '*1'

export const RECORDING: readonly Action[] = [
  { name: 'record by keys', weight: 16, run: record },
  { name: 'pause a recording, or go on', weight: 16, run: pause },
  { name: 'call a box', weight: 6, run: (stage) => dial(stage, {}, [TEAM_BOX.extension]) },
  { name: 'call a box from outside', weight: 5, run: callBoxFromOutside },
  { name: 'hear messages', weight: 9, run: hearMessages },
]

/** Whoever of the house talks. */
function record({ world, random }: Stage): boolean {
  const own = talkingCalls(world).filter((call) => memberOf(world, call) !== undefined)
  const call = pick(random, own)
  keyRecord(call)
  return call !== undefined
}

/** Whoever of the house talks in a call that is recorded. */
function pause({ world, random }: Stage): boolean {
  const going = [...world.tapes.all.values()].filter((tape) => tape.isOfCall && tape.endedAt === undefined)
  const legs = new Set(going.flatMap(({ heard, leg }) => [leg, ...heard.keys()]))
  const heardAt = [...world.media.endpoints.values()].filter((endpoint) => {
    const other =
      endpoint.source.type === 'endpoint' ? world.media.endpoints.get(endpoint.source.endpoint) : undefined
    return legs.has(endpoint.leg) || (other !== undefined && legs.has(other.leg))
  })
  const calls = heardAt.flatMap((endpoint) => world.talkerOf(endpoint) ?? [])
  const call = pick(
    random,
    calls.filter((one) => one.state === 'talking' && memberOf(world, one) !== undefined),
  )
  keyRecord(call)
  return call !== undefined
}

function keyRecord(call: SimulatedCall | undefined): void {
  for (const key of RECORD) if (call?.state === 'talking') press(call, key)
}

function callBoxFromOutside({ world, people, random }: Stage): boolean {
  const at = random.between(0, TRUNKS.length - 1)
  const phone = world.carriers.phones[at]
  const [range] = TRUNKS[at]?.numbers ?? []
  if (phone === undefined || range === undefined) return false
  people.dial({ phone }, `${range.number}${TEAM_BOX.extension}`)
  return true
}

/** Their own, or those of the box they share. */
function hearMessages({ world, people, random }: Stage): boolean {
  const owners: readonly string[] = [OWN_BOX.owner, ...TEAM_BOX.owners]
  const member = pick(
    random,
    world.members.filter(({ device }) => owners.includes(device.extension)),
  )
  if (member === undefined) return false
  const isOwn = member.device.extension === OWN_BOX.owner
  people.dial(member, isOwn ? HEAR : `${HEAR}${TEAM_BOX.extension}`)
  return true
}
