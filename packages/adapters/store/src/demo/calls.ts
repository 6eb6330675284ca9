// A month of plausible calls: office hours, weekdays, who calls whom, how it ended and how it sounded. Pure:
// the same people, time and seed give the same calls.
import type { CallEvent, Cdr, LegQuality } from '@rufwerk/calls'
import { type CallId, type LegId, type TenantId, type WallTime, wallTime } from '@rufwerk/core'
import type { Why } from '@rufwerk/routing'
import type { DemoPerson } from './company.ts'
import { type Chance, createChance } from './random.ts'

export interface DemoCall {
  readonly cdr: Cdr
  readonly events: readonly CallEvent[]
}

interface Month {
  readonly tenant: TenantId
  readonly people: readonly DemoPerson[]
  readonly now: WallTime
  readonly seed: number
  /** Counted back from `now`. */
  readonly days?: number
}

const DAYS = 30
const DAY_MS = 86_400_000
/** Calls that the whole company makes on a full working day. */
const CALLS_PER_DAY = 62
const RING_TIMEOUT_MS = 25_000
/** How calls spread over the hours of a working day, UTC: German office hours with a lunch break. */
const HOURS: readonly (readonly [hour: number, weight: number])[] = [
  [6, 3],
  [7, 9],
  [8, 13],
  [9, 14],
  [10, 11],
  [11, 6],
  [12, 9],
  [13, 12],
  [14, 11],
  [15, 7],
  [16, 2],
]
/** Friday afternoon is short, Saturday has the odd call. By day of the week, Sunday first. */
const WEEKDAYS: readonly number[] = [0, 1.1, 1, 1, 1.05, 0.75, 0.03]
const OUTSIDE_SHARE = 0.14
const OUTCOMES: readonly (readonly [outcome: Outcome, weight: number])[] = [
  ['answered', 74],
  ['no-answer', 12],
  ['busy', 7],
  ['cancelled', 5],
  ['declined', 2],
]
const CODECS: readonly (readonly [codec: string, weight: number])[] = [
  ['opus', 55],
  ['G722', 25],
  ['PCMA', 20],
]

type Outcome = 'answered' | 'no-answer' | 'busy' | 'cancelled' | 'declined'

/** Oldest first; all of them ended before `now`. */
export function demoCalls({ tenant, people, now, seed, days = DAYS }: Month): DemoCall[] {
  const chance = createChance(seed)
  // Apart from the rest, so that another company with the same seed tells the same story with other ids.
  const idChance = createChance(hashText(`${tenant} ${seed}`))
  const newId = <Id extends string>() => demoId(idChance) as Id
  const today = Math.floor(now / DAY_MS) * DAY_MS
  const calls: DemoCall[] = []
  for (let day = days; day >= 0; day -= 1) {
    const midnight = today - day * DAY_MS
    const weight = WEEKDAYS[new Date(midnight).getUTCDay()] ?? 0
    const count = Math.round(CALLS_PER_DAY * weight * (0.8 + 0.4 * chance.next()))
    for (let made = 0; made < count; made += 1) {
      const hour = chance.weighted(HOURS)
      const startedAt = midnight + hour * 3_600_000 + chance.between(0, 3_599_999)
      const call = oneCall({ chance, newId, tenant, people, startedAt })
      if (call.cdr.endedAt < now) calls.push(call)
    }
  }
  return calls.toSorted((a, b) => a.cdr.startedAt - b.cdr.startedAt)
}

interface Story {
  readonly chance: Chance
  readonly newId: <Id extends string>() => Id
  readonly tenant: TenantId
  readonly people: readonly DemoPerson[]
  readonly startedAt: number
}

function oneCall(story: Story): DemoCall {
  const { chance, people } = story
  const byActivity = people.map((each) => [each, each.activity] as const)
  // A voice is called, it does not call.
  const caller = chance.weighted(byActivity.filter(([each]) => each.person.kind === 'person'))
  if (chance.next() < OUTSIDE_SHARE) return outsideCall(story, caller)
  const others = byActivity.filter(([each]) => each !== caller)
  const callee = chance.weighted(others)
  return innerCall(story, caller, callee, chance.weighted(OUTCOMES))
}

/** To a number reserved for film and fiction (Bundesnetzagentur: 030 23125 000 to 999); there is no trunk. */
function outsideCall(story: Story, caller: DemoPerson): DemoCall {
  const { chance, startedAt } = story
  const dialled = `+493023125${String(chance.between(0, 999)).padStart(3, '0')}`
  const why: Why = { rule: 'demo-outside', values: { number: dialled } }
  const heardMs = chance.between(2_000, 7_000)
  const writer = new CallWriter(story, caller, dialled)
  writer.add(0, 'requested', undefined, writer.callerLeg)
  writer.add(1, 'routed', why, writer.callerLeg)
  writer.add(heardMs, 'ended', undefined, writer.callerLeg)
  return writer.finish({
    endedAt: wallTime(startedAt + heardMs),
    endedBy: chance.next() < 0.4 ? 'caller' : 'system',
    cause: 3,
    status: 404,
    why,
    quality: [],
  })
}

