// /trunks: admins set how carriers are reached and see how each one is doing. Which calls take a trunk stands
// in the dial plan. Everything is that of the visitor's tenant.
import { Trunk, TrunkSettings, Trunks } from '@rufwerk/contract/trunks'
import { fail, ok, type Result } from '@rufwerk/core'
import type { Refusal } from '../../error.ts'
import type { ApiPorts } from '../../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../../route.ts'
import type { TrunkDesk, TrunkRefusal } from './trunk-desk.ts'

export function trunksRoutes({ trunks }: ApiPorts): readonly Route[] {
  if (trunks === undefined) return []
  const deskOf = ({ person }: Visitor): Result<TrunkDesk, Refusal> => {
    const desk = trunks(person.tenant)
    return desk === undefined ? fail({ code: 'unavailable' }) : ok(desk)
  }
  const save = async (who: Visitor, body: TrunkSettings, isNew: boolean): Promise<Result<Trunk, Refusal>> => {
    const desk = deskOf(who)
    if (!desk.ok) return desk
    const saved = await desk.value.save(body, isNew)
    return saved.ok ? saved : fail(trunkRefusal(saved.error))
  }
  return [
    signedInRoute({
      name: 'trunks',
      method: 'get',
      path: '/trunks',
      summary: 'How carriers are reached, and how each trunk is doing; without passwords.',
      access: 'admin',
      status: 200,
      answer: Trunks,
      run: async ({ who }) => {
        const desk = deskOf(who)
        if (!desk.ok) return desk
        const listed = await desk.value.list()
        return listed.ok ? ok({ trunks: [...listed.value] }) : fail(trunkRefusal(listed.error))
      },
    }),
    signedInRoute({
      name: 'createTrunk',
      method: 'post',
      path: '/trunks',
      summary: 'Adds a trunk, which registers within seconds. Calls take it where the dial plan says so.',
      access: 'admin',
      body: TrunkSettings,
      status: 201,
      answer: Trunk,
      refusals: ['limit-reached'],
      run: ({ who, body }) => save(who, body, true),
    }),
    signedInRoute({
      name: 'changeTrunk',
      method: 'put',
      path: '/trunks/{id}',
      summary: 'Other settings for a trunk, in force within seconds; calls over it go on.',
      access: 'admin',
      body: TrunkSettings,
      status: 200,
      answer: Trunk,
      run: async ({ who, id, body }) => {
        if (body.id !== id) return fail({ code: 'bad-request', field: 'id' })
        return save(who, body, false)
      },
    }),
    signedInRoute({
      name: 'removeTrunk',
      method: 'delete',
      path: '/trunks/{id}',
      summary: 'Removes a trunk and takes its registration back; calls over it go on.',
      access: 'admin',
      status: 204,
      run: async ({ who, id }) => {
        const desk = deskOf(who)
        if (!desk.ok) return desk
        const removed = await desk.value.remove(id)
        return removed.ok ? removed : fail(trunkRefusal(removed.error))
      },
    }),
  ]
}

function trunkRefusal(refusal: TrunkRefusal): Refusal {
  switch (refusal.code) {
    case 'wrong':
      return { code: 'bad-request', field: refusal.field, message: refusal.sentence }
    case 'taken':
      return { code: 'conflict', field: 'id', message: 'There is a trunk of this id already.' }
    case 'not-there':
      return { code: 'not-found' }
    case 'too-many':
      return { code: 'limit-reached' }
    case 'unreadable':
      return { code: 'conflict', message: 'trunks.json cannot be read; the log names the place.' }
    case 'not-stored':
      return { code: 'unavailable' }
  }
}
