// Recordings of somebody by number: found, exported as WAV with what proves the consent, erased with their
// keys.
import { Readable } from 'node:stream'
import type { PersonalDataSource, PersonalFile, PersonalSearch } from '@rufwerk/calls/records'
import type { CallRecording } from '@rufwerk/recordings'
import type { CallRecordings, CallRecordingsParts } from './call-recordings.ts'

const PAGE = 100

export function personalRecordings(
  recordings: Pick<CallRecordings, 'erase'>,
  { store, soundFiles }: Pick<CallRecordingsParts, 'store' | 'soundFiles'>,
): PersonalDataSource {
  async function* all({ tenant, number }: PersonalSearch): AsyncGenerator<CallRecording> {
    let before: CallRecording | undefined
    for (;;) {
      const filter = {
        number: number.kind === 'e164' ? number.number : number.digits,
        limit: PAGE,
        ...(before && { before }),
      }
      const page = await store.list(tenant, filter)
      yield* page
      before = page.at(-1)
      if (page.length < PAGE) return
    }
  }

  async function* files(search: PersonalSearch): AsyncGenerator<PersonalFile> {
    for await (const recording of all(search)) {
      const { recording: id, lengthMs } = recording
      const { people: _people, ...about } = recording
      yield {
        path: `${id}.json`,
        content: Readable.from([Buffer.from(`${JSON.stringify(about, undefined, 2)}\n`)]),
      }
      if (lengthMs === undefined) continue
      const opened = await soundFiles.open(id, { form: 'mixed', pauses: 'beep' })
      // An export that leaves something out says so by ending.
      if (!opened.ok && opened.error === 'busy') throw new Error('too many recordings are being read')
      if (opened.ok) yield { path: `${id}.wav`, content: opened.value.sound }
    }
  }

  return {
    name: 'recordings',
    export: files,
    async find(search) {
      let [count, held] = [0, 0]
      let oldest: CallRecording | undefined
      let newest: CallRecording | undefined
      for await (const one of all(search)) {
        count += 1
        if (one.hold !== undefined) held += 1
        newest ??= one
        oldest = one
      }
      const times = oldest && newest && { oldest: oldest.startedAt, newest: newest.startedAt }
      return { count, held, ...times }
    },
    async erase(search) {
      const result = { erased: 0, held: 0, unfinished: 0 }
      // Read whole first: what is erased moves the pages.
      for (const one of await Array.fromAsync(all(search))) {
        if (one.hold !== undefined) result.held += 1
        else if (one.lengthMs === undefined) result.unfinished += 1
        else if (await recordings.erase(one, { reason: 'erased by number' })) result.erased += 1
        else throw new Error('a recording could not be erased')
      }
      return result
    },
  }
}
