// The settings of a queue, and the one function that accepts them, from the administrator or from a snapshot.
import { fail, type Ms, ms, ok, type PersonId, type Result, seconds } from '@rufwerk/core'
import { type QueuesError, queuesError } from './errors.ts'
import { FieldReader } from './fields.ts'
import * as limits from './limits.ts'

export type QueueId = string & { readonly kind: 'queue' }
/** Whoever waits: a call, later a chat. */
export type CallerId = string & { readonly kind: 'caller' }
export type AgentId = PersonId

const STRATEGIES = ['longestIdle', 'ringAll', 'roundRobin', 'random', 'leastTalkTime', 'fewestCalls'] as const
export type Strategy = (typeof STRATEGIES)[number]

/** Where somebody goes who leaves the queue unserved; who routes calls knows what it means. */
export type Target =
  | { readonly to: 'end' }
  | { readonly to: 'number'; readonly number: string }
  | { readonly to: 'queue'; readonly queue: QueueId }
  | { readonly to: 'voicemail'; readonly person: PersonId }
  | { readonly to: 'announcement'; readonly prompt: string }

export type OverflowReason = 'full' | 'timeout' | 'unstaffed' | 'removed'
export const SUPERVISION_MODES = ['listen', 'whisper', 'barge'] as const
export type SupervisionMode = (typeof SUPERVISION_MODES)[number]

export interface QueueConfig {
  readonly queue: QueueId
  readonly name: string
  readonly strategy: Strategy
  /** Of callers who come here, unless something else is told: 0 to 9, the higher first. */
  readonly priority: number
  /** In the order that decides between equals. Level 0 is the first line. */
  readonly members: readonly { readonly agent: AgentId; readonly level: number }[]
  /** How long an agent rings. */
  readonly ringTime: Ms
  /** How long an agent who did not answer is left alone. */
  readonly restTime: Ms
  /** Level n is asked after n times this; with 0, when nobody of a lower level is free. */
  readonly levelDelay: Ms
  readonly wrapUp: Ms
  /** After so many calls not answered in a row an agent is paused; 0: never. */
  readonly missesMax: number
  /** Callers that may wait at the same time. */
  readonly lengthMax: number
  readonly waitMax: Ms
  /** What happens when no agent is there: wait all the same; refuse who comes; also let go who waits. */
  readonly whenUnstaffed: 'wait' | 'refuse' | 'leave'
  /** With `leave`: how long nobody must have been there, so that a phone that reconnects costs no caller. */
  readonly unstaffedDelay: Ms
  readonly overflow: Readonly<Record<OverflowReason, Target>>
  /** Keys with which a waiting caller goes elsewhere. */
  readonly keys: readonly { readonly key: string; readonly target: Target }[]
  readonly music: string
  readonly announce?: {
    readonly first: Ms
    readonly interval: Ms
    readonly position: boolean
    readonly wait: boolean
  }
  /** Answered within this time is in time. */
  readonly serviceTarget: Ms
  /**
   * Whether hanging up while waiting counts in the service level: always, not within `shortAbandon`, never.
   */
  readonly abandonedCounts: 'always' | 'exceptShort' | 'never'
  readonly shortAbandon: Ms
  /** Off unless modes, people and an announcement are named. */
  readonly supervision: {
    readonly modes: readonly SupervisionMode[]
    readonly supervisors: readonly PersonId[]
    /** The prompt that tells the caller. */
    readonly announcement: string
  }
}

const END: Target = { to: 'end' }

/** What holds where nothing else is said. */
export const QUEUE_DEFAULTS: Omit<QueueConfig, 'queue' | 'name' | 'members'> = {
  strategy: 'longestIdle',
  priority: 0,
  ringTime: seconds(20),
  restTime: seconds(5),
  levelDelay: ms(0),
  wrapUp: seconds(10),
  missesMax: 3,
  lengthMax: 20,
  waitMax: seconds(600),
  whenUnstaffed: 'leave',
  unstaffedDelay: seconds(10),
  overflow: { full: END, timeout: END, unstaffed: END, removed: END },
  keys: [],
  music: 'hold',
  announce: { first: seconds(20), interval: seconds(60), position: true, wait: true },
  serviceTarget: seconds(20),
  abandonedCounts: 'exceptShort',
  shortAbandon: seconds(5),
  supervision: { modes: [], supervisors: [], announcement: '' },
}

/** The settings, copied; or the place of the first value that cannot be used. */
export function checkQueue(given: unknown): Result<QueueConfig, QueuesError> {
  const read = new FieldReader()
  const config = readConfig(read, given)
  if (read.problem !== undefined) return fail(queuesError('bad-config', read.problem))
  return ok(config)
}

