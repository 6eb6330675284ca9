// What people dial with * and #: a table of codes, the longest that fits, with what was dialled behind it.
import type { InsideCall } from './config.ts'
import { CAUSE, type Deciding, type Path, START } from './deciding.ts'
import type { CodeAction, FeatureCode } from './dial-plan.ts'
import { siteOf, testEmergency } from './emergency/emergency.ts'
import { lead } from './flow/lead.ts'
import { readNumber } from './numbers/number.ts'
import { dialOutside, refuse } from './outside/outside.ts'
import { payerOf } from './outside/payer.ts'
import type { PlanNode, Why } from './plan.ts'

/**
 * The usual codes, by the edition that first had them. Only the last may get more, and only until it is
 * released: a plan knows which edition its admins were told of.
 */
export const CODE_EDITIONS: readonly (readonly FeatureCode[])[] = [
  [
    { code: '*43', does: 'echo' },
    { code: '*31', does: 'hideNumber' },
    { code: '#31', does: 'showNumber' },
    { code: '*97', does: 'voicemail' },
    { code: '*8', does: 'pickUpGroup' },
    { code: '**', does: 'pickUp' },
    { code: '*70', does: 'park' },
    { code: '*3', does: 'conference' },
    { code: '*21', does: 'forwardAll' },
    { code: '#21', does: 'forwardOff' },
    { code: '*25', does: 'doNotDisturb' },
    { code: '*26', does: 'away' },
    { code: '#25', does: 'available' },
    { code: '*51', does: 'queueIn' },
    { code: '#51', does: 'queueOut' },
    { code: '*52', does: 'queuePause' },
    { code: '*54', does: 'queueListen' },
    { code: '*55', does: 'queueWhisper' },
    { code: '*56', does: 'queueBarge' },
    { code: '*9112', does: 'testEmergency' },
    { code: '*2', does: 'join' },
    { code: '##', does: 'transfer' },
  ],
  [
    { code: '*58', does: 'recordPrompt' },
    { code: '*1', does: 'record' },
  ],
]

/** The usual codes of today. */
export const DEFAULT_CODES: readonly FeatureCode[] = CODE_EDITIONS.flat()

/** Whether something is dialled behind the code. */
const BEHIND: Readonly<Record<CodeAction, 'nothing' | 'maybe' | 'needed'>> = {
  echo: 'nothing',
  hideNumber: 'needed',
  showNumber: 'needed',
  voicemail: 'maybe',
  pickUpGroup: 'nothing',
  pickUp: 'needed',
  park: 'maybe',
  conference: 'nothing',
  forwardAll: 'needed',
  forwardOff: 'nothing',
  available: 'nothing',
  away: 'nothing',
  doNotDisturb: 'nothing',
  queueIn: 'maybe',
  queueOut: 'maybe',
  queuePause: 'maybe',
  queueListen: 'needed',
  queueWhisper: 'needed',
  queueBarge: 'needed',
  recordPrompt: 'needed',
  testEmergency: 'nothing',
  record: 'nothing',
  join: 'nothing',
  transfer: 'needed',
}

/** Pressed while two talk. */
const IN_CALL: ReadonlySet<CodeAction> = new Set(['join', 'transfer', 'record'])

/** Whether `added` would take anything away that is dialled or pressed for `code` today. */
export function standsInTheWay(added: FeatureCode, code: FeatureCode): boolean {
  if (added.code === code.code) return true
  // *5 with an 8 behind it is *58 by now.
  if (added.code.startsWith(code.code) && BEHIND[code.does] !== 'nothing') return true
  // Keys of a call are looked at one by one: the shorter code is complete first.
  const areInCall = IN_CALL.has(added.does) && IN_CALL.has(code.does)
  return areInCall && (added.code.includes(code.code) || code.code.includes(added.code))
}

/** Undefined when no code fits. */
export function followCode(d: Deciding, call: InsideCall, dialled: string): PlanNode | undefined {
  const found = findCode(d.plan.codes, dialled)
  if (found === undefined) return undefined
  const { code, behind } = found
  d.look(START, `code:${code.code}`, code.does, { behind })
  const why: Why = { rule: 'code', values: { code: code.code, does: code.does, behind } }
  switch (code.does) {
    case 'echo':
      return { do: 'echo', why: { rule: 'echo', values: { number: dialled } } }
    case 'hideNumber':
    case 'showNumber':
      return callOutside(d, call, behind, code.does === 'hideNumber')
    case 'voicemail':
      return ownBox(d, call, behind, why)
    case 'pickUpGroup':
      return { do: 'pickUp', why: { rule: 'pick-up', values: {} } }
    case 'pickUp':
      return pickUp(d, behind)
    case 'park':
      return park(d, behind)
    case 'conference':
      return { do: 'conference', why, room: '', joins: true }
    case 'queueListen':
    case 'queueWhisper':
    case 'queueBarge':
      return supervise(d, SUPERVISION[code.does], behind, why)
    case 'recordPrompt':
      return recordPrompt(d, call, behind, why)
    case 'testEmergency':
      return testEmergency(d, call, START)
    default:
      return { do: 'set', why, setting: code.does, value: behind }
  }
}

