// The one error class of this package: the caller used a door wrongly. What a peer sent is never an
// exception.

const SENTENCES = {
  SIP_HEADER_VALUE: 'A header value carries CR, LF or NUL, or is too long.',
  SIP_HEADER_NAME: 'A header name is not a token.',
  SIP_HEADER_MISSING: 'A mandatory header is missing from a message built here.',
  SIP_BAD_URI: 'A URI given by the caller does not parse.',
  SIP_BAD_STATUS: 'A status code lies outside 100 to 699.',
  SIP_BAD_METHOD: 'A method is not a token, or not one that this door takes.',
} as const

export type SipErrorCode = keyof typeof SENTENCES

export class SipError extends Error {
  override readonly name = 'SipError'
  readonly code: SipErrorCode

  constructor(code: SipErrorCode, detail: string) {
    super(`${SENTENCES[code]} (${detail})`)
    this.code = code
  }
}
