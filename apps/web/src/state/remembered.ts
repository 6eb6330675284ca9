// What a page leaves behind for the one that is loaded in its place: the calls that talk, as text of a few
// hundred bytes. What cannot be read is forgotten.
import type { Call, CallParty } from './call.ts'

export interface RememberedCall {
  /** Names of its dialogs, the newest first: only who knows one may give the call back (RFC 4538). */
  readonly dialogs: readonly string[]
  readonly direction: 'outgoing' | 'incoming'
  readonly party: CallParty
  /** Wall-clock ms. */
  readonly since: number
  readonly isMuted: boolean
  /** We hold it. */
  readonly isHeld: boolean
}

/** Longer ones are not ours. */
const CHARS_MAX = 10_000

/** Calls that talk and can be given back. */
export function rememberable(calls: readonly Call[]): RememberedCall[] {
  return calls.flatMap((call) => {
    if (call.state !== 'talking' || call.dialogs === undefined) return []
    const { dialogs, direction, party, since, isMuted, heldBy } = call
    return [{ dialogs, direction, party, since, isMuted, isHeld: heldBy === 'us' || heldBy === 'both' }]
  })
}

export function writeRemembered(calls: readonly RememberedCall[]): string {
  return JSON.stringify(calls)
}

export function readRemembered(text: string | null): RememberedCall[] {
  if (text === null || text.length > CHARS_MAX) return []
  try {
    const read: unknown = JSON.parse(text)
    return Array.isArray(read) ? read.flatMap(readCall) : []
  } catch {
    return []
  }
}

function readCall(value: unknown): RememberedCall[] {
  if (typeof value !== 'object' || value === null) return []
  const { dialogs, direction, party, since, isMuted, isHeld } = value as Record<string, unknown>
  const known = readParty(party)
  const isWhole =
    Array.isArray(dialogs) && dialogs.every((dialog) => typeof dialog === 'string') && known !== undefined
  if (!isWhole || typeof since !== 'number' || !Number.isFinite(since)) return []
  const isIncoming = direction === 'incoming'
  return [
    {
      dialogs,
      direction: isIncoming ? 'incoming' : 'outgoing',
      party: known,
      since,
      isMuted: isMuted === true,
      isHeld: isHeld === true,
    },
  ]
}

function readParty(value: unknown): CallParty | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { number, name } = value as Record<string, unknown>
  if (typeof number !== 'string') return undefined
  return typeof name === 'string' ? { number, name } : { number }
}
