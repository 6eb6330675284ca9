// Flows and what they point to, from unknown JSON; and the small words that the rest of a plan shares with
// them.
import { type Ms, ms, type PersonId } from '@rufwerk/core'
import type {
  Flow,
  FlowId,
  GroupMember,
  HoursSwitch,
  Receptionist,
  RingGroup,
  Target,
} from '../flow-types.ts'
import { ENTRIES_MAX, ID_CHARS_MAX, NUMBER_CHARS_MAX, PLAN_TIME_MAX } from './limits.ts'
import { choice, count, flag, isObject, list, maybe, oneOf, type Reader, record, text } from './reading.ts'

const ID = new RegExp(`^[0-9A-Za-z_.-]{1,${ID_CHARS_MAX}}$`)

/** A name within the plan, or an id of a person or a site. */
export function id<Id extends string = string>(): Reader<Id> {
  return (input, path, found) =>
    typeof input === 'string' && ID.test(input) ? (input as Id) : found.add(path, 'not-an-id')
}

/** As somebody wrote it; the check says whether it is one. */
export const number: Reader<string> = text(NUMBER_CHARS_MAX)

/** Milliseconds from `least` up to PLAN_TIME_MAX. */
export function time(least: number): Reader<Ms> {
  const read = count(least, PLAN_TIME_MAX)
  return (input, path, found) => {
    const value = read(input, path, found)
    return value === undefined ? undefined : ms(value)
  }
}

type Keyed = Receptionist['keys'][number]['target']
type To<Name extends Keyed['to']> = Extract<Keyed, { readonly to: Name }>

const TARGETS: { readonly [Name in Target['to']]: Reader<To<Name>> } = {
  person: record<To<'person'>>({ to: oneOf('person'), person: id<PersonId>() }),
  flow: record<To<'flow'>>({ to: oneOf('flow'), flow: id<FlowId>() }),
  voicemail: record<To<'voicemail'>>({ to: oneOf('voicemail'), box: id() }),
  queue: record<To<'queue'>>({ to: oneOf('queue'), queue: id() }),
  conference: record<To<'conference'>>({ to: oneOf('conference'), room: id() }),
  parking: record<To<'parking'>>({ to: oneOf('parking'), lot: id() }),
  outside: record<To<'outside'>>({ to: oneOf('outside'), number }),
  extension: record<To<'extension'>>({ to: oneOf('extension'), extension: text(NUMBER_CHARS_MAX) }),
  announcement: record<To<'announcement'>>({ to: oneOf('announcement'), prompt: id() }),
  busy: record<To<'busy'>>({ to: oneOf('busy') }),
  hangUp: record<To<'hangUp'>>({ to: oneOf('hangUp') }),
}

export const target: Reader<Target> = choice<Target, 'to'>('to', TARGETS)

const keyed: Reader<Keyed> = choice<Keyed, 'to'>('to', {
  ...TARGETS,
  names: record<To<'names'>>({ to: oneOf('names') }),
})

type Colleague = Extract<GroupMember, { readonly person: PersonId }>
type Outsider = Extract<GroupMember, { readonly outside: string }>
const colleague = record<Colleague>({ person: id<PersonId>(), after: maybe(time(0)) })
const outsider = record<Outsider>({ outside: number, after: maybe(time(0)) })
const member: Reader<GroupMember> = (input, path, found) =>
  isObject(input) && 'outside' in input ? outsider(input, path, found) : colleague(input, path, found)

const extension = maybe(text(NUMBER_CHARS_MAX))

const ringGroup = record<RingGroup>({
  kind: oneOf('ringGroup'),
  id: id<FlowId>(),
  extension,
  members: list(member, ENTRIES_MAX.members),
  order: oneOf('together', 'inTurn', 'random', 'longestIdle'),
  skipsBusy: flag,
  memberTime: time(0),
  ringTime: time(0),
  nobody: target,
})

const receptionist = record<Receptionist>({
  kind: oneOf('receptionist'),
  id: id<FlowId>(),
  extension,
  prompt: id(),
  keys: list(
    record<Receptionist['keys'][number]>({
      key: oneOf('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'),
      target: keyed,
    }),
    ENTRIES_MAX.keys,
  ),
  dialsExtensions: flag,
  keyTime: time(0),
  tries: count(0, 20),
  silence: target,
  wrongKey: target,
})

const hours = record<HoursSwitch>({
  kind: oneOf('hours'),
  id: id<FlowId>(),
  extension,
  schedule: id(),
  open: target,
  closed: target,
  break: maybe(target),
  holiday: maybe(target),
})

export const flow: Reader<Flow> = choice<Flow, 'kind'>('kind', { ringGroup, receptionist, hours })
