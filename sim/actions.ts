// The scenario: at each step one thing happens, drawn by weight. Troubles have names, so that a run can go
// without some of them.
import { ms } from '@rufwerk/core'
import { replacesOf, writeReplaces } from '@rufwerk/sip/transfer'
import type { SeededRandom, SimulatedCall } from '@rufwerk/testing'
import { EXTENSIONS, SERVICES } from './company.ts'
import type { People } from './people.ts'
import type { Member, World } from './world.ts'

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
] as const
export type Trouble = (typeof TROUBLES)[number]

interface Stage {
  readonly world: World
  readonly people: People
  readonly random: SeededRandom
  readonly without: ReadonlySet<Trouble>
}

interface Action {
  readonly name: string
  readonly weight: number
  readonly trouble?: Trouble
  /** False when there was nothing to do it with. */
  run(stage: Stage): boolean
}

/** An offer that the product must refuse with 4xx: which, is drawn. */
const BAD_OFFERS = [
  'v=0\r\n',
  'v=0\r\no=- 1 1 IN IP4 10.0.1.1\r\ns=-\r\nc=IN IP4 10.0.1.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 99\r\n',
  'v=1\r\no=x\r\nm=audio nonsense RTP/AVP\r\n',
  'm=audio 4000 RTP/AVP 8\r\n',
  '\u0000\u0001\u0002',
] as const

const RUBBISH = [
  'INVITE sip:101@10.0.0.1 SIP/2.0\r\n\r\n',
  '\r\n\r\n',
  'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.1.1;branch=z9hG4bKnone\r\n\r\n',
  'BYE sip:nobody@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.1.1;branch=z9hG4bKx1\r\n' +
    'From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n',
] as const

/** The weather of a run, from its seed; up to 10 % loss. */
export function drawWeather(random: SeededRandom, without: ReadonlySet<Trouble>) {
  const loss = random.between(0, 10) / 100
  const duplicates = random.between(0, 10) / 100
  const delayMs: [number, number] = [random.between(1, 10), random.between(10, 120)]
  return without.has('loss') ? { loss: 0, duplicates: 0, delayMs } : { loss, duplicates, delayMs }
}

/** Not every run has every trouble: what one hides another one shows. */
export function drawTroubles(random: SeededRandom, without: readonly Trouble[]): ReadonlySet<Trouble> {
  return new Set(TROUBLES.filter((trouble) => random.next() < 0.35 || without.includes(trouble)))
}

/** Lets one thing happen; returns its name. */
export function act(stage: Stage): string {
  const possible = ACTIONS.filter(({ trouble }) => trouble === undefined || !stage.without.has(trouble))
  const total = possible.reduce((sum, { weight }) => sum + weight, 0)
  let drawn = stage.random.next() * total
  const action = possible.find(({ weight }) => {
    drawn -= weight
    return drawn < 0
  })
  if (action === undefined) return 'nothing'
  return action.run(stage) ? action.name : `${action.name}, not possible now`
}

const ACTIONS: readonly Action[] = [
  { name: 'dial', weight: 40, run: (stage) => dial(stage) },
  { name: 'dial without offer', weight: 3, run: (stage) => dial(stage, { hasOffer: false }) },
  { name: 'dial a service', weight: 4, run: (stage) => dial(stage, {}, SERVICES) },
  { name: 'hold or resume', weight: 12, run: holdOrResume },
  { name: 'hold or resume by UPDATE', weight: 6, run: update },
  { name: 're-INVITE before the last was answered', weight: 3, run: hasty },
  { name: 're-INVITE without offer', weight: 2, run: withTalking((call) => call.reInviteWithoutOffer()) },
  { name: 'both hold at once', weight: 2, run: bothHold },
  { name: 'both hang up at once', weight: 5, run: bothHangUp },
  { name: 'hang up', weight: 6, run: withTalking((call) => call.hangUp()) },
  { name: 'hold and hang up at once', weight: 2, run: holdAndHangUp },
  { name: 'send a digit', weight: 2, run: withTalking(sendDigit) },
  { name: 'transfer', weight: 6, run: transfer },
  { name: 'transfer attended', weight: 6, run: transferAttended },
  { name: 'dial with a bad offer', weight: 3, trouble: 'rubbish', run: dialBadly },
  { name: 'send rubbish', weight: 2, trouble: 'rubbish', run: sendRubbish },
  { name: 'NAT rebinds', weight: 4, trouble: 'rebind', run: rebind },
  { name: 'partition', weight: 4, trouble: 'partition', run: partition },
  { name: 'connection cut', weight: 4, trouble: 'cut', run: cut },
  { name: 'phone vanishes', weight: 2, trouble: 'vanish', run: vanish },
  { name: 'crash', weight: 2, trouble: 'crash', run: crash },
  { name: 'crash at a message', weight: 3, trouble: 'crash', run: crashAtMessage },
  { name: 'weather changes', weight: 2, trouble: 'loss', run: changeWeather },
  { name: 'disk is full', weight: 1, trouble: 'full', run: fullDisk },
  { name: 'media process dies', weight: 2, trouble: 'media', run: loseMedia },
  { name: 'media connection breaks', weight: 8, trouble: 'ice', run: breakMedia },
  { name: 'disk is slow', weight: 2, trouble: 'disk', run: slowDisk },
]

