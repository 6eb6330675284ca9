// People call, hold, key and hang up, also at the same moment as the other side.
import type { SimulatedCall } from '@rufwerk/testing'
import { EXTENSIONS, SERVICES, TRUNKS } from '../company.ts'
import { type Action, pick, type Stage, talkingCalls, talkingPair, withTalking } from './stage.ts'

/** An offer that the product must refuse with 4xx: which, is drawn. */
const BAD_OFFERS = [
  'v=0\r\n',
  'v=0\r\no=- 1 1 IN IP4 10.0.1.1\r\ns=-\r\nc=IN IP4 10.0.1.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 99\r\n',
  'v=1\r\no=x\r\nm=audio nonsense RTP/AVP\r\n',
  'm=audio 4000 RTP/AVP 8\r\n',
  '\u0000\u0001\u0002',
] as const

export const CALLS: readonly Action[] = [
  { name: 'dial', weight: 40, run: (stage) => dial(stage) },
  { name: 'dial without offer', weight: 3, run: (stage) => dial(stage, { hasOffer: false }) },
  { name: 'dial a service', weight: 4, run: (stage) => dial(stage, {}, SERVICES) },
  { name: 'dial outside', weight: 8, run: (stage) => dial(stage, {}, ['0301234567', '110']) },
  { name: 'call from outside', weight: 18, run: callIn },
  { name: 'hold or resume', weight: 12, run: holdOrResume },
  { name: 'hold or resume by UPDATE', weight: 6, run: update },
  { name: 're-INVITE before the last was answered', weight: 3, run: hasty },
  { name: 're-INVITE without offer', weight: 2, run: withTalking((call) => call.reInviteWithoutOffer()) },
  { name: 'both hold at once', weight: 2, run: bothHold },
  { name: 'both hang up at once', weight: 5, run: bothHangUp },
  { name: 'hang up', weight: 6, run: withTalking((call) => call.hangUp()) },
  { name: 'hold and hang up at once', weight: 2, run: holdAndHangUp },
  { name: 'send a digit', weight: 2, run: withTalking((call) => press(call, '5')) },
  { name: 'dial with a bad offer', weight: 3, trouble: 'rubbish', run: dialBadly },
]

export function dial({ world, people, random }: Stage, options = {}, numbers = EXTENSIONS): boolean {
  const member = pick(random, world.members)
  const target = pick(random, numbers)
  if (member === undefined || target === undefined) return false
  people.dial(member, target, options)
  return true
}

function dialBadly({ world, people, random }: Stage): boolean {
  const member = pick(random, world.members)
  const body = pick(random, BAD_OFFERS)
  if (member === undefined || body === undefined) return false
  people.dial(member, '100', { body })
  return true
}

function holdOrResume({ world, random }: Stage): boolean {
  const call = pick(random, talkingCalls(world))
  if (call === undefined || !call.mayReInvite) return false
  call.reInvite(random.next() < 0.5 ? 'sendonly' : 'sendrecv')
  return true
}

function update({ world, random }: Stage): boolean {
  const call = pick(
    random,
    talkingCalls(world).filter(({ mayUpdate }) => mayUpdate),
  )
  call?.update(random.next() < 0.5 ? 'sendonly' : 'sendrecv')
  return call !== undefined
}

function hasty({ world, random }: Stage): boolean {
  const call = pick(random, talkingCalls(world))
  if (call === undefined || !call.mayReInvite) return false
  call.reInvite('sendonly')
  call.reInvite('sendrecv')
  return true
}

function bothHold(stage: Stage): boolean {
  const pair = talkingPair(stage)
  for (const call of pair ?? []) if (call.mayReInvite) call.reInvite('sendonly')
  return pair !== undefined
}

function bothHangUp(stage: Stage): boolean {
  const pair = talkingPair(stage)
  for (const call of pair ?? []) call.hangUp()
  return pair !== undefined
}

function holdAndHangUp(stage: Stage): boolean {
  const pair = talkingPair(stage)
  if (pair === undefined) return false
  if (pair[0].mayReInvite) pair[0].reInvite('sendonly')
  pair[1].hangUp()
  return true
}

/** By SIP INFO. */
export function press(call: SimulatedCall, key: string): void {
  call.info('application/dtmf-relay', `Signal=${key}\r\nDuration=100\r\n`)
}

/** To a person, a group, a queue, or a number that nobody has. */
function callIn({ world, people, random }: Stage): boolean {
  const at = random.between(0, TRUNKS.length - 1)
  const phone = world.carriers.phones[at]
  const [range] = TRUNKS[at]?.numbers ?? []
  const end = pick(random, [...EXTENSIONS, '200', '300', '301', '999'])
  if (phone === undefined || range === undefined) return false
  people.dial({ phone }, `${range.number}${end}`)
  return true
}
