// What is answered to a command that cannot be done.
import type { Reply } from '@rufwerk/media-control'

export type Refused = Extract<Reply, { type: 'refused' }>

export const DONE: Reply = { type: 'done' }
export const UNKNOWN: Refused = { type: 'refused', code: 'unknown-endpoint', why: 'no such endpoint' }

/** `why` goes to the log of call control: no secrets. */
export function refused(code: Refused['code'], why: string): Refused {
  return { type: 'refused', code, why }
}
