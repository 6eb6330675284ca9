// Why bytes are no SIP message, where, and what is needed to answer them (RFC 3261 §8.2, §16.3, §18.3).

export type ParseErrorCode =
  | 'empty'
  | 'too-large'
  | 'too-many'
  | 'too-long'
  | 'not-sip'
  | 'bad-start-line'
  | 'bad-version'
  | 'bad-header'
  | 'bad-uri'
  | 'uri-too-long'
  | 'bad-value'
  | 'missing-header'
  | 'repeated-header'
  | 'body-too-short'
  | 'body-too-large'
  | 'control-character'
  | 'out-of-range'

export interface ParseError {
  readonly code: ParseErrorCode
  /** Where in the parsed text the trouble starts, in characters; 0 when no single place is at fault. */
  readonly offset: number
  /** The header at fault, in lower case. */
  readonly header?: string
  /** The status that the RFC asks for; absent means drop (a response, an ACK, or nothing legible). */
  readonly status?: number
  /** What a response has to copy from the request (RFC 3261 §8.2.6.2), as far as it is there. */
  readonly copied?: {
    readonly vias: readonly string[]
    readonly from: string | undefined
    readonly to: string | undefined
    readonly callId: string | undefined
    readonly cseq: string | undefined
  }
}
