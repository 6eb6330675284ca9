// Identifiers as types, so that a call cannot be mistaken for a leg.

declare const kind: unique symbol
type Id<Kind extends string> = string & { readonly [kind]: Kind }

export type TenantId = Id<'tenant'>
export type SiteId = Id<'site'>
export type PersonId = Id<'person'>
export type DeviceId = Id<'device'>
export type SessionId = Id<'session'>
export type CallId = Id<'call'>
export type LegId = Id<'leg'>
export type EndpointId = Id<'endpoint'>
export type RecordingId = Id<'recording'>

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A random identifier in the alphabet of Crockford's base 32, 5 bits a character: 26 unless told, 130 bits.
 */
export function randomId(randomBytes: (size: number) => Uint8Array, length = 26): string {
  let text = ''
  for (const byte of randomBytes(length)) text += ALPHABET[byte & 31]
  return text
}