function readConfig(read: FieldReader, given: unknown): QueueConfig {
  const fields = read.object(given, 'queue')
  const length = (place: keyof QueueConfig, min: number, max: number): Ms =>
    ms(read.number(fields[place], place, min, max))
  const overflow = read.object(fields.overflow, 'overflow')
  const target = (reason: OverflowReason) => readTarget(read, overflow[reason], `overflow.${reason}`)
  return {
    queue: readId(read, fields.queue, 'queue'),
    name: read.text(fields.name, 'name', 1, limits.NAME_CHARS_MAX),
    strategy: read.oneOf(fields.strategy, 'strategy', STRATEGIES),
    priority: read.whole(fields.priority, 'priority', 0, limits.PRIORITY_MAX),
    members: readMembers(read, fields.members),
    ringTime: length('ringTime', limits.RING_TIME_MIN, limits.RING_TIME_MAX),
    restTime: length('restTime', limits.REST_TIME_MIN, limits.REST_TIME_MAX),
    levelDelay: length('levelDelay', 0, limits.LEVEL_DELAY_MAX),
    wrapUp: length('wrapUp', 0, limits.WRAP_UP_MAX),
    missesMax: read.whole(fields.missesMax, 'missesMax', 0, limits.MISSES_MAX),
    lengthMax: read.whole(fields.lengthMax, 'lengthMax', 1, limits.QUEUE_LENGTH_MAX),
    waitMax: length('waitMax', limits.RING_TIME_MIN, limits.WAIT_MAX),
    whenUnstaffed: read.oneOf(fields.whenUnstaffed, 'whenUnstaffed', ['wait', 'refuse', 'leave']),
    unstaffedDelay: length('unstaffedDelay', 0, limits.UNSTAFFED_DELAY_MAX),
    overflow: {
      full: target('full'),
      timeout: target('timeout'),
      unstaffed: target('unstaffed'),
      removed: target('removed'),
    },
    keys: readKeys(read, fields.keys),
    music: read.text(fields.music, 'music', 0, limits.NAME_CHARS_MAX),
    announce: read.optional(fields.announce, (value) => readAnnounce(read, value)),
    serviceTarget: length('serviceTarget', 0, limits.SERVICE_TARGET_MAX),
    abandonedCounts: read.oneOf(fields.abandonedCounts, 'abandonedCounts', [
      'always',
      'exceptShort',
      'never',
    ]),
    shortAbandon: length('shortAbandon', 0, limits.SERVICE_TARGET_MAX),
    supervision: readSupervision(read, fields.supervision),
  }
}

function readId<T extends string>(read: FieldReader, value: unknown, place: string): T {
  return read.text(value, place, 1, limits.ID_CHARS_MAX) as T
}

function readTarget(read: FieldReader, value: unknown, place: string): Target {
  const { to, ...fields } = read.object(value, place)
  switch (read.oneOf(to, `${place}.to`, ['end', 'number', 'queue', 'voicemail', 'announcement'])) {
    case 'end':
      return END
    case 'number':
      return {
        to: 'number',
        number: read.text(fields.number, `${place}.number`, 1, limits.NUMBER_CHARS_MAX),
      }
    case 'queue':
      return { to: 'queue', queue: readId(read, fields.queue, `${place}.queue`) }
    case 'voicemail':
      return { to: 'voicemail', person: readId(read, fields.person, `${place}.person`) }
    case 'announcement':
      return {
        to: 'announcement',
        prompt: read.text(fields.prompt, `${place}.prompt`, 1, limits.NAME_CHARS_MAX),
      }
  }
}

function readMembers(read: FieldReader, value: unknown): QueueConfig['members'] {
  const seen = new Set<string>()
  return read.list(value, 'members', limits.MEMBERS_PER_QUEUE_MAX).map((item, at) => {
    const place = `members.${at}`
    const fields = read.object(item, place)
    const agent = readId<AgentId>(read, fields.agent, `${place}.agent`)
    if (seen.has(agent)) read.wrong(`${place}.agent`)
    seen.add(agent)
    return { agent, level: read.whole(fields.level, `${place}.level`, 0, limits.LEVEL_MAX) }
  })
}

function readKeys(read: FieldReader, value: unknown): QueueConfig['keys'] {
  const seen = new Set<string>()
  return read.list(value, 'keys', limits.KEYS_MAX).map((item, at) => {
    const place = `keys.${at}`
    const fields = read.object(item, place)
    const key = read.text(fields.key, `${place}.key`, 1, 1)
    if (!/^[0-9*#]$/.test(key) || seen.has(key)) read.wrong(`${place}.key`)
    seen.add(key)
    return { key, target: readTarget(read, fields.target, `${place}.target`) }
  })
}

function readAnnounce(read: FieldReader, value: unknown): NonNullable<QueueConfig['announce']> {
  const fields = read.object(value, 'announce')
  return {
    first: ms(read.number(fields.first, 'announce.first', 0, limits.ANNOUNCE_INTERVAL_MAX)),
    interval: ms(
      read.number(
        fields.interval,
        'announce.interval',
        limits.ANNOUNCE_INTERVAL_MIN,
        limits.ANNOUNCE_INTERVAL_MAX,
      ),
    ),
    position: read.flag(fields.position, 'announce.position'),
    wait: read.flag(fields.wait, 'announce.wait'),
  }
}

function readSupervision(read: FieldReader, value: unknown): QueueConfig['supervision'] {
  const fields = read.object(value, 'supervision')
  const modes = read
    .list(fields.modes, 'supervision.modes', 3)
    .map((mode, at) => read.oneOf<SupervisionMode>(mode, `supervision.modes.${at}`, SUPERVISION_MODES))
  const supervisors = read
    .list(fields.supervisors, 'supervision.supervisors', limits.MEMBERS_PER_QUEUE_MAX)
    .map((person, at) => readId<PersonId>(read, person, `supervision.supervisors.${at}`))
  const announcement = read.text(
    fields.announcement,
    'supervision.announcement',
    // Whoever may be listened to is told; there is no silent way.
    modes.length > 0 ? 1 : 0,
    limits.NAME_CHARS_MAX,
  )
  return { modes, supervisors, announcement }
}
