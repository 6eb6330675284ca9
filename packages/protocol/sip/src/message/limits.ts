// What a message may measure. Beyond a limit the parser answers with a code, and the code says which status.

/** Bytes of one message, start line to body; the largest UDP payload. Beyond: 513 (RFC 3261 §21.5.7). */
export const MESSAGE_BYTES_MAX = 65_535
/** Bytes of the start line and all headers together. Beyond: 513. */
export const HEADER_SECTION_BYTES_MAX = 32_768
/** Header lines of one message. Beyond: 513. */
export const HEADER_LINES_MAX = 200
/** Characters of one header value after unfolding; also the most that `Headers.set` takes. Beyond: 513. */
export const HEADER_CHARS_MAX = 8_192
/** Characters of a Request-URI. Beyond: 414 (RFC 3261 §21.4.12). */
export const URI_CHARS_MAX = 2_048
/**
 * A request measures less, by what our answer may need besides what it copies: bytes of the head and header
 * lines, and characters of the values that it adds to, which are To (its tag, unless there is one) and the
 * topmost Via (received, rport, and how it is written anew).
 */
export const ANSWER_ROOM = { headBytes: 4_096, lines: 32, valueChars: 256 } as const
/** Bytes of a body. Beyond: 413 (RFC 3261 §21.4.11). */
export const BODY_BYTES_MAX = 32_768
/** Entries of one list header (Via, Route, Contact …) over all its lines. Beyond: 400. */
export const LIST_ENTRIES_MAX = 100
/** Parameters of one URI or header entry. Beyond: 400. */
export const PARAMS_MAX = 64
