// One contact of an address of record (RFC 3261 §10), and the flow it registered over (RFC 5626).
import type { Flow, Instant } from '@rufwerk/core'

export interface Binding {
  /** Whatever the caller of the registrar uses as address of record, e.g. the device's SIP name. */
  readonly aor: string
  /** Unique per address of record: the contact's URI, or instance and reg-id where it sent them. */
  readonly key: string
  /** URI text of the contact. */
  readonly contact: string
  /** 0 to 1. */
  readonly q: number
  readonly callId: string
  readonly seq: number
  readonly expiresAt: Instant
  /** Requests to the contact go here. */
  readonly flow: Flow
  /** Value of +sip.instance without quotes. */
  readonly instance?: string
  readonly userAgent?: string
}
