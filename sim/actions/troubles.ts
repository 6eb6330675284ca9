// What goes wrong: on the network, at phones, and to our processes and their disk.
import { ms } from '@rufwerk/core'
import type { SeededRandom } from '@rufwerk/testing'
import type { Member } from '../world.ts'
import { type Action, pick, type Stage, type Trouble, talkingCalls } from './stage.ts'

const RUBBISH = [
  'INVITE sip:101@10.0.0.1 SIP/2.0\r\n\r\n',
  '\r\n\r\n',
  'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.1.1;branch=z9hG4bKnone\r\n\r\n',
  'BYE sip:nobody@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.1.1;branch=z9hG4bKx1\r\n' +
    'From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n',
] as const

export const MISHAPS: readonly Action[] = [
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
  { name: 'carrier fails', weight: 5, trouble: 'trunk', run: failCarrier },
  { name: 'carrier refuses us', weight: 6, trouble: 'trunk', run: refuseUs },
  { name: 'disk is slow', weight: 2, trouble: 'disk', run: slowDisk },
]

/** The weather of a run, from its seed; up to 10 % loss. */
export function drawWeather(random: SeededRandom, without: ReadonlySet<Trouble>) {
  const loss = random.between(0, 10) / 100
  const duplicates = random.between(0, 10) / 100
  const delayMs: [number, number] = [random.between(1, 10), random.between(10, 120)]
  return without.has('loss') ? { loss: 0, duplicates: 0, delayMs } : { loss, duplicates, delayMs }
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

/** For longer than calls to it wait; what its calls do meanwhile is nobody's fault. */
function failCarrier({ world, random }: Stage): boolean {
  const carrier = pick(random, world.carriers.phones)
  if (carrier === undefined) return false
  for (const call of carrier.calls) world.excuse(call, 'vanish')
  world.carriers.cutOff(carrier, random.between(1000, 40_000))
  return true
}

const REFUSALS = [403, 500, 503] as const

/** Its registrar alone. */
function refuseUs({ world, random }: Stage): boolean {
  const { registrar } = world.carriers
  registrar.refusal = pick(random, REFUSALS)
  world.clock.arm(ms(random.between(10_000, 90_000)), () => {
    registrar.refusal = undefined
  })
  return true
}
