// /calls: the visitor's own calls that have ended. A call of others is answered as if it did not exist.
import { CallDetail, CallPage, CallsQuery, LIMITS } from '@rufwerk/contract'
import { type CallId, fail, ok } from '@rufwerk/core'
import { hasPartIn, recordView, stepView } from '../call-views.ts'
import type { ApiPorts } from '../ports.ts'
import { type Route, signedInRoute } from '../route.ts'

export function callsRoutes({ history }: ApiPorts): readonly Route[] {
  return [
    signedInRoute({
      name: 'calls',
      method: 'get',
      path: '/calls',
      summary: "The visitor's calls, newest first.",
      access: 'person',
      query: CallsQuery,
      status: 200,
      answer: CallPage,
      run: async ({ who, query }) => {
        const { tenant, id } = who.person
        const limit = Number(query.limit ?? LIMITS.callsPerPageDefault)
        const page = await history.callsOf(tenant, id, {
          limit,
          ...(query.cursor !== undefined && { cursor: query.cursor }),
        })
        if (page === undefined) return fail({ code: 'bad-request', field: 'cursor' })
        const calls = page.calls.map((cdr) => recordView(cdr, id, who.directory))
        return ok({ calls, ...(page.next !== undefined && { nextCursor: page.next }) })
      },
    }),
    signedInRoute({
      name: 'call',
      method: 'get',
      path: '/calls/{id}',
      summary: 'One of the visitor’s calls with its steps and the quality of its legs.',
      access: 'person',
      status: 200,
      answer: CallDetail,
      run: async ({ who, id }) => {
        const found = await history.call(who.person.tenant, id as CallId)
        if (found === undefined || !hasPartIn(found.cdr, who.person.id)) return fail({ code: 'not-found' })
        const { cdr, events } = found
        return ok({
          call: recordView(cdr, who.person.id, who.directory),
          events: events.map(stepView),
          quality: cdr.quality.map(({ leg, role, quality }) => ({ leg, role, quality: { ...quality } })),
        })
      },
    }),
  ]
}
