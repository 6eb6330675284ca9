// One call as the person at the screen sees it. A state carries only what exists in it.
import type { CallQuality } from './quality.ts'

export interface CallParty {
  readonly number: string
  /** Absent when nobody told it. */
  readonly name?: string
}

/** Why a call ended, as far as this phone can tell. The server's reason, when known, says more. */
export type EndReason =
  | 'hung-up'
  | 'cancelled'
  | 'missed'
  | 'declined'
  | 'busy'
  | 'no-answer'
  | 'not-reachable'
  | 'not-found'
  | 'answered-elsewhere'
  | 'transferred'
  | 'no-common-format'
  | 'overloaded'
  | 'not-registered'
  | 'connection-lost'
  | 'microphone-blocked'
  | 'microphone-missing'
  | 'microphone-busy'
  | 'failed'

export interface CallEnd {
  readonly by: 'us' | 'peer' | 'network'
  readonly reason: EndReason
  /** Whom the other side was led to. */
  readonly to?: CallParty
}

/** The other side is being led to somebody else, or could not be. */
export type Transfer =
  | { readonly state: 'asked'; readonly to: CallParty }
  | { readonly state: 'failed'; readonly to: CallParty }

export type HeldBy = 'nobody' | 'us' | 'peer' | 'both'

interface CallFacts {
  readonly id: string
  readonly direction: 'outgoing' | 'incoming'
  readonly party: CallParty
}

export type Call = CallFacts &
  (
    | { readonly state: 'preparing' }
    | { readonly state: 'calling' }
    /** `isAudible`: the other side sends sound before it answers, such as an announcement. */
    | { readonly state: 'ringing'; readonly isAudible: boolean }
    | { readonly state: 'answering' }
    | {
        readonly state: 'talking'
        /** Wall-clock ms. */
        readonly since: number
        readonly isMuted: boolean
        readonly heldBy: HeldBy
        /** Stands until the next one, or the end of the call. */
        readonly transfer?: Transfer
        /** The page was loaded anew, and its sound is not back yet. */
        readonly isReturning?: true
        /** Names of its dialogs, the newest first, where the phone below tells them. */
        readonly dialogs?: readonly string[]
        readonly quality?: CallQuality
      }
    | { readonly state: 'ended'; readonly end: CallEnd; readonly talkedMs?: number }
  )

/** What the phone below reports about a call. Past facts. */
export type CallFact =
  | { readonly type: 'sent' }
  | { readonly type: 'ringing'; readonly isAudible: boolean }
  /** `dialog` names what connects us with the server (RFC 4538), for a page that is loaded in our place. */
  | { readonly type: 'answered'; readonly at: number; readonly dialog?: string }
  | { readonly type: 'held'; readonly by: 'us' | 'peer' }
  | { readonly type: 'resumed'; readonly by: 'us' | 'peer' }
  | { readonly type: 'muted'; readonly isMuted: boolean }
  | { readonly type: 'quality'; readonly quality: CallQuality }
  /** The server was asked to lead the other side on, or says that it could not. */
  | { readonly type: 'transferAsked'; readonly to: CallParty }
  | { readonly type: 'transferFailed' }
  /** That it failed was on the screen long enough. */
  | { readonly type: 'transferTold' }
  | { readonly type: 'ended'; readonly end: CallEnd; readonly at: number }

/** The call after a fact. A fact that does not fit the state changes nothing: it came too late. */
export function stepCall(call: Call, fact: CallFact): Call {
  const { id, direction, party } = call
  if (call.state === 'ended') return call
  switch (fact.type) {
    case 'sent':
      return call.state === 'preparing' ? { id, direction, party, state: 'calling' } : call
    case 'ringing':
      if (call.state === 'talking' || call.state === 'answering') return call
      return {
        id,
        direction,
        party,
        state: 'ringing',
        isAudible: fact.isAudible || (call.state === 'ringing' && call.isAudible),
      }
    case 'answered':
      if (call.state === 'talking') return returned(call, fact.dialog)
      return {
        ...{ id, direction, party, state: 'talking', since: fact.at, isMuted: false, heldBy: 'nobody' },
        ...(fact.dialog ? { dialogs: [fact.dialog] } : {}),
      }
    case 'held':
      return call.state === 'talking' ? { ...call, heldBy: hold(call.heldBy, fact.by) } : call
    case 'resumed':
      return call.state === 'talking' ? { ...call, heldBy: release(call.heldBy, fact.by) } : call
    case 'muted':
      return call.state === 'talking' ? { ...call, isMuted: fact.isMuted } : call
    case 'quality':
      return call.state === 'talking' ? { ...call, quality: fact.quality } : call
    case 'transferAsked':
      return call.state === 'talking' ? { ...call, transfer: { state: 'asked', to: fact.to } } : call
    case 'transferFailed':
      return call.state === 'talking' && call.transfer
        ? { ...call, transfer: { state: 'failed', to: call.transfer.to } }
        : call
    case 'transferTold': {
      if (call.state !== 'talking' || call.transfer?.state !== 'failed') return call
      const { transfer: _, ...rest } = call
      return rest
    }
    case 'ended': {
      const talkedMs = call.state === 'talking' ? { talkedMs: Math.max(0, fact.at - call.since) } : {}
      return { id, direction, party, state: 'ended', end: endOf(call, fact.end), ...talkedMs }
    }
  }
}

/** The server ends the call of who has led the other side on. */
function endOf(call: Call, end: CallEnd): CallEnd {
  if (call.state !== 'talking' || call.transfer?.state !== 'asked') return end
  const { to } = call.transfer
  return end.by === 'peer' && end.reason === 'hung-up' ? { by: 'peer', reason: 'transferred', to } : end
}

function returned(call: Extract<Call, { state: 'talking' }>, dialog: string | undefined): Call {
  const { isReturning, ...back } = call
  if (dialog !== undefined) return { ...back, dialogs: newest(call, dialog) }
  return isReturning ? back : call
}

/** The server may not know yet that the call is back, and name the dialog before. */
function newest({ dialogs = [] }: { readonly dialogs?: readonly string[] }, dialog: string): string[] {
  return [dialog, ...dialogs.slice(0, 1)]
}

function hold(heldBy: HeldBy, by: 'us' | 'peer'): HeldBy {
  return heldBy === 'nobody' || heldBy === by ? by : 'both'
}

function release(heldBy: HeldBy, by: 'us' | 'peer'): HeldBy {
  if (heldBy === 'both') return by === 'us' ? 'peer' : 'us'
  return heldBy === by ? 'nobody' : heldBy
}

const ORDINARY: ReadonlySet<EndReason> = new Set([
  'hung-up',
  'cancelled',
  'answered-elsewhere',
  'transferred',
])

/** True when the end is worth an explanation: it did not simply get hung up. */
export function isFailure(call: Call): boolean {
  if (call.state !== 'ended') return false
  const { reason } = call.end
  return !ORDINARY.has(reason)
}
