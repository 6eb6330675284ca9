// For admins who run the system: /alarms, /calls/{id}/trace, /system/trace and /system/drain.
import { Alarms, CallTrace, Draining, DrainRequest, TraceSwitch } from '@rufwerk/contract/operations'
import { type CallId, fail, ok, type TenantId } from '@rufwerk/core'
import type { ApiPorts } from '../ports.ts'
import { type Route, signedInRoute } from '../route.ts'

export function operationsRoutes(ports: ApiPorts): readonly Route[] {
  const { operations, history, live } = ports
  if (operations === undefined) return []
  const isCallOf = async (tenant: TenantId, call: CallId): Promise<boolean> =>
    live.calls().some((view) => view.call === call && view.tenant === tenant) ||
    (await history.call(tenant, call)) !== undefined
  return [
    signedInRoute({
      name: 'alarms',
      method: 'get',
      path: '/alarms',
      summary: 'What goes wrong, or soon will.',
      access: 'admin',
      status: 200,
      answer: Alarms,
      run: async () => ok({ alarms: [...operations.alarms()], clockOffset: 'unknown' as const }),
    }),
    signedInRoute({
      name: 'callTrace',
      noted: 'access',
      method: 'get',
      path: '/calls/{id}/trace',
      summary: 'The SIP messages of a call of the tenant, without secrets; as text with Accept: text/plain.',
      access: 'admin',
      status: 200,
      answer: CallTrace,
      text: writeTrace,
      run: async ({ who, id }) => {
        const trace = operations.trace(id as CallId)
        if (trace === undefined || !(await isCallOf(who.person.tenant, id as CallId)))
          return fail({ code: 'not-found' })
        const messages = trace.messages.map((message) => ({
          ...message,
          startLine: message.text.slice(0, Math.max(0, message.text.indexOf('\r\n'))),
        }))
        return ok({ messages, dropped: trace.dropped })
      },
    }),
    signedInRoute({
      name: 'switchTrace',
      method: 'put',
      path: '/system/trace',
      summary: 'Keeps the SIP messages of calls from now on, or stops that and forgets them.',
      access: 'admin',
      body: TraceSwitch,
      status: 204,
      run: async ({ body }) => ok(operations.switchTrace(body.isOn)),
    }),
    signedInRoute({
      name: 'drain',
      method: 'post',
      path: '/system/drain',
      summary: 'Takes no new calls, waits until the others have ended, but not longer than told, then stops.',
      access: 'admin',
      body: DrainRequest,
      status: 200,
      answer: Draining,
      run: async ({ body }) => ok(operations.drain(body.seconds)),
    }),
  ]
}

/** For reading, and for what draws ladders from text. */
function writeTrace({ messages, dropped }: CallTrace): string {
  const parts = messages.map(({ at, direction, transport, local, remote, text }) => {
    const arrow = direction === 'sent' ? '→' : '←'
    return `${new Date(at).toISOString()} ${transport} ${local} ${arrow} ${remote}\n\n${text}`
  })
  const head = dropped > 0 ? `${dropped} older messages are not kept any more.\n\n` : ''
  return head + parts.join('\n')
}
