// The session description as text means it (RFC 8866 §5): lines in their order, values not yet interpreted.
// What is said about audio is read from it by audio.ts.

/** Longer text is refused before it is read. */
export const SDP_CHARS_MAX = 16_384
export const SDP_LINES_MAX = 1_000
export const SDP_LINE_CHARS_MAX = 2_048
export const SDP_MEDIA_MAX = 16
/** Formats in one m-line; Chromium's video line has about fifty. */
export const SDP_FORMATS_MAX = 128

/** 400: the text is broken. 488: it is understood, but nothing in it can be used. */
export type SdpStatus = 400 | 488

export type SdpErrorCode =
  | 'too-long'
  | 'too-many-lines'
  | 'too-many-media'
  | 'too-many-formats'
  | 'bad-line'
  | 'bad-version'
  | 'bad-origin'
  | 'bad-connection'
  | 'bad-media'
  | 'bad-attribute'
  | 'missing-line'
  | 'no-connection'
  | 'mismatched-answer'
  | 'no-audio'
  | 'refused-audio'
  | 'unsupported-profile'
  | 'unsupported-address'
  | 'no-codec'
  | 'no-ice'
  | 'no-fingerprint'
  | 'no-rtcp-mux'
  | 'no-crypto'

export interface SdpError {
  readonly status: SdpStatus
  readonly code: SdpErrorCode
  /** 1-based line of the text, where one line is at fault. */
  readonly line?: number
}

export type AddressType = 'IP4' | 'IP6'

/** o= (RFC 8866 §5.2). Both numbers stay text: peers use up to 64 bits. */
export interface Origin {
  readonly username: string
  readonly sessionId: string
  readonly sessionVersion: string
  readonly addressType: AddressType
  readonly address: string
}

/** c= (RFC 8866 §5.7), without multicast TTL and count. */
export interface Connection {
  readonly addressType: AddressType
  readonly address: string
}

/** a= (RFC 8866 §5.13). `value` is absent for a property attribute such as `a=sendrecv`. */
export interface Attribute {
  readonly name: string
  readonly value?: string
}

/** m= and the lines under it (RFC 8866 §5.14). */
export interface MediaSection {
  /** `audio`, `video`, `application` … in lower case. */
  readonly kind: string
  /** 0–65535; 0 refuses or ends the stream, except with `a=bundle-only`. */
  readonly port: number
  /** As written, for example `RTP/AVP`. */
  readonly protocol: string
  /** At least one. Payload types in text form where the protocol is RTP. */
  readonly formats: readonly string[]
  readonly connection?: Connection
  readonly attributes: readonly Attribute[]
}

/** A whole description. Lines without a use here (i u e p b r z k) are checked for form and dropped. */
export interface SessionDescription {
  readonly origin: Origin
  readonly name: string
  readonly connection?: Connection
  readonly attributes: readonly Attribute[]
  readonly media: readonly MediaSection[]
}

/** The value of the first attribute of that name; '' for a property attribute; undefined when absent. */
export function attributeValue(attributes: readonly Attribute[], name: string): string | undefined {
  for (const attribute of attributes) if (attribute.name === name) return attribute.value ?? ''
  return undefined
}

/** The values of all attributes of that name, in their order. */
export function attributeValues(attributes: readonly Attribute[], name: string): string[] {
  const values: string[] = []
  for (const attribute of attributes) if (attribute.name === name) values.push(attribute.value ?? '')
  return values
}
