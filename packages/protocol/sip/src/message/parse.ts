// Bytes to a message (RFC 3261 §7, §18.3, §25.1). The head is decoded once, cut into lines by indexOf, and
// only the headers that dialogs and transactions live on are parsed further. One pass also when something is
// wrong, so that a request which does not parse can still be answered.
import { fail, ok, type Result } from '@rufwerk/core'
import { endOfToken, isToken, parseDigits, trimmed } from './grammar.ts'
import { headerKey, nameAt } from './header-table.ts'
import { append, Headers, hasKey, parseStructure } from './headers.ts'
import {
  ANSWER_ROOM,
  BODY_BYTES_MAX,
  HEADER_CHARS_MAX,
  HEADER_LINES_MAX,
  HEADER_SECTION_BYTES_MAX,
  MESSAGE_BYTES_MAX,
  URI_CHARS_MAX,
} from './limits.ts'
import { NO_BODY, type SipMessage } from './message.ts'
import type { ParseError, ParseErrorCode } from './parse-error.ts'
import { parseUri, type SipUri } from './uri.ts'

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const LF = 0x0a
/** The version compares without case (RFC 3261 §7.1). */
const IS_RESPONSE = /^SIP\//i
const USUAL_STATUS = 'SIP/2.0 '
const USUAL_END = ' SIP/2.0'

type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: SipUri }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }

/** What the lines below the start line came to. */
interface Head {
  readonly headers: Headers
  readonly contentLength: number | undefined
  readonly error: ParseError | undefined
}

/**
 * Parses one message: a datagram, a WebSocket frame, or what StreamFramer cut out. Never throws at input.
 * The body is a view of `bytes`, not a copy. Bytes behind Content-Length are ignored (RFC 3261 §18.3).
 */
