// /prompts, for admins: what callers hear besides people, replaced by a file of any common format, and taken
// back. What somebody sends is converted elsewhere, never here.
import { PROMPT_UPLOAD_BYTES_MAX, Prompt, PromptFromMessage, Prompts } from '@rufwerk/contract/prompts'
import { fail, ok, type Result } from '@rufwerk/core'
import type { Refusal } from '../../error.ts'
import type { ApiPorts, PromptDoor, PromptRefusal, PromptState, VoicemailPort } from '../../ports.ts'
import { type Route, signedInRoute } from '../../route.ts'
import { ownMessage } from '../voicemail/messages.ts'

export function promptRoutes({ prompts, voicemail }: ApiPorts): readonly Route[] {
  if (prompts === undefined) return []
  const byPhone = voicemail === undefined ? [] : [messageRoute(prompts, voicemail)]
  return [...readingRoutes(prompts), ...changingRoutes(prompts), ...byPhone]
}

function readingRoutes(prompts: PromptDoor): readonly Route[] {
  return [
    signedInRoute({
      name: 'prompts',
      method: 'get',
      path: '/prompts',
      summary: 'Every announcement and piece of music, what it says, and whether the company has its own.',
      access: 'admin',
      status: 200,
      answer: Prompts,
      run: async ({ who }) =>
        ok({ prompts: prompts.list(who.person.tenant).map((prompt) => ({ ...prompt })) }),
    }),
    signedInRoute({
      name: 'promptSound',
      method: 'get',
      path: '/prompts/{id}/sound',
      summary: 'What callers hear, as a wave file.',
      access: 'admin',
      status: 200,
      file: 'audio/wav',
      refusals: ['not-found'],
      run: async ({ who, id }) => {
        const sound = await prompts.sound(who.person.tenant, id)
        return sound === undefined
          ? fail({ code: 'not-found' })
          : ok({ name: `${id}.wav`, content: once(sound) })
      },
    }),
  ]
}

function changingRoutes(prompts: PromptDoor): readonly Route[] {
  return [
    signedInRoute({
      name: 'replacePrompt',
      method: 'put',
      path: '/prompts/{id}',
      summary: 'Replaces one by the sound in the body: WAV, MP3, FLAC or Ogg Opus of any rate.',
      access: 'admin',
      act: 'upload',
      upload: PROMPT_UPLOAD_BYTES_MAX,
      status: 200,
      answer: Prompt,
      refusals: ['not-a-sound', 'limit-reached', 'not-found'],
      run: async ({ who, id, upload }) => {
        const { tenant, id: by } = who.person
        return told(await prompts.replace(tenant, by, id, upload))
      },
    }),
    signedInRoute({
      name: 'resetPrompt',
      method: 'delete',
      path: '/prompts/{id}',
      summary: 'Removes the own recording; what is built in is heard again.',
      access: 'admin',
      status: 204,
      refusals: ['not-found', 'conflict'],
      run: async ({ who, id }) => {
        const { tenant, id: by } = who.person
        const place = prompts.usedAt(tenant, id)
        if (place !== undefined) return fail({ code: 'conflict', message: `It is still named: ${place}.` })
        return (await prompts.reset(tenant, by, id)) ? ok(undefined) : fail({ code: 'not-found' })
      },
    }),
  ]
}

/** Who has no file speaks into an own box, where it can be heard and spoken again before it is kept. */
function messageRoute(prompts: PromptDoor, { book, sound }: VoicemailPort): Route {
  return signedInRoute({
    name: 'promptFromMessage',
    method: 'post',
    path: '/prompts/{id}/message',
    summary:
      'Replaces one by a message that was spoken by phone into a box of the visitor; the message stays.',
    access: 'admin',
    act: 'upload',
    body: PromptFromMessage,
    status: 200,
    answer: Prompt,
    refusals: ['not-a-sound', 'limit-reached', 'not-found'],
    run: async ({ who, id, body }) => {
      const message = await ownMessage(book, who, body.message)
      if (message === undefined) return fail({ code: 'not-found', field: 'message' })
      const spoken = await sound(message.recording)
      if (spoken === 'busy') return fail({ code: 'unavailable' })
      if (spoken === 'unreadable')
        return fail({ code: 'not-found', field: 'message', message: 'Its sound cannot be read any more.' })
      const bytes = await collected(spoken)
      if (bytes === undefined) return fail({ code: 'not-a-sound', message: 'The message is too long.' })
      const { tenant, id: by } = who.person
      return told(await prompts.replace(tenant, by, id, bytes))
    },
  })
}

/** Undefined when it is more than an upload may have. */
async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const all: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > PROMPT_UPLOAD_BYTES_MAX) return undefined
    all.push(piece)
  }
  return Uint8Array.from(Buffer.concat(all))
}

function told(replaced: Result<PromptState, PromptRefusal>): Result<Prompt, Refusal> {
  return replaced.ok ? ok({ ...replaced.value }) : fail(refusalOf(replaced.error))
}

function refusalOf(refusal: PromptRefusal): Refusal {
  switch (refusal.why) {
    case 'no-name':
      return { code: 'not-found', message: 'A prompt is named de-NAME, en-NAME or music-NAME.' }
    case 'fixed':
      return { code: 'forbidden', message: 'The words of this prompt are evidence and cannot be replaced.' }
    case 'full':
      return { code: 'limit-reached', message: 'There are too many own prompts; remove one first.' }
    case 'no-sound':
      return { code: 'not-a-sound', message: refusal.sentence }
    case 'busy':
    case 'not-stored':
      return { code: 'unavailable' }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
