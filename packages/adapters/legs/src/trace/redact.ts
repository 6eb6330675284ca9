// A SIP message as text for people, without what is secret: credentials, SRTP keys, ICE passwords, passwords
// in URIs, and every body that is not SDP (digits of an INFO may be a PIN).
import { redactKeys } from '@rufwerk/sdp/crypto'

/**
 * Whole values are left out. Authentication-Info proves that the password is known, so it can be guessed at.
 */
const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'authentication-info',
  'proxy-authentication-info',
])
const BLOT = '…'

export function redactedMessage(bytes: Uint8Array): string {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headEnd = all.indexOf('\r\n\r\n')
  const head = all.subarray(0, headEnd < 0 ? all.length : headEnd).toString('utf8')
  const body = headEnd < 0 ? undefined : all.subarray(headEnd + 4)
  const lines = redactedLines(head)
  if (body === undefined || body.length === 0) return `${lines.join('\r\n')}\r\n\r\n`
  const type = typeOf(lines)
  const shown = type === 'application/sdp' ? redactedSdp(body.toString('utf8')) : leftOut(type, body.length)
  return `${lines.join('\r\n')}\r\n\r\n${shown}`
}

function redactedLines(head: string): string[] {
  const lines: string[] = []
  let isSecret = false
  // A bare CR or LF may end a line for whoever reads this later, so it ends one here.
  for (const line of head.split(/\r\n|\r|\n/)) {
    const isFolded = /^[ \t]/.test(line)
    if (isFolded && isSecret) continue
    const name = isFolded ? undefined : /^([^:\s]+)[ \t]*:/.exec(line)?.[1]
    if (!isFolded) isSecret = name !== undefined && SECRET_HEADERS.has(name.toLowerCase())
    lines.push(isSecret ? `${name}: ${BLOT}` : withoutUriPasswords(line))
  }
  return lines
}

/** RFC 3261 §19.1.1: userinfo may carry a password. */
function withoutUriPasswords(line: string): string {
  return line.replace(/\b(sips?:[^\s:@<>;?]*):[^\s@<>]*@/gi, `$1:${BLOT}@`)
}

function typeOf(lines: readonly string[]): string {
  const value = lines.map((line) => /^(?:content-type|c)[ \t]*:[ \t]*([^;\s]+)/i.exec(line)?.[1])
  return value.find((type) => type !== undefined)?.toLowerCase() ?? 'unknown type'
}

function redactedSdp(text: string): string {
  return redactKeys(text)
    .replace(/^([ \t]*a=ice-pwd:).*$/gim, `$1${BLOT}`)
    .replace(/^([ \t]*k=).*$/gim, `$1${BLOT}`)
}

function leftOut(type: string, length: number): string {
  return `(${length} bytes of ${type} left out)\r\n`
}
