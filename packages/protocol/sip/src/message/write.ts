// A message to bytes (RFC 3261 §7). Content-Length is always written, computed from the body.
import { SipError } from '../errors.ts'
import { headerLines } from './headers.ts'
import type { SipMessage } from './message.ts'
import { writeUri } from './uri.ts'

/** Throws SipError when the start line would carry a character that ends it. */
export function writeMessage(message: SipMessage): Uint8Array {
  const { body } = message
  const head = `${startLine(message)}\r\n${headerLines(message.headers)}`
  const text = `${head}Content-Length: ${body.length}\r\n\r\n`
  if (body.length === 0) return Buffer.from(text, 'utf8')
  const length = Buffer.byteLength(text, 'utf8')
  const bytes = Buffer.allocUnsafe(length + body.length)
  bytes.write(text, 0, 'utf8')
  bytes.set(body, length)
  return bytes
}

function startLine(message: SipMessage): string {
  if (message.kind === 'response') {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
    if (/[\r\n\u0000]/.test(message.reason)) throw new SipError('SIP_HEADER_VALUE', 'reason phrase')
    return `SIP/2.0 ${message.status} ${message.reason}`
  }
  const uri = writeUri(message.uri)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u0020\u007f]/.test(uri)) throw new SipError('SIP_BAD_URI', 'Request-URI')
  return `${message.method} ${uri} SIP/2.0`
}
