// Description → text (RFC 8866 §5), with CRLF. A line break inside a value would be a mistake of ours: values
// come from parseSdp, which cannot produce one, or from this server.
import { assert } from '@rufwerk/core'
import type { Attribute, Connection, SessionDescription } from './model.ts'

export function writeSdp(description: SessionDescription): string {
  const { origin, name, connection, attributes, media } = description
  const lines = [
    'v=0',
    `o=${origin.username} ${origin.sessionId} ${origin.sessionVersion} IN ${origin.addressType} ${origin.address}`,
    `s=${name}`,
  ]
  if (connection !== undefined) lines.push(connectionLine(connection))
  lines.push('t=0 0')
  for (const attribute of attributes) lines.push(attributeLine(attribute))
  for (const section of media) {
    lines.push(`m=${section.kind} ${section.port} ${section.protocol} ${section.formats.join(' ')}`)
    if (section.connection !== undefined) lines.push(connectionLine(section.connection))
    for (const attribute of section.attributes) lines.push(attributeLine(attribute))
  }
  assert(!/[\r\n\0]/.test(lines.join('')), 'an SDP value has no CR, LF or NUL')
  return `${lines.join('\r\n')}\r\n`
}

function connectionLine(connection: Connection): string {
  return `c=IN ${connection.addressType} ${connection.address}`
}

function attributeLine(attribute: Attribute): string {
  return attribute.value === undefined ? `a=${attribute.name}` : `a=${attribute.name}:${attribute.value}`
}
