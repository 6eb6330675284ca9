// /voicemail/boxes, for admins: which boxes there are, whose, and how much fits in. Their messages are not
// told here.
import {
  NewVoicemailBox,
  VoicemailBoxState,
  VoicemailBoxStates,
  VoicemailSettings,
} from '@rufwerk/contract/voicemail'
import { fail, ok, type PersonId, type Result, seconds, type TenantId, type WallTime } from '@rufwerk/core'
import type { Box, BoxSettings } from '@rufwerk/messaging'
import type { Refusal } from '../../error.ts'
import type { ApiPorts, VoicemailPort } from '../../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../../route.ts'
import { extensionsOf, voicemailRefusal } from './messages.ts'

type Wanted = ReturnType<typeof VoicemailSettings.parse>

export function voicemailBoxRoutes({ voicemail }: ApiPorts): readonly Route[] {
  if (voicemail === undefined) return []
  return [...readingRoutes(voicemail), ...changingRoutes(voicemail)]
}

function readingRoutes({ book }: VoicemailPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'voicemailBoxes',
      method: 'get',
      path: '/voicemail/boxes',
      summary: 'All boxes of the company.',
      access: 'admin',
      status: 200,
      answer: VoicemailBoxStates,
      run: async ({ who }) => {
        const { tenant } = who.person
        return ok({ boxes: book.boxes(tenant).map((box) => boxStateView(book, tenant, box)) })
      },
    }),
  ]
}

function changingRoutes({ book }: VoicemailPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'addVoicemailBox',
      method: 'post',
      path: '/voicemail/boxes',
      summary: 'Adds a box. From then on calls for its owner that nobody answers come there.',
      access: 'admin',
      body: NewVoicemailBox,
      status: 201,
      answer: VoicemailBoxState,
      refusals: ['pin-weak', 'box-wrong', 'limit-reached', 'not-found'],
      run: async ({ who, body }) => {
        const { id: given, pin, ...wanted } = body
        const settings = boxSettingsOf(wanted, who)
        if (!settings.ok) return settings
        const [owner] = settings.value.owners
        const id = wanted.kind === 'personal' ? owner : given
        const isOfPerson = wanted.kind === 'shared' && given !== undefined && isPerson(who, given)
        if (id === undefined || isOfPerson || (wanted.kind === 'personal' && given !== undefined))
          return fail({ code: 'box-wrong', field: 'id' })
        const { tenant } = who.person
        const extensions = extensionsOf(who.directory, settings.value.owners)
        const added = await book.add(
          tenant,
          id,
          settings.value,
          pin === undefined ? undefined : { pin, extensions },
        )
        return added.ok ? state(book, tenant, id) : fail(voicemailRefusal(added.error))
      },
    }),
    signedInRoute({
      name: 'changeVoicemailBox',
      method: 'put',
      path: '/voicemail/boxes/{id}',
      summary: 'Changes whose a box is, and how much fits in.',
      access: 'admin',
      body: VoicemailSettings,
      status: 200,
      answer: VoicemailBoxState,
      refusals: ['box-wrong'],
      run: async ({ who, id, body }) => {
        const { tenant } = who.person
        const before = book.box(tenant, id)
        if (before === undefined) return fail({ code: 'not-found' })
        const settings = boxSettingsOf(body, who)
        if (!settings.ok) return settings
        const hasMoved = body.kind === 'personal' && settings.value.owners[0] !== id
        if (before.kind !== body.kind || hasMoved) return fail({ code: 'box-wrong', field: 'owners' })
        const changed = await book.change(tenant, id, settings.value)
        return changed.ok ? state(book, tenant, id) : fail(voicemailRefusal(changed.error))
      },
    }),
    signedInRoute({
      name: 'removeVoicemailBox',
      method: 'delete',
      path: '/voicemail/boxes/{id}',
      summary: 'Deletes a box with all its messages.',
      access: 'admin',
      status: 204,
      run: async ({ who, id }) => {
        const removed = await book.remove(who.person.tenant, id)
        return removed.ok ? removed : fail(voicemailRefusal(removed.error))
      },
    }),
  ]
}

type Book = VoicemailPort['book']

function isPerson({ directory }: Pick<Visitor, 'directory'>, id: string): boolean {
  return directory.byPerson.has(id as PersonId)
}

/** Owners must be people of the company. */
export function boxSettingsOf(wanted: Wanted, who: Pick<Visitor, 'directory'>): Result<BoxSettings, Refusal> {
  const { owners, longestMessageSeconds, keepHeardDays, keepDays, temporaryUntil, ...rest } = wanted
  if (!owners.every((owner) => isPerson(who, owner))) return fail({ code: 'not-found', field: 'owners' })
  return ok({
    ...rest,
    owners: owners as PersonId[],
    longestMessage: seconds(longestMessageSeconds),
    retention: {
      ...(keepHeardDays !== undefined && { oldDays: keepHeardDays }),
      ...(keepDays !== undefined && { allDays: keepDays }),
    },
    ...(temporaryUntil !== undefined && { temporaryUntil: temporaryUntil as WallTime }),
  })
}

function state(book: Book, tenant: TenantId, id: string): Result<VoicemailBoxState, Refusal> {
  const box = book.box(tenant, id)
  return box === undefined ? fail({ code: 'conflict' }) : ok(boxStateView(book, tenant, box))
}

/** A box as admins see it. */
export function boxStateView(book: Pick<Book, 'fillingOf'>, tenant: TenantId, box: Box): VoicemailBoxState {
  const { greetings: _, retention, longestMessage, owners, temporaryUntil, ...rest } = box
  return {
    ...rest,
    owners: [...owners],
    longestMessageSeconds: Math.round(longestMessage / 1000),
    ...(retention.oldDays !== undefined && { keepHeardDays: retention.oldDays }),
    ...(retention.allDays !== undefined && { keepDays: retention.allDays }),
    ...(temporaryUntil !== undefined && { temporaryUntil }),
    messages: book.fillingOf(tenant, box.id).messages,
  }
}