function pick<Item>(random: SeededRandom, items: readonly Item[]): Item | undefined {
  return items[random.between(0, Math.max(0, items.length - 1))]
}

function dial({ world, people, random }: Stage, options = {}, numbers = EXTENSIONS): boolean {
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

/** Those whose 200 was acknowledged, as caller or callee. */
function talkingCalls(world: World): SimulatedCall[] {
  const isSettled = (call: SimulatedCall): boolean => call.statuses.length > 0 || call.isAcknowledged
  return world.calls().filter((call) => call.state === 'talking' && isSettled(call))
}

function withTalking(what: (call: SimulatedCall) => void): Action['run'] {
  return ({ world, random }) => {
    const call = pick(random, talkingCalls(world))
    if (call !== undefined) what(call)
    return call !== undefined
  }
}

/** Two phones' calls that talk with each other, as far as their numbers tell. */
function talkingPair({ world, random }: Stage): [SimulatedCall, SimulatedCall] | undefined {
  const talking = talkingCalls(world)
  const caller = pick(
    random,
    talking.filter((call) => call.statuses.length > 0),
  )
  const dialled = caller?.lastInvite?.uri.user
  const callee = talking.find((call) => call.statuses.length === 0 && extensionOf(world, call) === dialled)
  return caller === undefined || callee === undefined ? undefined : [caller, callee]
}

function extensionOf(world: World, call: SimulatedCall): string | undefined {
  return world.members.find(({ phone }) => phone === call.phone)?.device.extension
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

function sendDigit(call: SimulatedCall): void {
  call.info('application/dtmf-relay', 'Signal=5\r\nDuration=100\r\n')
}

/** REFER to anybody, also to the party itself, a service or nobody (RFC 3515). */
function transfer({ world, random }: Stage): boolean {
  const call = pick(random, talkingCalls(world))
  const target = pick(random, [...EXTENSIONS, ...SERVICES])
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

function sendRubbish({ world, random }: Stage): boolean {
  const member = pick(random, world.members)
  member?.phone.sendRaw(pick(random, RUBBISH) ?? '')
  return member !== undefined
}

function ofTransport({ world, random }: Stage, isUdp: boolean): Member | undefined {
  const own = world.members.filter(({ device }) => (device.transport === 'udp') === isUdp)
  return pick(random, own)
}

function rebind(stage: Stage): boolean {
  const member = ofTransport(stage, true)
  if (member === undefined) return false
  stage.world.rebind(member)
  stage.world.clock.arm(ms(stage.random.between(500, 5000)), () => member.phone.register())
  return true
}

function partition({ world, random }: Stage): boolean {
  const member = pick(random, world.members)
  if (member === undefined || member.isAway) return false
  const { address } = member.phone.options.at
  world.network.partition(address, true)
  world.clock.arm(ms(random.between(500, 8000)), () => {
    if (!member.isAway) world.network.partition(address, false)
  })
  return true
}

function cut(stage: Stage): boolean {
  const member = ofTransport(stage, false)
  if (member !== undefined) stage.world.network.cut(member.phone.flow)
  return member !== undefined
}

function vanish({ world, random }: Stage): boolean {
  const member = pick(random, world.members)
  if (member === undefined || member.isAway) return false
  world.leave(member)
  world.clock.arm(ms(random.between(10_000, 60_000)), () => world.comeBack(member))
  return true
}

function crash({ world, random }: Stage): boolean {
  world.clock.arm(ms(random.between(0, 2000)), () => world.crash())
  // Twice within five seconds, now and then.
  if (random.next() < 0.25) world.clock.arm(ms(random.between(3000, 5000)), () => world.crash())
  return true
}

function crashAtMessage({ world, random }: Stage): boolean {
  world.messagesUntilCrash = random.between(1, 12)
  return true
}

function changeWeather({ world, random, without }: Stage): boolean {
  world.network.setWeather(drawWeather(random, without))
  return true
}

function slowDisk({ world, random }: Stage): boolean {
  world.slowestCommitMs = random.between(20, 700)
  world.clock.arm(ms(random.between(1000, 5000)), () => {
    world.slowestCommitMs = 8
  })
  return true
}

function fullDisk({ world, random }: Stage): boolean {
  if (world.isDiskFull) return false
  world.isDiskFull = true
  world.wasDiskFull = true
  world.clock.arm(ms(random.between(500, 8000)), () => {
    world.isDiskFull = false
  })
  return true
}

/** Mostly for as long as a restart takes, now and then for longer than anybody waits. */
function loseMedia({ world, random }: Stage): boolean {
  if (world.media.isGone) return false
  world.loseMedia(random.next() < 0.85 ? random.between(200, 3000) : random.between(15_000, 25_000))
  return true
}

/** Of a browser, while its WebSocket goes on, and while somebody hears of it. */
function breakMedia({ world, random }: Stage): boolean {
  const ufrags = talkingCalls(world).map(({ ufrag }) => ufrag)
  const connected = [...world.media.endpoints].filter(([, { remoteIce }]) =>
    ufrags.includes(remoteIce?.ufrag ?? ''),
  )
  const [broken] = pick(random, connected) ?? []
  if (broken === undefined || !world.isUp) return false
  world.media.breakConnection(broken)
  return true
}
