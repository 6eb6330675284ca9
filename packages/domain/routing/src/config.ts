// What route() decides from: a version of the configuration and an immutable snapshot of what is live.
import type { DeviceId, Ms, PersonId, TenantId, WallTime } from '@rufwerk/core'
import type { Contact } from './plan.ts'

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
}

export interface Live {
  /** The contacts that are registered now. */
  contactsOf(person: PersonId): readonly Contact[]
}

export interface RoutedCall {
  /** What was dialled: the user part of the request URI. */
  readonly dialled: string
  readonly caller: PersonId
  /** The calling device never rings itself. */
  readonly callerDevice: DeviceId
  readonly at: WallTime
  /**
   * Decides where chance is asked for. No rule asks for it yet.
   */
  readonly seed: number
}
