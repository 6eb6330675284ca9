// A response in as few bytes as a datagram allows: no reason phrase, no Content-Length, which only streams
// need (RFC 3261 §18.3, §20.14), then compact names (§7.3.3), last no space behind the colon, which some
// programs want there.
import { compactName } from './header-table.ts'
import type { SipResponse } from './message.ts'
import { writeMessage } from './write.ts'

/**
 * For UDP and responses without body: as usual when that has at most `bytesMax` bytes, else shorter, else as
 * short as can be, which may still be longer.
 */
export function writeBriefly(response: SipResponse, bytesMax: number): Uint8Array {
  const usual = writeMessage(response)
  if (usual.length <= bytesMax || response.body.length > 0) return usual
  const shorter = write(response, (name) => `${name}: `)
  if (shorter.length <= bytesMax) return shorter
  const compact = write(response, (name) => `${compactName(name)}: `)
  return compact.length <= bytesMax ? compact : write(response, (name) => `${compactName(name)}:`)
}

function write({ status, headers }: SipResponse, start: (name: string) => string): Uint8Array {
  let text = `SIP/2.0 ${status} \r\n`
  for (const [name, value] of headers.entries()) text += `${start(name)}${value}\r\n`
  return Buffer.from(`${text}\r\n`, 'utf8')
}
