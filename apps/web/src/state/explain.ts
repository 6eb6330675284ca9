// Why a call went as it did, as the key of a sentence and what to fill in. The server's rule says most; Q.850
// causes and the phone's own knowledge fill the gaps.
import type { CallRecord, CallView, Why } from '@rufwerk/contract'
import type { Call, EndReason } from './call.ts'

export interface Sentence {
  readonly key: string
  readonly values: Readonly<Record<string, string>>
}

/** Rules that led the call somewhere: who hung up there gave up, whatever the rule. */
const WAYS = new Set([
  'ring-group',
  'receptionist',
  'names',
  'voicemail',
  'queue',
  'conference',
  'parking',
  'pick-up',
  'code',
  'continue',
  'outside',
])

/** Rules that have a sentence of their own under `why.` */
const RULES = new Set([
  ...WAYS,
  'not-registered',
  'echo',
  'demo-voice',
  'demo-outside',
  'emergency-without-trunk',
  'unknown-number',
  'no-trunk',
  'self-call',
  'busy',
  'no-answer',
  'declined',
  'failed',
  'restart',
  'announcement',
  'hang-up',
  'do-not-disturb',
  'forward-loop',
  'flow-loop',
  'points-to-nothing',
  'plan-too-big',
  'emergency',
  'emergency-test',
  'emergency-not-forwarded',
  'number-unreadable',
  'international-denied',
  'premium-denied',
  'no-outbound-rule',
  'outbound-denied',
  'trunks-down',
  'limit-calls',
  'limit-minutes',
  'limit-money',
  'limit-calls-at-once',
  'blocked-caller',
  'unknown-called-number',
])

const BY_CAUSE: Readonly<Record<number, string>> = {
  1: 'why.unknown-number',
  3: 'why.no-trunk',
  17: 'why.busy',
  18: 'why.no-answer',
  19: 'why.no-answer',
  20: 'why.not-registered',
  21: 'why.declined',
  34: 'why.overloaded',
  41: 'why.failed',
  42: 'why.overloaded',
  47: 'why.overloaded',
  65: 'why.no-common-format',
  79: 'why.no-common-format',
  88: 'why.no-common-format',
}

function valuesOf(why: Why, name: string, number: string): Record<string, string> {
  return { name: name || number, number, ...why.values }
}

/** How a past call went: answered, missed, failed, and why. */
export function explainRecord(record: CallRecord, duration: string): Sentence {
  const name = record.to?.name || record.why.values.name || record.dialled
  const values = { ...valuesOf(record.why, name, record.dialled), caller: callerOf(record), duration }
  if (record.answeredAt !== undefined) return explainTalk(record, values)
  const { rule } = record.why
  if (RULES.has(rule) && !(WAYS.has(rule) && record.endedBy === 'caller')) {
    return { key: `why.${rule}${record.direction === 'incoming' ? '-incoming' : ''}`, values }
  }
  if (record.endedBy === 'caller') {
    return { key: record.direction === 'incoming' ? 'why.missed' : 'why.cancelled', values }
  }
  const key = BY_CAUSE[record.cause] ?? 'why.failed'
  return { key: `${key}${record.direction === 'incoming' ? '-incoming' : ''}`, values }
}

/** Who ended a call that was answered. */
function explainTalk(record: CallRecord, values: Readonly<Record<string, string>>): Sentence {
  const { rule } = record.why
  if (rule === 'restart') return { key: 'why.talked-restart', values }
  if (rule === 'echo' || rule === 'demo-voice') return { key: `why.talked-${rule}`, values }
  if (record.endedBy === 'network' || record.endedBy === 'system')
    return { key: `why.talked-${record.endedBy}`, values }
  const isSelf = (record.endedBy === 'caller') === (record.direction === 'outgoing')
  if (isSelf) return { key: 'why.talked-self', values }
  const hungUp = record.endedBy === 'caller' ? callerOf(record) : (values.name ?? '')
  return { key: 'why.talked', values: { ...values, name: hungUp } }
}

/** Of somebody from outside the number, often. */
function callerOf({ from }: CallRecord): string {
  return from.name || from.extension
}

/** Why the call on the screen ended: what the server said about it, else what the phone knows. */
export function explainEnd(call: Call, view: CallView | undefined): Sentence | undefined {
  if (call.state !== 'ended') return undefined
  const number = call.party.number
  const { to } = call.end
  const values = { name: call.party.name ?? number, number, ...(to && { to: to.name ?? to.number }) }
  if (
    call.direction === 'outgoing' &&
    view &&
    call.talkedMs === undefined &&
    isServersWord(call.end.reason)
  ) {
    if (RULES.has(view.why.rule))
      return { key: `why.${view.why.rule}`, values: { ...values, ...view.why.values } }
    const key = view.cause === undefined ? undefined : BY_CAUSE[view.cause]
    if (key) return { key, values }
  }
  return { key: `end.${call.end.reason}`, values }
}

/** Reasons that came from the server; the others happened here and the phone knows better. */
function isServersWord(reason: EndReason): boolean {
  return (
    reason === 'busy' ||
    reason === 'declined' ||
    reason === 'no-answer' ||
    reason === 'not-reachable' ||
    reason === 'not-found' ||
    reason === 'failed' ||
    reason === 'hung-up'
  )
}
