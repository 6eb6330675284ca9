// Who keeps something of people by their number: calls, recordings, voicemail. Each plugs in here, so that
// one request finds, exports or erases in all of them.
import type { TenantId, WallTime } from '@rufwerk/core'
import type { NumberKey } from './numbers.ts'

export interface PersonalSearch {
  readonly tenant: TenantId
  readonly number: NumberKey
}

export interface PersonalFound {
  readonly count: number
  /** Of these: those that a hold keeps from being erased. */
  readonly held: number
  readonly oldest?: WallTime
  readonly newest?: WallTime
}

export interface PersonalErased {
  readonly erased: number
  /** Left, because somebody holds them. */
  readonly held: number
  /** Left, because they are not over yet: ask again later. */
  readonly unfinished: number
}

/** One file of an export. Its path is made by the source: letters, digits, `.`, `-` and `/` only. */
export interface PersonalFile {
  readonly path: string
  readonly content: AsyncIterable<Uint8Array>
}

export interface PersonalDataSource {
  /** In answers, and the folder of its files: `calls`, `recordings`, `voicemail`. */
  readonly name: string
  find(search: PersonalSearch): Promise<PersonalFound>
  /** Files are read one after the other, each to its end before the next. */
  export(search: PersonalSearch): AsyncIterable<PersonalFile>
  /** Rejects when it could not be stored: what was erased until then stays erased, and it is asked again. */
  erase(search: PersonalSearch): Promise<PersonalErased>
}
