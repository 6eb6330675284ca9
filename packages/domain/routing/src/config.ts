// What route() decides from: a version of the configuration and an immutable snapshot of what is live.
import type { DeviceId, Ms, PersonId, SiteId, TenantId, WallTime } from '@rufwerk/core'
import type { DialPlan, HoursState, PersonState, TrunkId } from './dial-plan.ts'
import type { Target } from './flow-types.ts'
import type { Contact, Forwarder } from './plan.ts'

export interface RoutingPerson {
  readonly person: PersonId
  readonly extension: string
  readonly name: string
  /** `voice` is the demonstration voice that answers by itself. */
  readonly kind: 'person' | 'voice'
}

export interface RoutingConfig {
  readonly tenant: TenantId
  readonly version: number
  readonly country: 'de' | 'us'
  readonly language: 'de' | 'en'
  /** In a demonstration, outside numbers reach an announcement that says so. */
  readonly isDemo: boolean
  /** How long a person's contacts ring. */
  readonly ringTime: Ms
  readonly byExtension: ReadonlyMap<string, RoutingPerson>
  /** Absent: there are people, and nothing else. */
  readonly dialPlan?: DialPlan
}

/** What somebody, or the company, has used today. Calls that go on count up to now. */
export interface Usage {
  readonly calls: number
  readonly minutes: number
  /** Millionths of the currency unit. */
  readonly money: number
  readonly callsNow: number
}

export interface Live {
  /** The contacts that are registered now. */
  contactsOf(person: PersonId): readonly Contact[]
  /** Absent: available. */
  stateOf?(person: PersonId): PersonState
  /** Where somebody has every call forwarded to, set by code or page; undefined: nowhere. */
  forwardOf?(person: PersonId): Target | undefined
  /** Where a device stands; absent or undefined: at the site of its person. */
  siteOf?(device: DeviceId): SiteId | undefined
  isBusy?(person: PersonId): boolean
  /** The box of a person's own, which takes calls where their rules name none. Absent: nobody has one. */
  boxOf?(person: PersonId): string | undefined
  /** End of the last call; undefined without any. */
  idleSince?(person: PersonId): WallTime | undefined
  /** Absent: up, without calls. */
  trunk?(trunk: TrunkId): { readonly isUp: boolean; readonly calls: number }
  /** Absent: nothing was used. */
  usageOf?(payer: PersonId | 'company'): Usage
  /** A switch that somebody has set by hand, until it is set back. */
  hoursOverride?(schedule: string): HoursState | undefined
}

/** A device of the house calls. */
export interface InsideCall {
  readonly from?: 'inside'
  /** What was dialled: the user part of the request URI. */
  readonly dialled: string
  readonly caller: PersonId
  /** The calling device never rings itself. */
  readonly callerDevice: DeviceId
  /** The site that the device is set up for. Absent: as Live says, or the person's site. */
  readonly callerSite?: SiteId
  /**
   * The address that the network saw the device at, never one that the device names; decides first about
   * emergency calls. Absent: nobody knows.
   */
  readonly callerAddress?: string
  /** The caller is led there by `caller`, who transfers: their rules and their money. */
  readonly isTransfer?: boolean
  readonly at: WallTime
  /** Decides where chance is asked for. */
  readonly seed: number
}

/** A call comes in through a trunk. */
export interface TrunkCall {
  readonly from: 'trunk'
  readonly trunk: TrunkId
  /** As the carrier wrote it. */
  readonly called: string
  /** As the carrier wrote it; absent or empty when hidden. */
  readonly callerNumber?: string
  /** Who had forwarded it before it came here, the last first; numbers as the carrier wrote them. */
  readonly forwarders?: readonly Forwarder[]
  readonly at: WallTime
  readonly seed: number
}

/** A call that a plan has led to a `continue` node, or that keyed in an extension, goes on. */
export interface ContinuedCall {
  readonly from: 'plan'
  readonly first: InsideCall | TrunkCall
  readonly target: Target
  readonly at: WallTime
  readonly seed: number
}

export type RoutedCall = InsideCall | TrunkCall | ContinuedCall
