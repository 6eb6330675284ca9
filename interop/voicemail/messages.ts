// Messages of a box as its owner has them over HTTP, and how much of one is a tone.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Person, Server } from '../support/server.ts'
import { heard, windowsOf } from '../support/tone.ts'
import { readWav, type Sound } from '../support/wav.ts'

const WINDOW_MS = 200

export interface Message {
  readonly id: string
  readonly lengthMs: number
  readonly from?: string
  readonly readAt?: number
}

/** A personal box has the id of its person; by default it is the own one. */
export async function messagesOf(person: Person, box?: string): Promise<readonly Message[]> {
  const path = `/voicemail/messages?box=${box ?? (await person.id())}`
  return (await person.ask<{ messages: Message[] }>('GET', path)).messages
}

export async function soundOf(server: Server, person: Person, { id }: Message): Promise<Sound> {
  const file = join(server.dataFolder, 'message.wav')
  writeFileSync(file, await person.file(`/voicemail/messages/${id}/sound`))
  return readWav(file)
}

/** How much of a sound is a tone, in ms. */
export function toneMs(sound: Sound, hertz: number): number {
  const windows = windowsOf(sound)
  return heard(windows, hertz).share * windows.length * WINDOW_MS
}
