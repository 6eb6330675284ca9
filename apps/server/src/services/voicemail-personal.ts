// Messages that somebody left in boxes, by the number of the caller: found, exported as WAV with what is kept
// beside them, erased with their keys. Greetings are words of the house.
import { Readable } from 'node:stream'
import {
  isNumber,
  type PersonalDataSource,
  type PersonalFile,
  type PersonalSearch,
} from '@rufwerk/calls/records'
import type { RecordingId, WallTime } from '@rufwerk/core'
import type { Box, Message, VoicemailBook } from '@rufwerk/messaging'

export interface PersonalVoicemailParts {
  readonly book: Pick<VoicemailBook, 'boxes' | 'messages' | 'removeMessage'>
  /** Rather than the sound why it cannot be read now. */
  readonly sound: (recording: RecordingId) => Promise<AsyncIterable<Uint8Array> | 'busy' | 'unreadable'>
}

interface Left {
  readonly box: Box
  readonly message: Message
}

export function personalVoicemail({ book, sound }: PersonalVoicemailParts): PersonalDataSource {
  async function* all({ tenant, number }: PersonalSearch): AsyncGenerator<Left> {
    for (const box of book.boxes(tenant))
      for (const message of await book.messages(tenant, box.id))
        if (message.from !== undefined && isNumber(message.from, number)) yield { box, message }
  }

  async function* files(search: PersonalSearch): AsyncGenerator<PersonalFile> {
    for await (const { box, message } of all(search)) {
      const { id, recording, ...about } = message
      const text = `${JSON.stringify({ id, box: box.id, ...about }, undefined, 2)}\n`
      yield { path: `${id}.json`, content: Readable.from([Buffer.from(text)]) }
      const heard = await sound(recording)
      // An export that leaves something out says so by ending.
      if (heard === 'busy') throw new Error('too many messages are being read')
      if (heard !== 'unreadable') yield { path: `${id}.wav`, content: heard }
    }
  }

  return {
    name: 'voicemail',
    export: files,
    async find(search) {
      let count = 0
      let oldest: WallTime | undefined
      let newest: WallTime | undefined
      for await (const { message } of all(search)) {
        const { receivedAt } = message
        count += 1
        if (oldest === undefined || receivedAt < oldest) oldest = receivedAt
        if (newest === undefined || receivedAt > newest) newest = receivedAt
      }
      return { count, held: 0, ...(oldest && { oldest }), ...(newest && { newest }) }
    },
    async erase(search) {
      let erased = 0
      // Read whole first: what is erased is not there to go on from.
      for (const { message } of await Array.fromAsync(all(search))) {
        const outcome = await book.removeMessage(search.tenant, message.id)
        if (outcome === 'committed') erased += 1
        else if (outcome !== 'not-found') throw new Error('a message could not be erased')
      }
      return { erased, held: 0, unfinished: 0 }
    },
  }
}
