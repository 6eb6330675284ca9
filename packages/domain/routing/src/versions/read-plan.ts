// A dial plan from unknown JSON: trunks, rules, people and what else stands beside the flows.
import { fail, ok, type PersonId, type Result, type SiteId } from '@rufwerk/core'
import { checkSchedule } from '../calendar/check-schedule.ts'
import type { Schedule } from '../calendar/schedule.ts'
import type {
  Allowed,
  BlockedCaller,
  DialPlan,
  FeatureCode,
  Forward,
  InboundRule,
  Limits,
  NamedSchedule,
  NumberRange,
  OutboundRule,
  PersonRules,
  Rate,
  Service,
  SiteRules,
  SpeedDial,
  Trunk,
  TrunkId,
} from '../dial-plan.ts'
import { NETWORK_CHARS_MAX } from '../emergency/site-networks.ts'
import { ENTRIES_MAX, NUMBER_CHARS_MAX, PLAN_BYTES_MAX } from './limits.ts'
import { Findings, type PlanProblem, planProblem } from './problem.ts'
import { flow, id, number, target, time } from './read-flow.ts'
import { count, digits, flag, list, maybe, oneOf, type Reader, record, text } from './reading.ts'

const COUNT_MAX = 1_000_000
/** Millionths of the currency unit: a million. */
const MONEY_MAX = 1_000_000_000_000

const country = oneOf('de', 'us')
const areaCode = digits(/^[1-9][0-9]{0,5}$/, 'an area code of digits without the leading 0')
const prefix = digits(/^\+?[0-9]{1,15}$/, 'the beginning of a number: digits, with + for E.164')
const caller = digits(/^(\+?[0-9]{1,15}|anonymous)$/, 'the beginning of a number, or anonymous')
const ringTime = time(1)

const site = record<SiteRules>({
  site: id<SiteId>(),
  country,
  areaCode: maybe(areaCode),
  outsidePrefix: maybe(digits(/^[0-9]{1,3}$/, '1 to 3 digits')),
  emergencyTrunks: list(id<TrunkId>(), ENTRIES_MAX.trunks),
  emergencyNumber: maybe(number),
  networks: maybe(list(text(NETWORK_CHARS_MAX), ENTRIES_MAX.networks)),
})

const range = record<NumberRange>({ number, extensionDigits: count(0, 11) })

const trunk = record<Trunk>({
  id: id<TrunkId>(),
  country,
  areaCode: maybe(areaCode),
  mainNumber: number,
  numbers: list(range, ENTRIES_MAX.numbers),
  format: oneOf('plus', 'digits', 'international', 'national'),
  callsMax: maybe(count(0, 10_000)),
  showsFirstCaller: flag,
  isForEmergency: flag,
  dialsExtensions: maybe(flag),
  otherwise: maybe(target),
})

const outbound = record<OutboundRule>({
  id: id(),
  prefixes: maybe(list(prefix, ENTRIES_MAX.ofRule)),
  digits: maybe(record<{ min: number; max: number }>({ min: count(1, 15), max: count(1, 15) })),
  classes: maybe(
    list(oneOf('emergency', 'free', 'national', 'mobile', 'service', 'premium', 'international'), 7),
  ),
  people: maybe(list(id<PersonId>(), ENTRIES_MAX.people)),
  sites: maybe(list(id<SiteId>(), ENTRIES_MAX.sites)),
  trunks: list(id<TrunkId>(), ENTRIES_MAX.trunks),
  ringTime: maybe(ringTime),
})

const inbound = record<InboundRule>({
  id: id(),
  called: maybe(list(range, ENTRIES_MAX.ofRule)),
  callers: maybe(list(caller, ENTRIES_MAX.ofRule)),
  trunks: maybe(list(id<TrunkId>(), ENTRIES_MAX.trunks)),
  hours: maybe(
    record<NonNullable<InboundRule['hours']>>({
      schedule: id(),
      states: list(oneOf('open', 'break', 'holiday', 'closed'), 4),
    }),
  ),
  target,
})

const allowed = record<Allowed>({
  countries: list(digits(/^[A-Z]{2}$/, 'a country as ISO 3166 writes it, such as AT'), ENTRIES_MAX.ofRule),
  premium: list(prefix, ENTRIES_MAX.ofRule),
})

const limits = record<Limits>({
  calls: maybe(count(0, COUNT_MAX)),
  minutes: maybe(count(0, COUNT_MAX)),
  money: maybe(count(0, MONEY_MAX)),
  callsAtOnce: maybe(count(0, 10_000)),
})

