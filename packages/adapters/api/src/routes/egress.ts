// /egress, for admins: where this server may connect to and why, and what was refused.
import { Egress } from '@rufwerk/contract/egress'
import { ok } from '@rufwerk/core'
import type { ApiPorts } from '../ports.ts'
import { type Route, signedInRoute } from '../route.ts'

/** Of whoever decides where the server may connect to. */
export interface EgressPort {
  view(): Egress
}

export function egressRoutes({ egress }: ApiPorts): readonly Route[] {
  if (egress === undefined) return []
  return [
    signedInRoute({
      name: 'egress',
      method: 'get',
      path: '/egress',
      summary: 'Where the server may connect to and why, and what was refused.',
      access: 'admin',
      status: 200,
      answer: Egress,
      run: async () => ok(egress.view()),
    }),
  ]
}
