// /voicemail: one's own messages and those of shared boxes. What is in a box is for its owners alone: for
// everybody else, admins too, a message does not exist.
import type { Directory } from '@rufwerk/accounts'
import {
  type VoicemailBox,
  VoicemailBoxes,
  VoicemailMark,
  VoicemailMessages,
  VoicemailPin,
  VoicemailQuery,
  type VoicemailMessage as WireMessage,
} from '@rufwerk/contract/voicemail'
import { fail, ok, type PersonId, type Result, type TenantId } from '@rufwerk/core'
import {
  type Box,
  isWorthKeeping,
  type Message,
  type MessageId,
  roomIn,
  type VoicemailRefusal,
} from '@rufwerk/messaging'
import type { Refusal } from '../../error.ts'
import type { ApiPorts, VoicemailPort } from '../../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../../route.ts'

export function voicemailRoutes({ voicemail }: ApiPorts): readonly Route[] {
  if (voicemail === undefined) return []
  return [...listRoutes(voicemail), ...messageRoutes(voicemail), pinRoute(voicemail)]
}

function listRoutes({ book }: VoicemailPort): readonly Route[] {
  return [
    signedInRoute({
      name: 'voicemail',
      method: 'get',
      path: '/voicemail',
      summary: 'The boxes of the visitor, one’s own and shared ones.',
      access: 'person',
      status: 200,
      answer: VoicemailBoxes,
      run: async ({ who }) => {
        const { tenant, id } = who.person
        return ok({ boxes: book.boxesOf(tenant, id).map((box) => boxView(book, tenant, box)) })
      },
    }),
    signedInRoute({
      name: 'voicemailMessages',
      method: 'get',
      path: '/voicemail/messages',
      summary: 'The messages of a box of the visitor, newest first.',
      access: 'person',
      query: VoicemailQuery,
      status: 200,
      answer: VoicemailMessages,
      refusals: ['not-found'],
      run: async ({ who, query }) => {
        const box = ownBox(book, who, query.box)
        if (box === undefined) return fail({ code: 'not-found' })
        const messages = await book.messages(who.person.tenant, box.id)
        return ok({ messages: messages.map(messageView).toReversed() })
      },
    }),
  ]
}

function messageRoutes(port: VoicemailPort): readonly Route[] {
  const { book } = port
  return [
    signedInRoute({
      name: 'voicemailSound',
      method: 'get',
      path: '/voicemail/messages/{id}/sound',
      summary: 'A message as WAV.',
      access: 'person',
      status: 200,
      file: 'audio/wav',
      run: async ({ who, id }) => {
        const message = await ownMessage(book, who, id)
        if (message === undefined) return fail({ code: 'not-found' })
        const content = await port.sound(message.recording)
        if (content === 'busy') return fail({ code: 'unavailable' })
        return content === 'unreadable'
          ? fail({ code: 'not-found', message: 'The sound of this message cannot be read any more.' })
          : ok({ name: `message-${message.id}.wav`, content })
      },
    }),
    signedInRoute({
      name: 'markVoicemail',
      method: 'put',
      path: '/voicemail/messages/{id}',
      summary: 'Marks a message as heard, or as new again.',
      access: 'person',
      body: VoicemailMark,
      status: 204,
      run: async ({ who, id, body }) => {
        const message = await ownMessage(book, who, id)
        if (message === undefined) return fail({ code: 'not-found' })
        return stored(await book.markRead(who.person.tenant, message.id, body.isRead))
      },
    }),
    signedInRoute({
      name: 'removeVoicemail',
      method: 'delete',
      path: '/voicemail/messages/{id}',
      summary: 'Deletes a message and its sound.',
      access: 'person',
      status: 204,
      run: async ({ who, id }) => {
        const message = await ownMessage(book, who, id)
        if (message === undefined) return fail({ code: 'not-found' })
        return stored(await book.removeMessage(who.person.tenant, message.id))
      },
    }),
  ]
}

function pinRoute({ book }: VoicemailPort): Route {
  return signedInRoute({
    name: 'setVoicemailPin',
    method: 'put',
    path: '/voicemail/boxes/{id}/pin',
    summary: 'Sets the PIN of a box of the visitor, or of any by an admin.',
    access: 'person',
    body: VoicemailPin,
    status: 204,
    refusals: ['pin-weak', 'box-wrong'],
    run: async ({ who, id, body }) => {
      const { tenant, role } = who.person
      const box = role === 'admin' ? book.box(tenant, id) : ownBox(book, who, id)
      if (box === undefined) return fail({ code: 'not-found' })
      const extensions = extensionsOf(who.directory, box.owners)
      const pin = body.pin === null ? undefined : { pin: body.pin, extensions }
      const set = await book.setPin(tenant, id, pin)
      return set.ok ? set : fail(voicemailRefusal(set.error))
    },
  })
}

/** What is no PIN of a box. */
export function extensionsOf({ byPerson }: Directory, owners: readonly PersonId[]): readonly string[] {
  return owners.flatMap((owner) => byPerson.get(owner)?.extension ?? [])
}

type Book = VoicemailPort['book']

function ownBox(book: Book, { person }: Visitor, id: string): Box | undefined {
  const box = book.box(person.tenant, id)
  return box?.owners.includes(person.id) ? box : undefined
}

export async function ownMessage(book: Book, who: Visitor, id: string): Promise<Message | undefined> {
  const found = await book.message(who.person.tenant, id as MessageId)
  return found && ownBox(book, who, found.box) ? found.message : undefined
}

function stored(outcome: Awaited<ReturnType<Book['markRead']>>): Result<undefined, Refusal> {
  if (outcome === 'committed') return ok(undefined)
  return fail({ code: outcome === 'not-found' ? 'not-found' : 'unavailable' })
}

function boxView(book: Book, tenant: TenantId, box: Box): VoicemailBox {
  const { counts, messages, length } = book.fillingOf(tenant, box.id)
  return {
    ...{ id: box.id, name: box.name, kind: box.kind, hasPin: box.hasPin },
    ...{ unheard: counts.unheard, heard: counts.heard },
    isFull: !isWorthKeeping(roomIn(box, { messages, length })),
    greetings: Object.keys(box.greetings) as VoicemailBox['greetings'],
  }
}

function messageView({ recording: _, length, ...message }: Message): WireMessage {
  return { ...message, lengthMs: length }
}

const FIELDS: Readonly<Partial<Record<VoicemailRefusal, string>>> = {
  name: 'name',
  owners: 'owners',
  'personal-box-has-one-owner': 'owners',
  'unreachable-without-pin': 'pin',
  'longest-message': 'longestMessageSeconds',
  'messages-max': 'messagesMax',
  retention: 'keepDays',
  mail: 'mail',
}

export function voicemailRefusal(refusal: VoicemailRefusal): Refusal {
  switch (refusal) {
    case 'not-found':
      return { code: 'not-found' }
    case 'exists':
      return { code: 'conflict', field: 'id', message: 'There is a box of this id.' }
    case 'too-many-boxes':
      return { code: 'limit-reached' }
    case 'unavailable':
      return { code: 'unavailable' }
    case 'not-digits':
    case 'too-short':
    case 'too-long':
    case 'too-simple':
    case 'is-the-extension':
      return { code: 'pin-weak', field: 'pin' }
    default:
      return { code: 'box-wrong', ...(FIELDS[refusal] && { field: FIELDS[refusal] }) }
  }
}
