// The answer to a request that does not parse (RFC 3261 §8.2.6, §16.3, §18.3). It is stateless: the same
// request gets the same answer, To tag included (§8.2.7).
import type { Flow } from '@rufwerk/core'
import { quote } from './grammar.ts'
import type { ParseError } from './parse-error.ts'
import { reasonPhrase } from './status.ts'
import { noteSource, parseVia, writeVia } from './via.ts'

/** The response that a request which does not parse deserves, or undefined: drop it. */
export function answerMalformed(error: ParseError, flow: Flow): Uint8Array | undefined {
  const { status, copied } = error
  const [top, ...others] = copied?.vias ?? []
  if (status === undefined || copied === undefined || top === undefined) return undefined
  const { from, to, callId, cseq } = copied
  const via = parseVia(top)
  const noted = via.ok ? noteSource(via.value, flow) : undefined
  let text = `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`
  for (const entry of [noted ? writeVia(noted) : top, ...others]) text += `Via: ${entry}\r\n`
  if (from !== undefined) text += `From: ${from}\r\n`
  if (to !== undefined)
    text += /;\s*tag\s*=/i.test(to) ? `To: ${to}\r\n` : `To: ${to};tag=${stableTag(top + callId)}\r\n`
  if (callId !== undefined) text += `Call-ID: ${callId}\r\n`
  if (cseq !== undefined) text += `CSeq: ${cseq}\r\n`
  const where = error.header === undefined ? '' : ` in ${error.header}`
  text += `Warning: 399 rufwerk ${quote(`${error.code}${where}`)}\r\nContent-Length: 0\r\n\r\n`
  return Buffer.from(text, 'utf8')
}

/** FNV-1a over the text: equal for retransmissions, which is all that a stateless To tag has to be. */
export function stableTag(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(36)
}
