// /queues and /queue-agents: admins set queues up; members and supervisors look on; agents log themselves in
// and out. Everything is that of the visitor's tenant.
import {
  AgentAct,
  AgentLive,
  Agents,
  Queue,
  QueueEvents,
  QueueEventsQuery,
  QueueFigures,
  QueueLive,
  QueueSettings,
  Queues,
} from '@rufwerk/contract/queues'
import { fail, ok, type PersonId, type Result, type TenantId } from '@rufwerk/core'
import type { QueueConfig, QueueId } from '@rufwerk/queues'
import type { Refusal } from '../../error.ts'
import type { ApiPorts, QueueDesk, QueueRefusal } from '../../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../../route.ts'

type DeskOf = (tenant: TenantId) => Result<QueueDesk, Refusal>

export function queuesRoutes({ queues }: ApiPorts): readonly Route[] {
  if (queues === undefined) return []
  const deskOf: DeskOf = (tenant) => {
    const desk = queues(tenant)
    return desk === undefined ? fail({ code: 'not-found' }) : ok(desk)
  }
  return [...settingsRoutes(deskOf), ...watchingRoutes(deskOf), ...agentRoutes(deskOf)]
}

function settingsRoutes(deskOf: DeskOf): readonly Route[] {
  const save = async (who: Visitor, body: object, isNew: boolean): Promise<Result<Queue, Refusal>> => {
    const desk = deskOf(who.person.tenant)
    if (!desk.ok) return desk
    const saved = await desk.value.save(body, isNew)
    return saved.ok ? ok(settingsView(saved.value)) : fail(queueRefusal(saved.error))
  }
  return [
    signedInRoute({
      name: 'queues',
      method: 'get',
      path: '/queues',
      summary: 'The queues with their settings.',
      access: 'admin',
      status: 200,
      answer: Queues,
      run: async ({ who }) => {
        const desk = deskOf(who.person.tenant)
        return desk.ok ? ok({ queues: desk.value.settings().map(settingsView) }) : desk
      },
    }),
    signedInRoute({
      name: 'createQueue',
      method: 'post',
      path: '/queues',
      summary: 'Adds a queue. Calls come to it by a service of the same id in the dial plan.',
      access: 'admin',
      body: QueueSettings,
      status: 201,
      answer: Queue,
      refusals: ['limit-reached', 'unavailable'],
      run: ({ who, body }) => save(who, body, true),
    }),
    signedInRoute({
      name: 'changeQueue',
      method: 'put',
      path: '/queues/{id}',
      summary: 'Other settings for a queue, for those who wait as well; conversations go on.',
      access: 'admin',
      body: QueueSettings,
      status: 200,
      answer: Queue,
      refusals: ['limit-reached', 'unavailable'],
      run: async ({ who, id, body }) => {
        if (body.queue !== id) return fail({ code: 'bad-request', field: 'queue' })
        return save(who, body, false)
      },
    }),
    signedInRoute({
      name: 'removeQueue',
      method: 'delete',
      path: '/queues/{id}',
      summary: 'Removes a queue; who waits goes where its settings say, conversations go on.',
      access: 'admin',
      status: 204,
      refusals: ['unavailable'],
      run: async ({ who, id }) => {
        const desk = deskOf(who.person.tenant)
        if (!desk.ok) return desk
        const removed = await desk.value.remove(id as QueueId)
        return removed.ok ? removed : fail(queueRefusal(removed.error))
      },
    }),
  ]
}

