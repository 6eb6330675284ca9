// One contact of an address of record (RFC 3261 §10), and the flow it registered over (RFC 5626).
import type { Flow, Instant } from '@rufwerk/core'
import { unquote } from '../message/grammar.ts'
import type { NameAddr } from '../message/name-addr.ts'
import { writeUri } from '../message/uri.ts'

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
  /** Names one of several flows of the instance (RFC 5626); absent without outbound. */
  readonly regId?: number
  /**
   * Entries of Path, the nearest first: Route of requests to the contact (RFC 3327). Absent when there is
   * none.
   */
  readonly path?: readonly string[]
  readonly userAgent?: string
}

/** Value of +sip.instance without quotes; undefined when absent. */
export function instanceOf(contact: NameAddr): string | undefined {
  const text = contact.params.get('+sip.instance')
  return text === undefined || text === '' ? undefined : unquote(text)
}

/**
 * What makes two contacts the same one: instance and reg-id where given (RFC 5626 §6), else the URI. `regId`
 * is undefined when the phone does no outbound, and its reg-id means nothing. Deviates from RFC 5626 §6: then
 * the instance alone makes them the same, because phones come back with another port. Deviates from RFC 3261
 * §19.1.4: parameters that are only in one of two URIs make them different.
 */
export function bindingKey(contact: NameAddr, regId: number | undefined): string {
  const instance = instanceOf(contact)
  if (instance !== undefined) return `${instance} ${regId ?? ''}`
  if (contact.uri.params.size < 2) return writeUri(contact.uri)
  const params = new Map([...contact.uri.params].sort(([a], [b]) => (a < b ? -1 : 1)))
  return writeUri({ ...contact.uri, params })
}

/** 0 to 1; 1 when absent or not a number (RFC 3261 §20.10). */
export function qOf(contact: NameAddr): number {
  const text = contact.params.get('q')
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 1
}

/**
 * A copy that does not keep alive the whole message that the text was cut from: bindings live for hours. The
 * copy of before is used again when it says the same.
 */
export function detached<T extends string | undefined>(text: T, before: string | undefined): T {
  if (text === undefined) return text
  if (text === before) return before as T
  return Buffer.from(text, 'utf8').toString('utf8') as T
}

/** The largest share by which a registration is shortened. */
const JITTER_SHARE = 0.2

/**
 * A granted time, shortened by 0 to 20 % so that phones which registered at once do not come back at once.
 * `random` in [0, 1); 0 shortens nothing. Never below `minS`, and what is shorter already stays.
 */
export function jitteredExpires(grantedS: number, minS: number, random: number): number {
  const shortened = grantedS - Math.floor(grantedS * JITTER_SHARE * random)
  return Math.max(shortened, Math.min(grantedS, minS))
}
