// The answer to a request that does not parse (RFC 3261 §8.2.6, §16.3, §18.3). It is stateless: the same
// request gets the same answer, To tag included (§8.2.7).
import type { Flow } from '@rufwerk/core'
import { quote } from './grammar.ts'
import type { ParseError } from './parse-error.ts'
import { reasonPhrase } from './status.ts'
import { noteSource, parseVia, writeVia } from './via.ts'

/**
 * The response that a request which does not parse deserves, or undefined: drop it. `bytesMax`: bytes that
 * the request had, where its sender may be somebody else (UDP); an answer that cannot be made as short is
 * none.
 */
export function answerMalformed(
  error: ParseError,
  flow: Flow,
  bytesMax = Number.POSITIVE_INFINITY,
): Uint8Array | undefined {
  const { status, copied } = error
  const [top, ...others] = copied?.vias ?? []
  if (status === undefined || copied === undefined || top === undefined) return undefined
  const { from, to, callId, cseq } = copied
  const parsed = parseVia(top)
  const noted = parsed.ok ? noteSource(parsed.value, flow) : undefined
  const vias = [noted ? writeVia(noted) : top, ...others]
  const tag = to === undefined || /;\s*tag\s*=/i.test(to) ? '' : `;tag=${stableTag(top + callId)}`
  const where = error.header === undefined ? '' : ` in ${error.header}`
  const warning = `399 rufwerk ${quote(`${error.code}${where}`)}`
  const whole = [
    `SIP/2.0 ${status} ${reasonPhrase(status)}`,
    ...vias.map((via) => `Via: ${via}`),
    ...lineOf('From', from),
    ...lineOf('To', to, tag),
    ...lineOf('Call-ID', callId),
    ...lineOf('CSeq', cseq),
    `Warning: ${warning}`,
    'Content-Length: 0',
  ]
  const bytes = bytesOf(whole)
  if (bytes.length <= bytesMax) return bytes
  const shortest = [
    `SIP/2.0 ${status} `,
    ...vias.map((via) => `v:${via}`),
    ...lineOf('f', from),
    ...lineOf('t', to, tag),
    ...lineOf('i', callId),
    ...lineOf('CSeq', cseq),
  ]
  const short = bytesOf(shortest)
  return short.length <= bytesMax ? short : undefined
}

function lineOf(name: string, value: string | undefined, more = ''): string[] {
  return value === undefined ? [] : [`${name}: ${value}${more}`]
}

/** A NUL may stand in what did not parse; it is not repeated. */
function bytesOf(lines: readonly string[]): Uint8Array {
  const text = `${lines.join('\r\n')}\r\n\r\n`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is removed.
  return Buffer.from(text.replace(/\\?\u0000/g, ''), 'utf8')
}

/** FNV-1a over the text: equal for retransmissions, which is all that a stateless To tag has to be. */
export function stableTag(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(36)
}
