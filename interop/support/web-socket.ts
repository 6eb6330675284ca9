// SIP over WebSocket as a browser's phone opens it: with the session's cookie and a ticket for one use.
import { randomBytes } from 'node:crypto'
import type { Person } from './server.ts'

/** `onMessage` gets each frame. The sender may send anything. */
export async function openSipWebSocket(
  origin: string,
  person: Person,
  onMessage: (bytes: Uint8Array) => void,
): Promise<WebSocket> {
  const { ticket } = await person.ask<{ ticket: string }>('POST', '/phone/ticket')
  const { name, value } = person.cookie
  const options = {
    protocols: ['sip', `ticket.${ticket}`],
    // Node's own addition to the constructor; its type knows the one of browsers only.
    headers: { cookie: `${name}=${value}`, origin },
  }
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/sip`, options as unknown as string[])
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('message', ({ data }) =>
    onMessage(typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data as ArrayBuffer)),
  )
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error('the WebSocket did not open')), { once: true })
  })
  return socket
}

/** A masked frame (RFC 6455 §5.2). */
export function frame(opcode: number, isLast: boolean, payload: Buffer): Buffer {
  const head = payload.length < 126 ? Buffer.alloc(2) : Buffer.alloc(4)
  head[0] = (isLast ? 0x80 : 0) | opcode
  head[1] = 0x80 | Math.min(payload.length, 126)
  if (head.length === 4) head.writeUInt16BE(payload.length, 2)
  const mask = randomBytes(4)
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at & 3] as number))])
}
