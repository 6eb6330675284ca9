// The telephony of a company as data: trunks, rules, flows, codes. Plain values that can be exported,
// compared and rolled back. check-config.ts says what is wrong with them; route() bears it when something is.
import type { Ms, PersonId, SiteId } from '@rufwerk/core'
import type { Schedule } from './calendar/schedule.ts'
import type { Flow, Target } from './flow-types.ts'
import type { NumberClass } from './numbers/number.ts'
import type { CarrierFormat } from './numbers/writing.ts'

export type TrunkId = string & { readonly id: 'trunk' }

/** A place of work: how people dial there, and how its emergency calls leave. */
export interface SiteRules {
  readonly site: SiteId
  readonly country: 'de' | 'us'
  readonly areaCode?: string
  readonly outsidePrefix?: string
  /** In this order; their account's address must be the address of the site. */
  readonly emergencyTrunks: readonly TrunkId[]
  /** Where the emergency centre calls back; one of the trunk's numbers. */
  readonly emergencyNumber?: string
  /** CIDR. Where a device is seen in one of them, its emergency calls are the site's; the longest fits. */
  readonly networks?: readonly string[]
}

/** E.164 numbers that begin alike: one number, or a block with digits for direct dialling. */
export interface NumberRange {
  /** E.164: the whole number, or the common part of a block. */
  readonly number: string
  /** Most digits that follow the common part; 0 is one number. */
  readonly extensionDigits: number
}

export interface Trunk {
  readonly id: TrunkId
  readonly country: 'de' | 'us'
  readonly areaCode?: string
  /** Shown when the caller has no number of this trunk. */
  readonly mainNumber: string
  /** What belongs to the trunk: nothing else is ever sent as caller (§ 120 TKG). */
  readonly numbers: readonly NumberRange[]
  readonly format: CarrierFormat
  /** Calls at the same time that the contract allows. */
  readonly callsMax?: number
  /** The carrier lets a forwarded call show its first caller ("CLIP no screening"). */
  readonly showsFirstCaller: boolean
  readonly isForEmergency: boolean
  /** Another system of the house: what it calls may be an extension. */
  readonly dialsExtensions?: boolean
  /** Where calls go that no rule and no number of a person wants. */
  readonly otherwise?: Target
}

/** All that is given must fit; what is absent fits everything. */
export interface OutboundRule {
  readonly id: string
  /** Beginnings of E.164 numbers or whole short codes. */
  readonly prefixes?: readonly string[]
  /** Digits of the E.164 number or short code, without the plus sign. */
  readonly digits?: { readonly min: number; readonly max: number }
  readonly classes?: readonly NumberClass[]
  readonly people?: readonly PersonId[]
  readonly sites?: readonly SiteId[]
  /** In this order, each tried when the one before fails or is full; none denies the call. */
  readonly trunks: readonly TrunkId[]
  readonly ringTime?: Ms
}

export interface InboundRule {
  readonly id: string
  readonly called?: readonly NumberRange[]
  /** Beginnings of the caller's E.164 number; `anonymous` for callers without one. */
  readonly callers?: readonly (string | 'anonymous')[]
  readonly trunks?: readonly TrunkId[]
  readonly hours?: { readonly schedule: string; readonly states: readonly HoursState[] }
  readonly target: Target
}

export type HoursState = 'open' | 'break' | 'holiday' | 'closed'

export interface BlockedCaller {
  /** E.164 number or, with `isPrefix`, the beginning of some; `anonymous` for callers without one. */
  readonly number: string | 'anonymous'
  readonly isPrefix: boolean
}

/** International and premium numbers are denied unless they are here. */
export interface Allowed {
  /** ISO 3166. */
  readonly countries: readonly string[]
  /** Beginnings of E.164 numbers, or whole short codes. */
  readonly premium: readonly string[]
}

/** Outside calls of one person on one day (of the company's time zone). What is absent has DEFAULT_LIMITS. */
export interface Limits {
  readonly calls?: number
  readonly minutes?: number
  /** Millionths of the currency unit. */
  readonly money?: number
  readonly callsAtOnce?: number
}

/** The price of a call; the longest prefix counts. Millionths of the currency unit. */
export interface Rate {
  readonly prefix: string
  readonly perCall: number
  readonly perMinute: number
}

export type PersonState = 'available' | 'away' | 'doNotDisturb'
export type ForwardWhen = PersonState | 'busy' | 'noAnswer' | 'notRegistered'

/** Where calls of colleagues and calls from outside go. Absent: they are not forwarded. */
export interface Forward {
  readonly inside?: Target
  readonly outside?: Target
}

export interface PersonRules {
  readonly person: PersonId
  readonly site: SiteId
  /** The person's own number, called and shown. */
  readonly number?: string
  readonly isHidden?: boolean
  readonly mobile?: { readonly number: string; readonly rings: boolean; readonly after: Ms }
  readonly voicemail?: string
  readonly ringTime?: Ms
  readonly forwarding: Readonly<Partial<Record<ForwardWhen, Forward>>>
  /** More than the company allows. */
  readonly allowed?: Allowed
  readonly limits?: Limits
}

export type CodeAction =
  | 'echo'
  | 'hideNumber'
  | 'showNumber'
  | 'voicemail'
  | 'pickUpGroup'
  | 'pickUp'
  | 'park'
  | 'conference'
  | 'forwardAll'
  | 'forwardOff'
  | 'available'
  | 'away'
  | 'doNotDisturb'
  | 'queueIn'
  | 'queueOut'
  | 'queuePause'
  | 'queueListen'
  | 'queueWhisper'
  | 'queueBarge'
  | 'recordPrompt'
  | 'testEmergency'
  | 'record'
  | 'join'
  | 'transfer'

/**
 * A code that people dial, with or without something behind it: *21 and then a number. `join` is dialled or
 * pressed during a call, `transfer` and `record` are pressed during a call.
 */
export interface FeatureCode {
  /** Begins with * or #. */
  readonly code: string
  readonly does: CodeAction
}

/** What other packages run and a call can be led to. */
export interface Service {
  readonly kind: 'voicemail' | 'queue' | 'conference' | 'parking'
  readonly id: string
  readonly extension?: string
  /** Parking places with a number of their own. */
  readonly slots?: readonly string[]
}

export interface SpeedDial {
  readonly extension: string
  readonly number: string
}

/** Office hours that flows and rules ask by name. */
export interface NamedSchedule {
  readonly id: string
  readonly schedule: Schedule
}

export interface DialPlan {
  readonly sites: readonly SiteRules[]
  readonly trunks: readonly Trunk[]
  readonly outbound: readonly OutboundRule[]
  readonly allowed: Allowed
  /** For each person. */
  readonly limits?: Limits
  /** For the whole company. Absent: none but those of each person. */
  readonly companyLimits?: Limits
  readonly rates: readonly Rate[]
  readonly people: readonly PersonRules[]
  readonly inbound: readonly InboundRule[]
  readonly blocked: readonly BlockedCaller[]
  readonly schedules: readonly NamedSchedule[]
  readonly flows: readonly Flow[]
  readonly services: readonly Service[]
  readonly codes: readonly FeatureCode[]
  readonly speedDial: readonly SpeedDial[]
}
