// The queues of a company: settings, what goes on in them, agents, figures and events. Lengths of time are in
// milliseconds. Ranges of settings are judged by the server, which names the place of what is wrong.
import { Id, Time, z } from './schema.ts'

const Length = z.number().describe('Milliseconds.')

/** Where somebody goes who leaves a queue unserved. */
export const QueueTarget = z
  .discriminatedUnion('to', [
    z.object({ to: z.literal('end') }).describe('The busy tone.'),
    z.object({
      to: z.literal('number'),
      number: z.string().describe('An extension, or a number outside as +4930….'),
    }),
    z.object({ to: z.literal('queue'), queue: Id }),
    z.object({ to: z.literal('voicemail'), person: Id }),
    z.object({ to: z.literal('announcement'), prompt: z.string() }),
  ])
  .meta({ id: 'QueueTarget' })
export type QueueTarget = z.infer<typeof QueueTarget>

export const QueueStrategy = z.enum([
  'longestIdle',
  'ringAll',
  'roundRobin',
  'random',
  'leastTalkTime',
  'fewestCalls',
])

export const SupervisionMode = z.enum(['listen', 'whisper', 'barge']).meta({ id: 'SupervisionMode' })
export type SupervisionMode = z.infer<typeof SupervisionMode>

const members = z.array(
  z.object({
    agent: Id.describe('A person.'),
    level: z.int().describe('0 is the first line; level n is asked after n times the delay.'),
  }),
)
const overflow = z.object({
  full: QueueTarget,
  timeout: QueueTarget,
  unstaffed: QueueTarget,
  removed: QueueTarget,
})
const announce = z.object({ first: Length, interval: Length, position: z.boolean(), wait: z.boolean() })
const supervision = z.object({
  modes: z.array(SupervisionMode),
  supervisors: z.array(Id),
  announcement: z.string().describe('The prompt that tells the caller.'),
})

/** What is absent has its default. */
export const QueueSettings = z
  .strictObject({
    queue: Id.describe('The id of the service in the dial plan.'),
    name: z.string(),
    strategy: QueueStrategy.optional(),
    priority: z.int().optional().describe('Of callers who come: 0 to 9, the higher first.'),
    members,
    ringTime: Length.optional(),
    restTime: Length.optional().describe('How long an agent is left alone who did not answer.'),
    levelDelay: Length.optional(),
    wrapUp: Length.optional(),
    missesMax: z.int().optional().describe('Calls in a row not answered until an agent is paused; 0: never.'),
    lengthMax: z.int().optional(),
    waitMax: Length.optional(),
    whenUnstaffed: z.enum(['wait', 'refuse', 'leave']).optional(),
    unstaffedDelay: Length.optional(),
    overflow: overflow.optional(),
    keys: z.array(z.object({ key: z.string(), target: QueueTarget })).optional(),
    music: z.string().optional().describe('Empty: the hold tone.'),
    announce: announce.nullable().optional().describe('null: nothing is told.'),
    serviceTarget: Length.optional(),
    abandonedCounts: z.enum(['always', 'exceptShort', 'never']).optional(),
    shortAbandon: Length.optional(),
    supervision: supervision.optional(),
  })
  .meta({ id: 'QueueSettings' })
export type QueueSettings = z.infer<typeof QueueSettings>

/** With everything. */
export const Queue = z
  .object({
    ...QueueSettings.required().shape,
    announce: announce.optional(),
  })
  .meta({ id: 'Queue' })
export type Queue = z.infer<typeof Queue>

export const Queues = z.object({ queues: z.array(Queue) }).meta({ id: 'Queues' })
export type Queues = z.infer<typeof Queues>

const Activity = z.enum(['talking', 'ringing', 'busy', 'wrapUp', 'out', 'paused', 'unreachable', 'idle'])

export const QueueCounts = z
  .object({
    entered: z.int(),
    answered: z.int(),
    answeredInTime: z.int(),
    abandoned: z.int(),
    abandonedShort: z.int(),
    full: z.int(),
    timeout: z.int(),
    unstaffed: z.int(),
    key: z.int(),
    removed: z.int(),
    lost: z.int().describe('Did not survive a restart.'),
    requeued: z.int().describe('Came back because the agent was lost.'),
    missed: z.int().describe('Calls that an agent did not answer.'),
    answeredWaitMs: Length,
    abandonedWaitMs: Length,
    longestWaitMs: Length,
    talkMs: Length,
  })
  .meta({ id: 'QueueCounts' })
export type QueueCounts = z.infer<typeof QueueCounts>

/** What goes on in a queue at this moment. */
export const QueueLive = z
  .object({
    queue: Id,
    name: z.string(),
    talking: z.int(),
    waiting: z
      .array(
        z.object({
          call: z.string(),
          number: z.string().optional().describe('Absent when hidden.'),
          name: z.string().optional(),
          priority: z.int(),
          waitedMs: Length,
          ringing: z.array(Id).describe('The agents that ring for this caller.'),
        }),
      )
      .describe('In the order in which they will be served.'),
    longestWaitMs: Length,
    expectedWaitMs: Length.optional().describe('For whoever comes next; absent when no agent is there.'),
    agents: z.record(Activity, z.int()).describe('Members by what they do.'),
    today: QueueCounts,
    serviceLevel: z.number().optional().describe('0 to 1; absent while there is nobody to divide by.'),
    abandonRate: z.number().optional(),
    averageWaitMs: Length.optional(),
  })
  .meta({ id: 'QueueLive' })
export type QueueLive = z.infer<typeof QueueLive>

export const QueueFigures = z
  .object({
    live: QueueLive,
    quarters: z
      .array(z.object({ from: Time, counts: QueueCounts }))
      .describe('Pieces of 15 minutes, the oldest first, of the last day at most.'),
    days: z.array(z.object({ date: z.string(), counts: QueueCounts })).describe('The latest first.'),
  })
  .meta({ id: 'QueueFigures' })
export type QueueFigures = z.infer<typeof QueueFigures>

export const AgentLive = z
  .object({
    agent: Id,
    activity: Activity,
    since: Time,
    pauseReason: z.string().optional(),
    queues: z.array(z.object({ queue: Id, name: z.string(), isLoggedIn: z.boolean() })),
    calls: z.int().describe('Answered today.'),
    missed: z.int(),
    spentMs: z.record(Activity, Length).describe('Today, up to now.'),
  })
  .meta({ id: 'AgentLive' })
export type AgentLive = z.infer<typeof AgentLive>

export const Agents = z.object({ agents: z.array(AgentLive) }).meta({ id: 'Agents' })
export type Agents = z.infer<typeof Agents>

/** What an agent does: in one queue, or in all of the own when none is named. */
export const AgentAct = z
  .strictObject({
    does: z.enum(['logIn', 'logOut', 'pause', 'resume', 'ready']),
    queue: Id.optional().describe('For logIn and logOut.'),
    reason: z.string().max(80).optional().describe('For pause.'),
    agent: Id.optional().describe('Another person; admins only.'),
  })
  .meta({ id: 'AgentAct' })
export type AgentAct = z.infer<typeof AgentAct>

export const QueueEvents = z
  .object({
    events: z
      .array(z.object({ at: Time, type: z.string() }).catchall(z.union([z.string(), z.number()])))
      .describe('Newest first.'),
    next: z.string().optional(),
  })
  .meta({ id: 'QueueEvents' })
export type QueueEvents = z.infer<typeof QueueEvents>

export const QueueEventsQuery = z.strictObject({
  before: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
})