function innerCall(story: Story, caller: DemoPerson, callee: DemoPerson, outcome: Outcome): DemoCall {
  const { chance, startedAt } = story
  const { extension, name } = callee.person
  const values = { number: extension, name }
  const rule: Why = { rule: 'extension', values }
  const writer = new CallWriter(story, caller, extension)
  writer.add(0, 'requested', undefined, writer.callerLeg)
  writer.add(1, 'routed', rule, writer.callerLeg)
  const at = (offset: number) => wallTime(startedAt + offset)
  const ringing = chance.between(60, 400)
  if (outcome === 'busy') {
    const why: Why = { rule: 'busy', values }
    writer.add(ringing, 'refused', why, writer.calleeLeg)
    const end = { to: callee.person.id, endedAt: at(ringing + 30), cause: 17, status: 486, why, quality: [] }
    return writer.finish({ ...end, endedBy: 'callee' })
  }
  writer.add(ringing, 'ringing', undefined, writer.calleeLeg)
  const rung = { to: callee.person.id, ringingAt: at(ringing) }
  if (outcome !== 'answered') {
    const end = unanswered(chance, outcome, values)
    const endedAt = at(ringing + end.ringMs)
    writer.add(ringing + end.ringMs, 'ended', end.why, writer.calleeLeg)
    return writer.finish({ ...rung, ...end.record, why: end.why, endedAt, quality: [] })
  }
  const answered = ringing + Math.min(RING_TIMEOUT_MS - 1_000, Math.round(chance.logNormal(5_500, 0.6)))
  const talk = Math.min(5_400_000, Math.max(2_000, Math.round(chance.logNormal(125_000, 1.05))))
  writer.add(answered, 'answered', undefined, writer.calleeLeg)
  if (talk > 60_000 && chance.next() < 0.12) {
    writer.add(answered + Math.round(talk * 0.4), 'held', undefined, writer.calleeLeg)
    writer.add(answered + Math.round(talk * 0.5), 'resumed', undefined, writer.calleeLeg)
  }
  const endedBy = chance.next() < 0.55 ? 'caller' : 'callee'
  writer.add(answered + talk, 'ended', undefined, endedBy === 'caller' ? writer.callerLeg : writer.calleeLeg)
  return writer.finish({
    ...rung,
    answeredAt: at(answered),
    endedAt: at(answered + talk),
    answeredBy: { kind: 'person', person: callee.person.id, device: callee.device },
    endedBy,
    cause: 16,
    status: 200,
    why: rule,
    quality: writer.quality(talk),
  })
}

function unanswered(chance: Chance, outcome: Exclude<Outcome, 'answered' | 'busy'>, values: Why['values']) {
  switch (outcome) {
    case 'no-answer': {
      const why: Why = { rule: 'no-answer', values }
      return { ringMs: RING_TIMEOUT_MS, why, record: { endedBy: 'system', cause: 19, status: 480 } as const }
    }
    case 'declined': {
      const why: Why = { rule: 'declined', values }
      const ringMs = chance.between(1_500, 9_000)
      return { ringMs, why, record: { endedBy: 'callee', cause: 21, status: 603 } as const }
    }
    case 'cancelled': {
      const why: Why = { rule: 'extension', values }
      const ringMs = chance.between(3_000, 22_000)
      return { ringMs, why, record: { endedBy: 'caller', cause: 16, status: 487 } as const }
    }
  }
}

class CallWriter {
  readonly callerLeg: LegId
  readonly calleeLeg: LegId
  readonly #story: Story
  readonly #call: CallId
  readonly #caller: DemoPerson
  readonly #dialled: string
  readonly #events: CallEvent[] = []

  constructor(story: Story, caller: DemoPerson, dialled: string) {
    this.#story = story
    this.#call = story.newId()
    this.callerLeg = story.newId()
    this.calleeLeg = story.newId()
    this.#caller = caller
    this.#dialled = dialled
  }

  add(offset: number, type: string, why: Why | undefined, leg: LegId): void {
    const { tenant, startedAt } = this.#story
    const at = wallTime(startedAt + offset)
    this.#events.push({ tenant, call: this.#call, leg, at, type, ...(why && { why }) })
  }

  /** Both legs of a talk; one call in twelve has a bad line. */
  quality(talkMs: number): Cdr['quality'] {
    const { chance } = this.#story
    const codec = chance.weighted(CODECS)
    const isBad = chance.next() < 1 / 12
    const leg = (leg: LegId, role: 'caller' | 'callee') => ({
      leg,
      role,
      quality: legQuality(chance, codec, talkMs, isBad),
    })
    return [leg(this.callerLeg, 'caller'), leg(this.calleeLeg, 'callee')]
  }

  finish(end: Omit<Cdr, 'tenant' | 'call' | 'startedAt' | 'from' | 'dialled'>): DemoCall {
    const { person, device } = this.#caller
    const { id, extension, name } = person
    const from = { kind: 'inside', person: id, device, extension, name } as const
    const { tenant, startedAt } = this.#story
    const call = { tenant, call: this.#call, startedAt: wallTime(startedAt) }
    return { cdr: { ...call, from, dialled: this.#dialled, ...end }, events: this.#events }
  }
}

function legQuality(chance: Chance, codec: string, talkMs: number, isBad: boolean): LegQuality {
  const packets = Math.max(1, Math.round(talkMs / 20))
  const lossShare = isBad ? 0.01 + 0.05 * chance.next() : 0.002 * chance.next() ** 3
  const lost = Math.min(packets, Math.round(packets * lossShare))
  const jitterMs = round(isBad ? chance.logNormal(18, 0.4) : chance.logNormal(2.2, 0.5))
  const roundTripMs = round(isBad ? chance.logNormal(90, 0.3) : chance.logNormal(9, 0.6))
  const best = codec === 'PCMA' ? 4.36 : 4.43
  const mos = Math.max(1.4, best - lossShare * 28 - Math.max(0, jitterMs - 5) * 0.02 - roundTripMs * 0.001)
  return {
    codec,
    isRelayed: chance.next() < 0.8,
    packetsSent: packets,
    packetsReceived: packets - lost,
    lost,
    rubbish: 0,
    jitterMs,
    roundTripMs,
    mos: Math.round(mos * 100) / 100,
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function demoId(chance: Chance): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
  let text = ''
  while (text.length < 26) text += alphabet[chance.between(0, 31)]
  return text
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