export function findCode(
  codes: readonly FeatureCode[],
  dialled: string,
): { readonly code: FeatureCode; readonly behind: string } | undefined {
  const fitting = codes.flatMap((code) => {
    if (!/^[*#]/.test(code.code) || !dialled.startsWith(code.code)) return []
    // *21*number# as on other systems; ** needs no star behind it.
    const behind = dialled.slice(code.code.length).replace(/^\*/, '').replace(/#$/, '')
    const isFit = { nothing: behind === '', maybe: true, needed: behind !== '' }[BEHIND[code.does]]
    // Without a call there is nobody to transfer, and nothing to record.
    return isFit && code.does !== 'transfer' && code.does !== 'record' ? [{ code, behind }] : []
  })
  return fitting.toSorted((a, b) => b.code.code.length - a.code.code.length)[0]
}

function callOutside(d: Deciding, call: InsideCall, dialled: string, isHidden: boolean): PlanNode {
  const read = readNumber(dialled, d.place(siteOf(d, call)))
  const values = { number: dialled }
  if (!read.ok) return refuse(d, { rule: 'number-unreadable', values: { ...values, problem: read.error } })
  return dialOutside(d, read.value, payerOf(d, call.caller, isHidden), START)
}

/** With an extension: a shared box, which asks for its PIN. */
function ownBox(d: Deciding, call: InsideCall, behind: string, why: Why): PlanNode {
  const person = behind === '' ? call.caller : d.config.byExtension.get(behind)?.person
  const shared = d.index.targets.get(behind)
  const own = person && (d.index.people.get(person)?.voicemail ?? d.live.boxOf?.(person))
  const box = shared?.to === 'voicemail' ? shared.box : own
  if (box === undefined)
    return d.announce('not-found', { ...why, rule: 'unknown-number' }, 404, CAUSE.unallocated)
  return { do: 'voicemail', why: { rule: 'voicemail', values: { id: box } }, box, greeting: 'listen' }
}

function pickUp(d: Deciding, extension: string): PlanNode {
  const person = d.config.byExtension.get(extension)?.person
  const values = { number: extension }
  if (person === undefined)
    return d.announce('not-found', { rule: 'unknown-number', values }, 404, CAUSE.unallocated)
  return { do: 'pickUp', why: { rule: 'pick-up', values }, person }
}

/** Announcements of one's own that are spoken by phone are `recorded-1` to `recorded-999`. */
function recordPrompt(d: Deciding, call: InsideCall, number: string, why: Why): PlanNode {
  const box = d.index.people.get(call.caller)?.voicemail ?? d.live.boxOf?.(call.caller)
  if (box === undefined || !/^[1-9][0-9]{0,2}$/.test(number))
    return d.announce('not-found', { ...why, rule: 'unknown-number' }, 404, CAUSE.unallocated)
  const records = `recorded-${number}`
  const values = { id: box, records }
  return { do: 'voicemail', why: { rule: 'voicemail', values }, box, greeting: 'listen', records }
}

const SUPERVISION = { queueListen: 'listen', queueWhisper: 'whisper', queueBarge: 'barge' } as const

/** Whether that is allowed is for the queue to say in which the agent talks. */
function supervise(
  d: Deciding,
  mode: (typeof SUPERVISION)[keyof typeof SUPERVISION],
  extension: string,
  why: Why,
): PlanNode {
  const agent = d.config.byExtension.get(extension)?.person
  const values = { number: extension }
  if (agent === undefined)
    return d.announce('not-found', { rule: 'unknown-number', values }, 404, CAUSE.unallocated)
  return { do: 'queue', why, queue: '', supervises: { agent, mode } }
}

/** Without a place: the first parking of the company finds one. */
function park(d: Deciding, behind: string): PlanNode {
  const path: Path = START
  if (behind !== '') return lead(d, { to: 'extension', extension: behind }, { path })
  const lot = d.plan.services.find((service) => service.kind === 'parking')
  return lead(d, { to: 'parking', lot: lot?.id ?? '' }, { path })
}