export function parseMessage(bytes: Uint8Array): Result<SipMessage, ParseError> {
  const buffer = bufferOf(bytes)
  let start = 0
  while (buffer[start] === 0x0d && buffer[start + 1] === 0x0a) start += 2 // RFC 3261 §7.5.
  if (start === buffer.length) return fail({ code: 'empty', offset: start })
  const endOfHead = buffer.indexOf(END_OF_HEAD, start)
  const headEnd = endOfHead < 0 ? buffer.length : endOfHead
  const head = textOf(buffer, start, Math.min(headEnd, start + HEADER_SECTION_BYTES_MAX))
  const lineEnd = head.indexOf('\r\n')
  const line = lineEnd < 0 ? head : head.slice(0, lineEnd)
  const isUsual = line.startsWith(USUAL_STATUS) || line.endsWith(USUAL_END) // The expressions take longer.
  // What carries no version at all is not worth an answer.
  if (!isUsual && !/SIP\/\d/i.test(line)) return fail({ code: 'not-sip', offset: 0 })

  const isResponse = IS_RESPONSE.test(line)
  const startLine = isResponse ? parseStatusLine(line) : parseRequestLine(line)
  const linesMax = isResponse ? HEADER_LINES_MAX : HEADER_LINES_MAX - ANSWER_ROOM.lines
  const fields = parseLines(head, lineEnd < 0 ? head.length : lineEnd + 2, linesMax)
  const { headers } = fields
  let error: ParseError | undefined
  let body: Uint8Array | undefined
  if (!startLine.ok) error = startLine.error
  else if (buffer.length > MESSAGE_BYTES_MAX || headEnd - start > headBytesMax(startLine.value))
    error = { code: 'too-large', offset: head.length }
  else if (endOfHead < 0) error = { code: 'bad-header', offset: head.length }
  else {
    error = fields.error ?? parseStructure(headers) ?? checkMandatory(headers, startLine.value)
    if (!isResponse) error ??= checkRoom(headers)
    if (error === undefined) {
      const length = cutBody(fields.contentLength, buffer.length - headEnd - 4, head.length)
      if (!length.ok) error = length.error
      else if (length.value === 0) body = NO_BODY
      else body = bytes.subarray(headEnd + 4, headEnd + 4 + length.value)
    }
  }
  if (error !== undefined || body === undefined || !startLine.ok)
    return fail(withAnswer(error as ParseError, line, headers))
  return ok({ ...startLine.value, headers, body })
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * The head as text. Bytes that are no UTF-8 become one `?` each or less, never three bytes of a replacement
 * character: what is copied into an answer must not be longer than what was sent.
 */
function textOf(buffer: Buffer, start: number, end: number): string {
  const text = buffer.toString('utf8', start, end)
  return text.includes('\ufffd') ? text.replaceAll('\ufffd', '?') : text
}

function parseRequestLine(line: string): Result<StartLine, ParseError> {
  const methodEnd = endOfToken(line, 0)
  const uriEnd = line.lastIndexOf(' ')
  if (methodEnd === 0 || line[methodEnd] !== ' ' || uriEnd <= methodEnd)
    return fail({ code: 'bad-start-line', offset: methodEnd })
  if (line.slice(uriEnd + 1) !== 'SIP/2.0') {
    const isOther = /^SIP\/\d+\.\d+$/i.test(line.slice(uriEnd + 1))
    // RFC 3261 §21.5.6. The name is compared without case (§7.1).
    if (!isOther) return fail({ code: 'bad-start-line', offset: uriEnd + 1 })
    if (!/^SIP\/2\.0$/i.test(line.slice(uriEnd + 1))) return fail({ code: 'bad-version', offset: uriEnd + 1 })
  }
  if (uriEnd - methodEnd - 1 > URI_CHARS_MAX) return fail({ code: 'uri-too-long', offset: methodEnd + 1 })
  const uri = parseUri(line.slice(methodEnd + 1, uriEnd))
  if (!uri.ok) return fail({ code: 'bad-uri', offset: methodEnd + 1 + uri.error.offset })
  // RFC 3261 §19.1.1: no headers in a Request-URI.
  if (uri.value.headers !== undefined) return fail({ code: 'bad-uri', offset: methodEnd + 1 })
  return ok({ kind: 'request', method: line.slice(0, methodEnd), uri: uri.value })
}

function parseStatusLine(line: string): Result<StartLine, ParseError> {
  if (!line.startsWith(USUAL_STATUS) && !/^SIP\/2\.0 /i.test(line))
    return fail({ code: 'bad-version', offset: 0 })
  const status = parseDigits(line.slice(8, 11), 699)
  if (status === undefined || status < 100) return fail({ code: 'bad-start-line', offset: 8 })
  if (line.length > 11 && line[11] !== ' ') return fail({ code: 'bad-start-line', offset: 11 })
  const reason = line.slice(12)
  return CONTROL.test(reason)
    ? fail({ code: 'bad-start-line', offset: 12 })
    : ok({ kind: 'response', status, reason })
}

/** Cuts the head into header lines. Goes on after the first error, so that what is legible can be copied. */
function parseLines(head: string, from: number, linesMax: number): Head {
  const headers = new Headers()
  let contentLength: number | undefined
  let hasLength = false
  let error: ParseError | undefined
  const fault = (code: ParseErrorCode, offset: number, header?: string) => {
    error ??= { code, offset, header }
  }
  const hasNul = head.includes('\0')
  let start = from
  for (let count = 0; start < head.length; count++) {
    if (count === linesMax) {
      fault('too-many', start)
      break
    }
    let end = head.indexOf('\r', start)
    if (end < 0) end = head.length
    // Nearly every line is plain: its first CR ends it.
    const isPlain = !hasNul && isLineEnd(head, end) && !isBefore(head.indexOf('\n', start), end)
    if (!isPlain) {
      end = endOfLine(head, start)
      if (isControlled(head, start, end)) fault('control-character', start)
    }
    const colon = head.indexOf(':', start)
    if (colon < 0 || colon >= end) fault('bad-header', start)
    else {
      const usual = nameAt(head, start, colon)
      const name = usual?.spelling ?? trimmed(head, start, colon)
      const value = isPlain ? trimmed(head, colon + 1, end) : unfolded(head, colon + 1, end)
      const key = usual?.key ?? headerKey(name)
      if (usual === undefined && (!isToken(name) || isSpace(head, start))) fault('bad-header', start)
      else if (value.length > HEADER_CHARS_MAX) fault('too-long', start, key)
      else if (SINGLE.has(key) && (hasKey(headers, key) || (key === CONTENT_LENGTH && hasLength)))
        fault('repeated-header', start, key)
      else if (key === CONTENT_LENGTH) {
        hasLength = true
        contentLength = parseDigits(value, Number.MAX_SAFE_INTEGER)
        if (contentLength === undefined) fault('bad-value', start, key)
      } else append(headers, key, name, value)
    }
    start = end + 2
  }
  return { headers, contentLength, error }
}

const CONTENT_LENGTH = 'content-length'

/** Headers whose value is one: a second line makes the message ambiguous. */
const SINGLE: ReadonlySet<string> = new Set([
  'from',
  'to',
  'call-id',
  'cseq',
  'max-forwards',
  CONTENT_LENGTH,
  'content-type',
])

/** The CRLF that ends the line of `start`, folds included (RFC 3261 §7.3.1), or the end of the text. */
function endOfLine(head: string, start: number): number {
  let end = head.indexOf('\r\n', start)
  while (end >= 0 && isSpace(head, end + 2)) end = head.indexOf('\r\n', end + 2)
  return end < 0 ? head.length : end
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

/** At the end of the text, or at a CRLF that no fold follows. */
function isLineEnd(head: string, end: number): boolean {
  return end === head.length || (head.charCodeAt(end + 1) === LF && !isSpace(head, end + 2))
}

/** CR or LF alone, or a NUL that is not escaped, between two places. */
function isControlled(head: string, start: number, end: number): boolean {
  const line = head.slice(start, end)
  return CONTROL.test(line.replace(/\r\n[ \t]/g, ' ').replaceAll('\\\0', ''))
}

function isBefore(found: number, end: number): boolean {
  return found >= 0 && found < end
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\r\n\u0000]/

function unfolded(head: string, from: number, to: number): string {
  const value = trimmed(head, from, to)
  if (!value.includes('\r') && !value.includes('\n')) return value
  // Cut and trimmed: an expression that looks for space before the break takes quadratic time in long runs.
  const parts = value.split(/[\r\n]+/).map((part) => trimmed(part, 0, part.length))
  return parts.filter((part) => part !== '').join(' ')
}

function checkMandatory(headers: Headers, startLine: StartLine): ParseError | undefined {
  for (const name of MANDATORY) {
    if (!headers.get(name)) return { code: 'missing-header', offset: 0, header: name }
  }
  const maxForwards = headers.get('max-forwards')
  if (maxForwards !== undefined && headers.maxForwards === undefined)
    return { code: 'out-of-range', offset: 0, header: 'max-forwards' }
  // RFC 3261 §8.1.1.5: the method in CSeq is the method of the request.
  if (startLine.kind === 'request' && headers.cseq.method !== startLine.method)
    return { code: 'bad-value', offset: 0, header: 'cseq' }
  return undefined
}

function headBytesMax({ kind }: StartLine): number {
  return kind === 'response' ? HEADER_SECTION_BYTES_MAX : HEADER_SECTION_BYTES_MAX - ANSWER_ROOM.headBytes
}

/**
 * What an answer adds to must not get too long by it: the peer has to read the answer, and we what the peer
 * copies of it into every further request of the dialog.
 */
function checkRoom(headers: Headers): ParseError | undefined {
  const hasRoom = (name: string) =>
    (headers.get(name)?.length ?? 0) <= HEADER_CHARS_MAX - ANSWER_ROOM.valueChars
  if (!hasRoom('via')) return { code: 'too-long', offset: 0, header: 'via' }
  if (headers.toTag === undefined && !hasRoom('to')) return { code: 'too-long', offset: 0, header: 'to' }
  return undefined
}

/** RFC 3261 §8.1.1. Max-Forwards is not among them: RFC 2543 peers send none. */
const MANDATORY = ['via', 'from', 'to', 'call-id', 'cseq']

/** RFC 3261 §18.3: too few bytes is an error, too many are ignored. */
function cutBody(
  contentLength: number | undefined,
  available: number,
  offset: number,
): Result<number, ParseError> {
  const length = contentLength ?? available
  if (length > BODY_BYTES_MAX) return fail({ code: 'body-too-large', offset, header: 'content-length' })
  if (length > available) return fail({ code: 'body-too-short', offset, header: 'content-length' })
  return ok(length)
}

/** Adds to an error what is needed to answer it; responses and ACKs are never answered. */
function withAnswer(error: ParseError, line: string, headers: Headers): ParseError {
  const vias = headers.list('via')
  if (IS_RESPONSE.test(line) || /^ACK\s/.test(line) || vias.length === 0) return error
  const copied = {
    vias,
    from: headers.get('from'),
    to: headers.get('to'),
    callId: headers.get('call-id'),
    cseq: headers.get('cseq'),
  }
  return { ...error, status: STATUS[error.code] ?? 400, copied }
}

const STATUS: Partial<Record<ParseErrorCode, number>> = {
  'too-large': 513,
  'too-many': 513,
  'too-long': 513,
  'body-too-large': 413,
  'uri-too-long': 414,
  'bad-version': 505,
}
