// GET /health.
import { Health } from '@rufwerk/contract'
import { ok } from '@rufwerk/core'
import type { ApiPorts } from '../ports.ts'
import { openRoute, type Route } from '../route.ts'

export function healthRoutes(ports: ApiPorts): readonly Route[] {
  return [
    openRoute({
      name: 'health',
      method: 'get',
      path: '/health',
      summary: 'Is the server alive, and can it take new calls?',
      access: 'anyone',
      status: 200,
      answer: Health,
      run: async () =>
        ok({
          status: ports.isOverloaded() ? ('overloaded' as const) : ('ok' as const),
          version: ports.settings.version,
        }),
    }),
  ]
}
