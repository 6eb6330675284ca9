// The registrar (RFC 3261 §10.3): several contacts per address of record. Who may register is decided before.
import type { Flow, Instant, Ms } from '@rufwerk/core'
import { newResponse, type SipRequest, type SipResponse } from '../message/message.ts'
import type { Binding } from './binding.ts'

export interface RegistrarLimits {
  /** Contacts of one address of record; beyond, 403. */
  readonly contactsPerAorMax: number
  /** Bindings over all; beyond, 503. */
  readonly bindingsMax: number
  /** Shortest registration in seconds; shorter wishes get 423. */
  readonly expiresMinS: number
  /** Longest registration in seconds; longer wishes are cut. */
  readonly expiresMaxS: number
  /** Seconds when the phone names none. */
  readonly expiresDefaultS: number
}

export type RegistrarOutput =
  | { readonly type: 'arm'; readonly key: string; readonly after: Ms }
  | { readonly type: 'disarm'; readonly key: string }
  /** New or refreshed. */
  | { readonly type: 'bound'; readonly binding: Binding; readonly isNew: boolean }
  | {
      readonly type: 'unbound'
      readonly binding: Binding
      readonly why: 'expired' | 'removed' | 'replaced' | 'flow-failed'
    }

export class Registrar {
  readonly limits: RegistrarLimits

  constructor(limits: Partial<RegistrarLimits> = {}) {
    this.limits = {
      contactsPerAorMax: 10,
      bindingsMax: 100_000,
      expiresMinS: 60,
      expiresMaxS: 3600,
      expiresDefaultS: 600,
      ...limits,
    }
  }

  /**
   * Executes a REGISTER that was authenticated and authorised for `aor`. All of it is done or nothing.
   * `toTag` goes into the response. When `out` holds bound or unbound, the 200 waits for the commit.
   */
  register(
    request: SipRequest,
    _aor: string,
    _flow: Flow,
    _now: Instant,
    toTag: string,
  ): { readonly response: SipResponse; readonly out: readonly RegistrarOutput[] } {
    return { response: newResponse(request, 500, { toTag }), out: [] }
  }

  /** Live bindings of an address of record, highest q first, then newest first. */
  bindings(_aor: string): readonly Binding[] {
    return []
  }

  /** An expiry timer has run off. */
  timer(_key: string): readonly RegistrarOutput[] {
    return []
  }

  /** A connection closed: its bindings can no longer be reached. Not for UDP. */
  flowFailed(_flow: Flow): readonly RegistrarOutput[] {
    return []
  }

  /** Removes everything of an address of record (device deleted, signed out). */
  remove(_aor: string): readonly RegistrarOutput[] {
    return []
  }

  /** Puts back a stored binding after a restart; ones that are over at `now` are ignored. */
  restore(_binding: Binding, _now: Instant): readonly RegistrarOutput[] {
    return []
  }

  /** Bindings alive. */
  size(): number {
    return 0
  }
}