const rate = record<Rate>({
  prefix: digits(/^(\+?[0-9]{1,15})?$/, 'the beginning of a number, or nothing for all others'),
  perCall: count(0, MONEY_MAX),
  perMinute: count(0, MONEY_MAX),
})

const forward = record<Forward>({ inside: maybe(target), outside: maybe(target) })

const person = record<PersonRules>({
  person: id<PersonId>(),
  site: id<SiteId>(),
  number: maybe(number),
  isHidden: maybe(flag),
  mobile: maybe(record<NonNullable<PersonRules['mobile']>>({ number, rings: flag, after: time(0) })),
  voicemail: maybe(id()),
  ringTime: maybe(ringTime),
  forwarding: record<PersonRules['forwarding']>({
    available: maybe(forward),
    away: maybe(forward),
    doNotDisturb: maybe(forward),
    busy: maybe(forward),
    noAnswer: maybe(forward),
    notRegistered: maybe(forward),
  }),
  allowed: maybe(allowed),
  limits: maybe(limits),
})

const blocked = record<BlockedCaller>({ number: caller, isPrefix: flag })

/** The calendar knows what a schedule is; its places stand behind ours. */
const officeHours: Reader<Schedule> = (input, path, found) => {
  const checked = checkSchedule(input)
  if (checked.ok) return checked.value
  for (const { place, code } of checked.error)
    found.add(`${path}.${place}`, 'wrong-schedule', { problem: code })
  return undefined
}

const schedule = record<NamedSchedule>({ id: id(), schedule: officeHours })

const service = record<Service>({
  kind: oneOf('voicemail', 'queue', 'conference', 'parking'),
  id: id(),
  extension: maybe(text(NUMBER_CHARS_MAX)),
  slots: maybe(list(text(NUMBER_CHARS_MAX), ENTRIES_MAX.slots)),
})

const code = record<FeatureCode>({
  code: text(NUMBER_CHARS_MAX),
  does: oneOf(
    ...(['echo', 'hideNumber', 'showNumber', 'voicemail', 'pickUpGroup', 'pickUp', 'park'] as const),
    ...(['forwardAll', 'forwardOff', 'available', 'away', 'doNotDisturb'] as const),
    ...(['queueIn', 'queueOut', 'queuePause', 'testEmergency', 'join', 'transfer'] as const),
    ...(['queueListen', 'queueWhisper', 'queueBarge', 'conference', 'record', 'recordPrompt'] as const),
  ),
})

const speedDial = record<SpeedDial>({ extension: text(NUMBER_CHARS_MAX), number: text(NUMBER_CHARS_MAX) })

const dialPlan = record<DialPlan>({
  sites: list(site, ENTRIES_MAX.sites),
  trunks: list(trunk, ENTRIES_MAX.trunks),
  outbound: list(outbound, ENTRIES_MAX.rules),
  allowed,
  limits: maybe(limits),
  companyLimits: maybe(limits),
  rates: list(rate, ENTRIES_MAX.rates),
  people: list(person, ENTRIES_MAX.people),
  inbound: list(inbound, ENTRIES_MAX.rules),
  blocked: list(blocked, ENTRIES_MAX.blocked),
  schedules: list(schedule, ENTRIES_MAX.schedules),
  flows: list(flow, ENTRIES_MAX.flows),
  services: list(service, ENTRIES_MAX.services),
  codes: list(code, ENTRIES_MAX.codes),
  speedDial: list(speedDial, ENTRIES_MAX.speedDial),
})

/**
 * The plan as it is stored and runs: read anew from its own JSON, so that both are the same. Never throws.
 */
export function readPlan(input: unknown): Result<DialPlan, readonly PlanProblem[]> {
  const json = readPlanText(input)
  return json.ok ? ok(JSON.parse(json.value) as DialPlan) : json
}

/** The JSON of the plan, with the fields in the order of the format. Never throws. */
export function readPlanText(input: unknown): Result<string, readonly PlanProblem[]> {
  const found = new Findings()
  const plan = dialPlan(input, '', found)
  if (plan === undefined || found.problems.length > 0) return fail(found.problems)
  const json = JSON.stringify(plan)
  const bytes = new TextEncoder().encode(json).length
  if (bytes > PLAN_BYTES_MAX) {
    const values = { bytes: String(bytes), most: String(PLAN_BYTES_MAX) }
    return fail([planProblem('', 'too-large', values)])
  }
  return ok(json)
}
