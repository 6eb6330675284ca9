// Verifies a chain entry by entry, in the order of numbers, against its signed heads. It needs nothing of the
// server: who has the entries, the heads and the public key gets the same answer.
import type { KeyObject } from 'node:crypto'
import { commitTo, type Entry, genesis, hashOf } from './chain.ts'
import { isSignedBy, type SignedHead } from './head.ts'

/** Findings that are kept of a verification; the others are counted. */
export const FINDINGS_MAX = 100
/** Signed heads that are checked; one of each day is kept, so this is more than a century. */
export const HEADS_MAX = 40_000

export type FindingCode =
  /** A number is missing or stands twice: entries were taken out or put in. */
  | 'gap'
  /** The hash is not that of this entry after the one before it. */
  | 'changed'
  /** What names people is not what was committed to. */
  | 'told-changed'
  /** A signed head has another hash for this entry: the chain was written anew from an earlier place. */
  | 'head-differs'
  /** A signed head covers more entries than there are: the end was cut off. */
  | 'cut'
  /** A head that the key did not sign, or of another company. */
  | 'bad-head'
  /** The last entries are covered by no head. */
  | 'unsigned-end'
  /** More heads than are checked. */
  | 'too-many-heads'

export interface Finding {
  readonly code: FindingCode
  /** The entry it is about. */
  readonly seq: number
}

export interface Verification {
  readonly tenant: string
  /** The last entry that was read. */
  readonly seq: number
  readonly hash: string
  /** Entries of which what names people was erased. */
  readonly erased: number
  /** Heads that were signed by the key; those that were not are findings. */
  readonly heads: ReadonlyMap<number, string>
  readonly findings: readonly Finding[]
  /** Findings beyond FINDINGS_MAX. */
  readonly more: number
}

/** `heads`: of the server, and any that somebody has kept elsewhere. */
export function beginVerification(
  tenant: string,
  heads: readonly SignedHead[],
  key: KeyObject,
): Verification {
  const known = new Map<number, string>()
  const start = { tenant, seq: 0, hash: genesis(tenant), erased: 0, heads: known, findings: [], more: 0 }
  let state: Verification = heads.length > HEADS_MAX ? found(start, 'too-many-heads', 0) : start
  for (const head of heads.slice(0, HEADS_MAX)) {
    if (head.tenant !== tenant || !isSignedBy(head, key)) state = found(state, 'bad-head', head.seq)
    else if (known.has(head.seq) && known.get(head.seq) !== head.hash)
      state = found(state, 'head-differs', head.seq)
    else known.set(head.seq, head.hash)
  }
  return state
}

export function verifyEntry(before: Verification, entry: Entry): Verification {
  let state = before
  if (entry.seq !== before.seq + 1) state = found(state, 'gap', entry.seq)
  else if (hashOf(before.hash, entry) !== entry.hash) state = found(state, 'changed', entry.seq)
  const { told } = entry
  if (told && commitTo(told, told.salt) !== entry.commitment) state = found(state, 'told-changed', entry.seq)
  const head = state.heads.get(entry.seq)
  if (head !== undefined && head !== entry.hash) state = found(state, 'head-differs', entry.seq)
  // It goes on with what the entry says of itself, so that one change is one finding and not a thousand.
  return { ...state, seq: entry.seq, hash: entry.hash, erased: state.erased + (told ? 0 : 1) }
}

/** Call once, after the last entry. */
export function endVerification(before: Verification): Verification {
  let state = before
  let last = 0
  for (const seq of state.heads.keys()) {
    if (seq > before.seq) state = found(state, 'cut', seq)
    last = Math.max(last, seq)
  }
  return last < before.seq ? found(state, 'unsigned-end', before.seq) : state
}

function found(state: Verification, code: FindingCode, seq: number): Verification {
  if (state.findings.length >= FINDINGS_MAX) return { ...state, more: state.more + 1 }
  return { ...state, findings: [...state.findings, { code, seq }] }
}
