// A call detail record as it is stored: JSON of the release that wrote it.
import type { Cdr } from '@rufwerk/calls'

/** Records of before there were callers from outside do not say what kind theirs is: of the house. */
export function readCdr(text: string): Cdr {
  const cdr = JSON.parse(text) as Cdr
  return cdr.from.kind === 'outside' ? cdr : { ...cdr, from: { ...cdr.from, kind: 'inside' } }
}
