// /attacks, for admins: who attacks telephony and is blocked for it, letting somebody go, settings.
import { AttackSettings, Attacks } from '@rufwerk/contract/attacks'
import { fail, ok } from '@rufwerk/core'
import type { ApiPorts } from '../ports.ts'
import { type Route, signedInRoute } from '../route.ts'

export function attackRoutes({ attacks }: ApiPorts): readonly Route[] {
  if (attacks === undefined) return []
  return [
    signedInRoute({
      name: 'attacks',
      method: 'get',
      path: '/attacks',
      summary:
        'Attacks on telephony as they are now: who is blocked until when and why, and what was seen last.',
      access: 'admin',
      status: 200,
      answer: Attacks,
      refusals: ['not-found'],
      run: async ({ who }) => {
        const view = attacks.view(who.person.tenant)
        return view === undefined ? fail({ code: 'not-found' }) : ok(view)
      },
    }),
    signedInRoute({
      name: 'releaseAttacker',
      method: 'delete',
      path: '/attacks/blocks/{id}',
      summary: 'Ends a block; nothing of before counts then.',
      access: 'admin',
      status: 204,
      refusals: ['not-found'],
      run: async ({ who, id }) =>
        attacks.release(who.session, id)
          ? ok(undefined)
          : fail({ code: 'not-found', message: 'Nobody is blocked under this id any more.' }),
    }),
    signedInRoute({
      name: 'changeAttackSettings',
      method: 'put',
      path: '/attacks/settings',
      summary: 'Sets canaries, who is never blocked, and where events are sent; in force at once.',
      access: 'admin',
      body: AttackSettings,
      status: 204,
      refusals: ['not-found', 'unavailable'],
      run: async ({ who, body }) => {
        if (attacks.view(who.person.tenant) === undefined) return fail({ code: 'not-found' })
        const changed = await attacks.change(who.session, body)
        if (changed.ok) return ok(undefined)
        return fail(
          changed.error === 'not-stored'
            ? { code: 'unavailable' }
            : { code: 'bad-request', ...changed.error },
        )
      },
    }),
  ]
}