function watchingRoutes(deskOf: DeskOf): readonly Route[] {
  return [
    signedInRoute({
      name: 'queueLive',
      method: 'get',
      path: '/queues/{id}/live',
      summary: 'Who waits, who talks, the figures of today; for members, supervisors and admins.',
      access: 'person',
      status: 200,
      answer: QueueLive,
      run: async ({ who, id }) => {
        const desk = deskOf(who.person.tenant)
        if (!desk.ok) return desk
        const live = maySee(desk.value, who, id) ? desk.value.live(id as QueueId) : undefined
        return live === undefined ? fail({ code: 'not-found' }) : ok(live)
      },
    }),
    signedInRoute({
      name: 'queueFigures',
      method: 'get',
      path: '/queues/{id}/figures',
      summary: 'The figures of today by quarters of an hour, and of the days before.',
      access: 'admin',
      status: 200,
      answer: QueueFigures,
      run: async ({ who, id }) => {
        const desk = deskOf(who.person.tenant)
        if (!desk.ok) return desk
        const figures = await desk.value.figures(id as QueueId)
        return figures === undefined ? fail({ code: 'not-found' }) : ok(figures)
      },
    }),
    signedInRoute({
      name: 'queueEvents',
      method: 'get',
      path: '/queues/{id}/events',
      summary: 'What has happened in a queue, newest first; listening as well.',
      access: 'admin',
      query: QueueEventsQuery,
      status: 200,
      answer: QueueEvents,
      run: async ({ who, id, query }) => {
        const desk = deskOf(who.person.tenant)
        if (!desk.ok) return desk
        const before = query.before === undefined ? undefined : Number(query.before)
        return ok(await desk.value.events(id as QueueId, before))
      },
    }),
  ]
}

function agentRoutes(deskOf: DeskOf): readonly Route[] {
  return [
    signedInRoute({
      name: 'queueAgents',
      method: 'get',
      path: '/queue-agents',
      summary: 'What agents do: all of them for admins, otherwise the visitor.',
      access: 'person',
      status: 200,
      answer: Agents,
      run: async ({ who }) => {
        const desk = deskOf(who.person.tenant)
        if (!desk.ok) return desk
        const { person } = who
        const own = desk.value.agent(person.id)
        const agents = person.role === 'admin' ? desk.value.agents() : own === undefined ? [] : [own]
        return ok({ agents: [...agents] })
      },
    }),
    signedInRoute({
      name: 'queueAgentAct',
      method: 'post',
      path: '/queue-agents',
      summary: 'Logs an agent in or out, pauses, goes on, or ends the wrap-up.',
      access: 'person',
      body: AgentAct,
      status: 200,
      answer: AgentLive,
      run: async ({ who, body }) => {
        const desk = deskOf(who.person.tenant)
        if (!desk.ok) return desk
        const { agent: given, ...act } = body
        const agent = (given ?? who.person.id) as PersonId
        if (agent !== who.person.id && who.person.role !== 'admin') return fail({ code: 'forbidden' })
        const done = desk.value.act(agent, act)
        const live = desk.value.agent(agent)
        if (live === undefined) return fail({ code: 'not-found', message: 'This person is in no queue.' })
        return done.ok ? ok(live) : fail({ code: 'bad-request', message: done.error })
      },
    }),
  ]
}

/** Queues are no secret, but who calls whom is. */
function maySee(desk: QueueDesk, { person }: Visitor, queue: string): boolean {
  if (person.role === 'admin') return true
  const config = desk.settings().find((one) => one.queue === queue)
  if (config === undefined) return false
  const { members, supervision } = config
  return members.some(({ agent }) => agent === person.id) || supervision.supervisors.includes(person.id)
}

function settingsView(config: QueueConfig): Queue {
  // Of the same shape; the schema's lists may be written to.
  return config as unknown as Queue
}

function queueRefusal(refusal: QueueRefusal): Refusal {
  switch (refusal.code) {
    case 'wrong':
      return { code: 'bad-request', field: refusal.place, message: refusal.sentence }
    case 'taken':
      return { code: 'conflict', field: 'queue', message: 'There is a queue of this id already.' }
    case 'not-there':
      return { code: 'not-found' }
    case 'too-many':
      return { code: 'limit-reached' }
    case 'not-stored':
      return { code: 'unavailable' }
  }
}
