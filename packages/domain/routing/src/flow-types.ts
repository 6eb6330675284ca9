// Call flows as data: ring groups, digital receptionists, office hours, and what they point to.
import type { Ms, PersonId } from '@rufwerk/core'

export type FlowId = string & { readonly id: 'flow' }

/** Where a call is led. */
export type Target =
  | { readonly to: 'person'; readonly person: PersonId }
  | { readonly to: 'flow'; readonly flow: FlowId }
  | { readonly to: 'voicemail'; readonly box: string }
  | { readonly to: 'queue'; readonly queue: string }
  | { readonly to: 'conference'; readonly room: string }
  | { readonly to: 'parking'; readonly lot: string }
  /** A number of the public network, E.164. The rules for outgoing calls judge it. */
  | { readonly to: 'outside'; readonly number: string }
  /** What somebody keyed in: an extension of the house, never an outside number. */
  | { readonly to: 'extension'; readonly extension: string }
  /** Played before the call is answered; then the call ends. */
  | { readonly to: 'announcement'; readonly prompt: string }
  | { readonly to: 'busy' }
  | { readonly to: 'hangUp' }

export interface RingGroup {
  readonly kind: 'ringGroup'
  readonly id: FlowId
  readonly extension?: string
  readonly members: readonly GroupMember[]
  /** `together` honours each member's `after`; the others ring one at a time. */
  readonly order: 'together' | 'inTurn' | 'random' | 'longestIdle'
  readonly skipsBusy: boolean
  /** How long one member rings when they ring one at a time. */
  readonly memberTime: Ms
  /** After this nobody has answered. */
  readonly ringTime: Ms
  readonly nobody: Target
}

export type GroupMember =
  | { readonly person: PersonId; readonly after?: Ms }
  | { readonly outside: string; readonly after?: Ms }

export type MenuKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#'

export interface Receptionist {
  readonly kind: 'receptionist'
  readonly id: FlowId
  readonly extension?: string
  readonly prompt: string
  readonly keys: readonly { readonly key: MenuKey; readonly target: Target | { readonly to: 'names' } }[]
  /** Callers may dial extensions. */
  readonly dialsExtensions: boolean
  /** How long the first, and then every next key is waited for. */
  readonly keyTime: Ms
  /** How often the prompt is played before `silence` or `wrongKey`. */
  readonly tries: number
  readonly silence: Target
  readonly wrongKey: Target
}

export interface HoursSwitch {
  readonly kind: 'hours'
  readonly id: FlowId
  readonly extension?: string
  readonly schedule: string
  readonly open: Target
  readonly closed: Target
  /** Absent: as closed. */
  readonly break?: Target
  readonly holiday?: Target
}

export type Flow = RingGroup | Receptionist | HoursSwitch
